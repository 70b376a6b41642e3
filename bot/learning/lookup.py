"""The session that somebody means, and who may shape what it leaves behind."""

from __future__ import annotations

from sqlmodel import col, select

from bot.cards import Button
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal
from bot.permissions import Action
from prompts.words import learning as words
from storage.series import Cohort, Series
from storage.sessions import KeyIdea, Session, SessionPresenter, Theme


async def session_numbered(desk: Desk, number: int, cohort_name: str = "") -> Session:
    """The session with this number in the cohort meant. Raises `Refusal` with the numbers there are."""
    cohort = await desk.cohort(cohort_name, Action.PREPARE_SESSION)
    sessions = await sessions_of(desk, cohort)
    for session in sessions:
        if session.number == number:
            return session
    if not sessions:
        raise Refusal(words.no_session_yet(desk.language))
    numbers = ", ".join(str(session.number) for session in sessions)
    raise Refusal(words.no_such_session(desk.language, number=number, numbers=numbers))


async def sessions_of(desk: Desk, cohort: Cohort) -> list[Session]:
    """A cohort's sessions that were not cancelled, by number."""
    found = await desk.db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort.id, Session.status != "cancelled")
        .order_by(col(Session.number))
    )
    return list(found)


async def session_by_id(desk: Desk, value: str) -> Session:
    """The session behind a button. Raises `Refusal` when this community has none."""
    session = await desk.db.get(Session, row_id(value))
    if session is None or session.community_id != desk.community.id:
        raise Refusal(words.not_found(desk.language))
    return session


async def idea_by_id(desk: Desk, value: str) -> tuple[KeyIdea, Session]:
    """The key idea behind a button, locked for a change, and its session. Raises `Refusal` when this
    community has none."""
    found = await desk.db.scalars(
        select(KeyIdea)
        .where(KeyIdea.id == row_id(value))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    idea = found.first()
    if idea is None:
        raise Refusal(words.not_found(desk.language))
    return idea, await session_by_id(desk, str(idea.session_id))


async def theme_by_id(desk: Desk, value: str) -> Theme:
    """The theme behind a button. Raises `Refusal` when this community has none."""
    theme = await desk.db.get(Theme, row_id(value))
    if theme is None or theme.community_id != desk.community.id:
        raise Refusal(words.not_found(desk.language))
    return theme


async def series_of(desk: Desk, session: Session) -> Series:
    cohort = await desk.db.get_one(Cohort, session.cohort_id)
    return await desk.db.get_one(Series, cohort.series_id)


async def require_shaping(desk: Desk, session: Session) -> Series:
    """The session's series, when I facilitate it or present this session. Raises `Refusal` otherwise, and
    when it is archived."""
    series = await series_of(desk, session)
    await desk.refuse_archived(series.id or 0)
    if await desk.may(Action.RUN_COHORT, series.id):
        return series
    if await desk.may(Action.PREPARE_SESSION, series.id):
        presents = await desk.db.scalars(
            select(SessionPresenter).where(
                SessionPresenter.session_id == session.id, SessionPresenter.person_id == desk.me.id
            )
        )
        if presents.first() is not None:
            return series
    title = shown(session.title, desk.language)
    raise Refusal(words.only_its_presenters(desk.language, session=title))


def shown(texts: dict[str, str], language: str) -> str:
    """A name for staff to work with: in their language, else as it was written, so that what lacks a
    translation can be seen and mended. Never for what goes out to participants."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def session_value(value: str) -> tuple[str, str]:
    """``12:rest`` → ``12`` and ``rest``."""
    session, _, rest = value.partition(":")
    return session, rest


def edit_button(label: str, idea: KeyIdea) -> Button:
    return Button(label=label, form="idea", value=f"idea:{idea.id}")
