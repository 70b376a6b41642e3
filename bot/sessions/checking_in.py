"""“I'm here”: people mark their own attendance while the session is on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.breakouts.late import seat_late
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of, title_in
from bot.core.reply import Refusal, Reply
from bot.sessions.lookup import end_of, my_zone, session_by_id, session_meant, sessions_of
from prompts import dates
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Attendance, Session, SessionStatus

OPENS_BEFORE = timedelta(minutes=15)
CLOSES_AFTER = timedelta(minutes=60)
LONGEST_NUMBER = 2
"""Digits of a session's number; of more, it is the year that a cohort is named after."""


async def here_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """In the session with the number typed, else in the one that is on now, of the cohort meant."""
    number, name = _read(str(typed.get("number") or ""), str(typed.get("cohort") or ""))
    if number is not None:
        return await _check_in_to(ctx, *await session_meant(ctx, {"number": number, "cohort": name}))
    cohort = await ctx.cohort(name)
    found = [one for one in await sessions_of(ctx.db, cohort.id) if one.status != SessionStatus.CANCELLED]
    for session in found:
        if session.starts_at - OPENS_BEFORE <= ctx.now <= end_of(session) + CLOSES_AFTER:
            return await _check_in(ctx, session, cohort)
    following = next((one for one in found if one.starts_at > ctx.now), None)
    if following is None:
        raise Refusal(words.nothing_on(ctx.language, cohort=cohort.name))
    when = dates.when(ctx.language, following.starts_at, my_zone(ctx, following))
    raise Refusal(words.not_on_yet(ctx.language, when=when))


def _read(first: str, rest: str) -> tuple[int | None, str]:
    """The session's number, and the cohort's name: a first word that is no number belongs to the name."""
    if first.isdecimal() and len(first) <= LONGEST_NUMBER:
        return int(first), rest
    return None, f"{first} {rest}".strip()


async def here_pressed(ctx: Context, value: str) -> Reply:
    return await _check_in_to(ctx, *await session_by_id(ctx, value))


async def _check_in_to(ctx: Context, session: Session, cohort: Cohort) -> Reply:
    """Raises `Refusal` for a session that is not on."""
    if session.status == SessionStatus.CANCELLED:
        raise Refusal(words.is_cancelled(ctx.language, number=str(session.number)))
    if ctx.now < session.starts_at - OPENS_BEFORE:
        when = dates.when(ctx.language, session.starts_at, my_zone(ctx, session))
        raise Refusal(words.that_not_on_yet(ctx.language, number=str(session.number), when=when))
    if ctx.now > end_of(session) + CLOSES_AFTER:
        raise Refusal(words.check_in_closed(ctx.language, number=str(session.number)))
    return await _check_in(ctx, session, cohort)


async def _check_in(ctx: Context, session: Session, cohort: Cohort) -> Reply:
    language = ctx.language
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(language, cohort=cohort.name))
    row = await attendance_of(ctx, session)
    if row is None:
        row = Attendance(session_id=session.id, person_id=ctx.me.id, source="self", recorded_at=ctx.now)
        ctx.db.add(row)
    elif row.marked:
        return Reply(card=Card(text=words.here_already(language)))
    row.marked, row.recorded_at = True, ctx.now
    undo = Button(label=words.undo(language), action="session.not_here", value=str(session.id))
    text = words.here_noted(language, title=title_in(session.title, language))
    await ctx.db.flush()
    seat = await seat_late(ctx, session.id, ctx.me.id)
    if seat is not None:
        text = text + "\n" + seat
    return Reply(card=Card(text=text, buttons=(undo,)))


async def not_here_pressed(ctx: Context, value: str) -> Reply:
    """Take my own check-in back; what a report or a facilitator said stays."""
    session, _ = await session_by_id(ctx, value)
    row = await attendance_of(ctx, session)
    if row is not None and row.source == "self":
        await ctx.db.delete(row)
    return Reply(card=Card(text=words.check_in_taken_back(ctx.language)), replace=True)


async def attendance_of(ctx: Context, session: Session) -> Attendance | None:
    found = await ctx.db.scalars(
        select(Attendance).where(Attendance.session_id == session.id, Attendance.person_id == ctx.me.id)
    )
    return found.first()
