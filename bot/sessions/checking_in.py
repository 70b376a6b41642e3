"""“I'm here”: people mark their own attendance while the session is on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.breakouts.late import seat_late
from bot.cards import Button, Card
from bot.communities.lookup import TAKES_PART, enrollment_of, title_in
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.sessions.lookup import end_of, my_zone, session_by_id, session_meant, sessions_of
from prompts import dates
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Attendance, Session

OPENS_BEFORE = timedelta(minutes=15)
CLOSES_AFTER = timedelta(minutes=60)
LONGEST_NUMBER = 2
"""Digits of a session's number; of more, it is the year that a cohort is named after."""


async def here_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """In the session with the number typed, else in the one that is on now, of the cohort meant."""
    number, name = _read(str(typed.get("number") or ""), str(typed.get("cohort") or ""))
    if number is not None:
        return await _check_in_to(desk, *await session_meant(desk, {"number": number, "cohort": name}))
    cohort = await desk.cohort(name)
    found = [one for one in await sessions_of(desk.db, cohort.id) if one.status != "cancelled"]
    for session in found:
        if session.starts_at - OPENS_BEFORE <= desk.now <= end_of(session) + CLOSES_AFTER:
            return await _check_in(desk, session, cohort)
    following = next((one for one in found if one.starts_at > desk.now), None)
    if following is None:
        raise Refusal(words.nothing_on(desk.language, cohort=cohort.name))
    when = dates.when(desk.language, following.starts_at, my_zone(desk, following))
    raise Refusal(words.not_on_yet(desk.language, when=when))


def _read(first: str, rest: str) -> tuple[int | None, str]:
    """The session's number, and the cohort's name: a first word that is no number belongs to the name."""
    if first.isdecimal() and len(first) <= LONGEST_NUMBER:
        return int(first), rest
    return None, f"{first} {rest}".strip()


async def here_pressed(desk: Desk, value: str) -> Reply:
    return await _check_in_to(desk, *await session_by_id(desk, value))


async def _check_in_to(desk: Desk, session: Session, cohort: Cohort) -> Reply:
    """Raises `Refusal` for a session that is not on."""
    if session.status == "cancelled":
        raise Refusal(words.is_cancelled(desk.language, number=str(session.number)))
    if desk.now < session.starts_at - OPENS_BEFORE:
        when = dates.when(desk.language, session.starts_at, my_zone(desk, session))
        raise Refusal(words.that_not_on_yet(desk.language, number=str(session.number), when=when))
    if desk.now > end_of(session) + CLOSES_AFTER:
        raise Refusal(words.check_in_closed(desk.language, number=str(session.number)))
    return await _check_in(desk, session, cohort)


async def _check_in(desk: Desk, session: Session, cohort: Cohort) -> Reply:
    say = desk.language
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(say, cohort=cohort.name))
    row = await attendance_of(desk, session)
    if row is None:
        row = Attendance(
            session_id=session.id or 0, person_id=desk.me.id or 0, source="self", recorded_at=desk.now
        )
        desk.db.add(row)
    elif row.marked:
        return Reply(card=Card(text=words.here_already(say)))
    row.marked, row.recorded_at = True, desk.now
    undo = Button(label=words.undo(say), action="session.not_here", value=str(session.id))
    text = words.here_noted(say, title=title_in(session.title, say))
    await desk.db.flush()
    seat = await seat_late(desk, session.id or 0, desk.me.id or 0)
    if seat is not None:
        text = text + "\n" + seat
    return Reply(card=Card(text=text, buttons=(undo,)))


async def not_here_pressed(desk: Desk, value: str) -> Reply:
    """Take my own check-in back; what a report or a facilitator said stays."""
    session, _ = await session_by_id(desk, value)
    row = await attendance_of(desk, session)
    if row is not None and row.source == "self":
        await desk.db.delete(row)
    return Reply(card=Card(text=words.check_in_taken_back(desk.language)), replace=True)


async def attendance_of(desk: Desk, session: Session) -> Attendance | None:
    found = await desk.db.scalars(
        select(Attendance).where(Attendance.session_id == session.id, Attendance.person_id == desk.me.id)
    )
    return found.first()
