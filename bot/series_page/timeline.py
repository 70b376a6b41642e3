"""A cohort's sessions as a timeline: when, who presents, what is missing, who was there, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.arguments import cohort_argument
from bot.core.cards import Button, pack
from bot.core.lookup import title_in
from bot.sessions.lookup import status_of
from prompts import dates
from prompts.text import Marked
from prompts.words import series_page as words
from prompts.words import sessions as session_words
from storage.people import Person
from storage.series import Cohort
from storage.sessions import KeyIdea, Session, SessionPresenter

LACKS_LINK_BEFORE = timedelta(days=7)
"""So long before a session a missing link or presenter is worth a line."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One session. `state` is done, next, coming or cancelled; `lines` say the rest, the missing first."""

    number: int
    title: str
    when: Marked
    state: str
    state_name: Marked
    missing: tuple[Marked, ...]
    lines: tuple[Marked, ...]
    buttons: tuple[Button, ...]


async def timeline(
    db: AsyncSession,
    language: str,
    zone: str,
    cohort: Cohort,
    sessions: Sequence[Session],
    there: Mapping[int, set[int]],
    people: int,
    now: datetime,
) -> list[Stop]:
    """In order of time. `there` is who was at each session; `people` is how many take part."""
    names = await _presenters(db, [one.id for one in sessions])
    ideas = await _ideas(db, [one.id for one in sessions])
    ordered = sorted(sessions, key=lambda one: one.starts_at)
    coming = next((one.id for one in ordered if status_of(one, now) == "scheduled"), 0)
    stops = []
    for one in ordered:
        status = status_of(one, now)
        state = {"delivered": "done", "cancelled": "cancelled"}.get(
            status, "next" if one.id == coming else "coming"
        )
        lines: list[Marked] = []
        if presents := names.get(one.id):
            lines.append(words.presented_by(language, names=dates.series_of(language, presents)))
        if one.id in there:
            lines.append(words.were_there(language, n=len(there[one.id]), of=people))
        stops.append(
            Stop(
                one.number,
                title_in(one.title, language),
                dates.in_both(language, one.starts_at, one.zone, zone),
                state,
                words.STATES[state](language),
                tuple(_missing(language, one, state, bool(presents), one.id in there, ideas, now)),
                tuple(lines),
                _buttons(language, one, state, cohort),
            )
        )
    return stops


def _missing(
    language: str,
    session: Session,
    state: str,
    presented: bool,
    counted: bool,
    ideas: Mapping[int, bool],
    now: datetime,
) -> list[Marked]:
    near = state == "next" or (state == "coming" and session.starts_at <= now + LACKS_LINK_BEFORE)
    found = []
    if near and not session.join_link:
        found.append(words.lacks_link(language))
    if near and not presented:
        found.append(words.lacks_presenter(language))
    if state == "done" and not counted:
        found.append(words.lacks_attendance(language))
    if state == "done" and not ideas.get(session.id, False):
        found.append(words.lacks_ideas(language))
    return found


def _buttons(language: str, session: Session, state: str, cohort: Cohort) -> tuple[Button, ...]:
    value, seen = str(session.id), pack(session.id, session.revision)
    if state in {"done", "cancelled"}:
        return ()
    return (
        Button(label=session_words.edit(language), form="session-edit", value=seen),
        Button(label=session_words.move_it(language), form="session-move", value=value),
        Button(label=session_words.set_agenda(language), form="session-segments", value=value),
        Button(label=session_words.who_presents(language), form="session-presenters", value=seen),
        Button(label=session_words.cancel_it(language), action="command.run",
               value=f"session cancel {session.number} {cohort_argument(cohort.id)}", style="danger"),
    )  # fmt: skip


async def _presenters(db: AsyncSession, sessions: Sequence[int]) -> dict[int, list[str]]:
    rows = await db.execute(
        select(SessionPresenter.session_id, Person.name)
        .join(Person, col(Person.id) == SessionPresenter.person_id)
        .where(col(SessionPresenter.session_id).in_(sessions), col(Person.deleted_at).is_(None))
        .order_by(col(SessionPresenter.id))
    )
    names: dict[int, list[str]] = {}
    for session_id, name in rows:
        names.setdefault(session_id, []).append(name)
    return names


async def _ideas(db: AsyncSession, sessions: Sequence[int]) -> dict[int, bool]:
    """By session: whether an idea is approved."""
    rows = await db.execute(
        select(KeyIdea.session_id, KeyIdea.approved_at).where(col(KeyIdea.session_id).in_(sessions))
    )
    found: dict[int, bool] = {}
    for session_id, approved_at in rows:
        found[session_id] = found.get(session_id, False) or approved_at is not None
    return found
