"""The session that somebody means, and who may shape what it leaves behind."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.cards import Button, pack
from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from prompts.words import learning as words
from storage.series import Cohort, Series
from storage.sessions import KeyIdea, Session, SessionPresenter, SessionStatus, Theme


async def session_numbered(ctx: Context, number: int, cohort_name: str = "") -> Session:
    """The session with this number in the cohort meant. Raises `Refusal` with the numbers there are."""
    cohort = await ctx.cohort(cohort_name, Action.PREPARE_SESSION)
    sessions = await sessions_of(ctx, cohort)
    for session in sessions:
        if session.number == number:
            return session
    if not sessions:
        raise Refusal(words.no_session_yet(ctx.language))
    numbers = ", ".join(str(session.number) for session in sessions)
    raise Refusal(words.no_such_session(ctx.language, number=number, numbers=numbers))


async def sessions_of(ctx: Context, cohort: Cohort) -> list[Session]:
    """A cohort's sessions that were not cancelled, by number."""
    found = await ctx.db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.number))
    )
    return list(found)


async def session_by_id(ctx: Context, value: str) -> Session:
    """The session behind a button. Raises `Refusal` when this community has none."""
    session = await ctx.db.get(Session, row_id(value))
    if session is None or session.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    ctx.about = await ctx.db.get_one(Cohort, session.cohort_id)
    return session


async def idea_by_id(ctx: Context, value: str) -> tuple[KeyIdea, Session]:
    """The key idea behind a button, locked for a change, and its session. Raises `Refusal` when this
    community has none."""
    found = await ctx.db.scalars(
        select(KeyIdea)
        .where(KeyIdea.id == row_id(value))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    idea = found.first()
    if idea is None:
        raise Refusal(words.not_found(ctx.language))
    return idea, await session_by_id(ctx, str(idea.session_id))


async def theme_by_id(ctx: Context, value: str) -> Theme:
    """The theme behind a button. Raises `Refusal` when this community has none."""
    theme = await ctx.db.get(Theme, row_id(value))
    if theme is None or theme.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    return theme


async def series_of(ctx: Context, session: Session) -> Series:
    cohort = await ctx.db.get_one(Cohort, session.cohort_id)
    return await ctx.db.get_one(Series, cohort.series_id)


async def require_shaping(ctx: Context, session: Session) -> Series:
    """The session's series, when I facilitate it or present this session. Raises `Refusal` otherwise, and
    when it is archived."""
    series = await series_of(ctx, session)
    await ctx.refuse_archived(series.id)
    if await ctx.may(Action.RUN_COHORT, series.id):
        return series
    if await ctx.may(Action.PREPARE_SESSION, series.id):
        presents = await ctx.db.scalars(
            select(SessionPresenter).where(
                SessionPresenter.session_id == session.id, SessionPresenter.person_id == ctx.me.id
            )
        )
        if presents.first() is not None:
            return series
    title = shown(session.title, ctx.language)
    raise Refusal(words.only_its_presenters(ctx.language, session=title))


def shown(texts: dict[str, str], language: str) -> str:
    """A name for staff to work with: in their language, else as it was written, so that what lacks a
    translation can be seen and mended. Never for what goes out to participants."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def edit_button(label: str, idea: KeyIdea) -> Button:
    return Button(label=label, form="idea", value=pack("idea", idea.id))
