"""The number of a session: its place by date among the sessions of its cohort.

Sessions that have begun keep theirs, because people know them by it; those to come share the rest by date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from bot.core.context import Context
from bot.core.reply import Refusal
from prompts.text import Marked
from prompts.words import sessions as words
from storage.series import Cohort, Series
from storage.sessions import Session

MOST_SESSIONS = 60


@dataclass(frozen=True, slots=True)
class NewNumber:
    """What a session was called, and what it is called now."""

    old: int
    new: int


async def number_for(ctx: Context, cohort: Cohort) -> int:
    """The number of a new session until `renumber` has put it in its place: one more than the last. Raises
    `Refusal` when there are too many."""
    # Locked, so that two people who plan at the same moment get two numbers.
    await ctx.db.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    ours = Session.cohort_id == cohort.id
    last = (await ctx.db.scalars(select(func.max(Session.number)).where(ours))).one() or 0
    if last + 1 > MOST_SESSIONS:
        raise Refusal(words.too_many_sessions(ctx.language, most=MOST_SESSIONS))
    return last + 1


def by_date(
    sessions: Iterable[Session], now: datetime, moved: Mapping[int, datetime] | None = None
) -> dict[int, NewNumber]:
    """By row id, what changes its number; `moved` are starts (UTC) that some will have."""
    starts = {one.id: (moved or {}).get(one.id, one.starts_at) for one in sessions}
    coming = [one for one in sessions if one.starts_at > now]
    in_order = sorted(coming, key=lambda one: (starts[one.id], one.number))
    numbers = sorted(one.number for one in coming)
    pairs = zip(in_order, numbers, strict=True)
    return {one.id: NewNumber(one.number, number) for one, number in pairs if one.number != number}


async def renumber(db: AsyncSession, cohort_id: int, now: datetime) -> list[NewNumber]:
    """Number the sessions to come by date. Returns what changed, by old number."""
    await db.flush()
    found = await db.scalars(select(Session).where(Session.cohort_id == cohort_id))
    sessions = {one.id: one for one in found}
    changes = by_date(sessions.values(), now)
    if not changes:
        return []
    series = (await db.scalars(select(Series).join(Cohort).where(Cohort.id == cohort_id))).one()
    for row_id, change in changes.items():
        sessions[row_id].number = -change.new  # no two have one number, at any moment
    await db.flush()
    for row_id, change in changes.items():
        _rename(sessions[row_id], change, series)
    await db.flush()
    return sorted(changes.values(), key=lambda one: one.old)


def _rename(session: Session, change: NewNumber, series: Series) -> None:
    """The new number; also in a title that is only the number, which calendars then hear of."""
    session.number = change.new
    titles = {}
    for language, title in session.title.items():
        usual = zip(_usual(language, series, change.old), _usual(language, series, change.new), strict=True)
        titles[language] = dict(usual).get(title, title)
    if titles != session.title:
        session.title, session.revision = titles, session.revision + 1


def _usual(language: str, series: Series, number: int) -> tuple[str, str]:
    """How a session is called whose title nobody chose: by the form, and by `start`."""
    in_series = f"{series.title.get(language, '')} {number}"
    return str(words.usual_title(language, number=number)), in_series


def told_to_lead(language: str, changes: Iterable[NewNumber]) -> Marked:
    """As `told`, and what it means for who types numbers."""
    return told(language, changes) + " " + words.commands_follow(language)


def told(language: str, changes: Iterable[NewNumber]) -> Marked:
    """One line that says which numbers changed."""
    pairs = ", ".join(f"{one.old} → {one.new}" for one in sorted(changes, key=lambda one: one.old))
    return words.numbers_follow(language, changes=pairs)
