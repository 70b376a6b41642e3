"""What stops a change: a session that is over or cancelled, or that somebody else changed meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast

from bot.communities.lookup import row_id
from bot.communities.unfit import Unfit, unread
from bot.desk import Desk
from bot.feature import Refusal
from bot.parsing import Misread
from bot.permissions import Action
from bot.sessions.lookup import end_of, my_zone, session_by_id, sessions_of
from bot.sessions.zone_words import parse_zone
from bot.sessions.zones import (
    RepeatedLocalTime,
    SkippedLocalTime,
    load_zone,
    local_to_utc,
    spoken_zone_name,
)
from prompts import dates
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Session

WHICH = {"first": "earlier", "second": "later"}
"""Of two moments with the same wall-clock time, as a person says it."""
BEFORE_A_GAP = timedelta(minutes=15)
FARTHEST = timedelta(days=5 * 366)


def read_zone(desk: Desk, given: str, otherwise: str) -> str:
    """The IANA zone that was typed, or `otherwise`. Raises `Unfit`."""
    if not given.strip():
        return otherwise
    zone = parse_zone(given)
    if isinstance(zone, Misread):
        raise Unfit("zone", unread(desk.language, zone))
    return zone


def read_start(desk: Desk, day: date, at: time, zone: str, which: str = "") -> datetime:
    """The UTC moment of a wall-clock time that somebody plans for.

    Raises `Unfit` for a time that the clock jumps over (with the two nearest), one that comes twice and
    nobody said which, one that has passed, and one more than five years away.
    """
    if not desk.now.date() - timedelta(days=2) <= day <= (desk.now + FARTHEST).date():
        raise Unfit("date", words.day_out_of_range(desk.language, day=dates.long_day(desk.language, day)))
    meant = cast(Literal["earlier", "later"] | None, WHICH.get(which))
    try:
        starts_at = local_to_utc(day, at, zone, meant)
    except SkippedLocalTime as skipped:
        raise _in_gap(desk, skipped) from None
    except RepeatedLocalTime as twice:
        raise _in_fold(desk, twice) from None
    if starts_at <= desk.now:
        raise Unfit("date", words.in_past(desk.language))
    return starts_at


def _in_gap(desk: Desk, skipped: SkippedLocalTime) -> Unfit:
    say, zone, after = desk.language, skipped.zone, skipped.first_existing
    wanted = datetime.combine(skipped.day, skipped.at, tzinfo=UTC)
    return Unfit(
        "time",
        words.in_gap(
            say,
            time=dates.clock_time(say, wanted, "UTC"),
            day=dates.day(say, skipped.day),
            zone=spoken_zone_name(zone, say),
            before=dates.clock_time(say, after.astimezone(UTC) - BEFORE_A_GAP, zone),
            after=dates.clock_time(say, after, zone),
        ),
    )


def _in_fold(desk: Desk, twice: RepeatedLocalTime) -> Unfit:
    say, zone = desk.language, twice.zone
    first, second = (
        f"{dates.clock_time(say, moment, zone)} ({dates.zone_name(say, zone, moment)})"
        for moment in (twice.earlier_utc, twice.later_utc)
    )
    day = dates.day(say, twice.day)
    return Unfit("which", words.in_fold(say, day=day, first=first, second=second))


def refuse_closed(desk: Desk, session: Session) -> None:
    """Raises `Refusal` for a session that was cancelled or is over: nothing of it can change."""
    say, number = desk.language, str(session.number)
    if session.status == "cancelled":
        raise Refusal(words.is_cancelled(say, number=number))
    if session.status == "delivered" or end_of(session) <= desk.now:
        raise Refusal(words.is_over(say, number=number))


def refuse_changed(desk: Desk, session: Session, seen: str) -> None:
    """Raises `Refusal` when the session is no longer as whoever presses saw it."""
    if row_id(seen) != session.revision:
        raise Refusal(words.changed_meanwhile(desk.language, number=str(session.number)))


async def session_to_change(desk: Desk, context: str) -> tuple[Session, Cohort]:
    """The session of a form or button whose context is its row id and the revision that was seen. Raises
    `Refusal` when I may not, it is closed, or it changed meanwhile."""
    session_id, seen = parts(context, 2)
    session, cohort = await session_by_id(desk, session_id, Action.RUN_COHORT)
    refuse_closed(desk, session)
    refuse_changed(desk, session, seen)
    return session, cohort


async def refuse_overlap(
    desk: Desk, cohort_id: int, starts_at: datetime, minutes: int, but: int | None = None, field: str = "time"
) -> None:
    """Raises `Unfit` for the field when the cohort has another session in that time: a form sent twice, or a
    slip."""
    for other in await sessions_of(desk.db, cohort_id):
        if other.status == "cancelled" or other.id == but:
            continue
        if other.starts_at < starts_at + timedelta(minutes=minutes) and starts_at < end_of(other):
            when = dates.when(desk.language, other.starts_at, my_zone(desk, other))
            raise Unfit(field, words.overlaps(desk.language, number=str(other.number), when=when))


def moment_in(desk: Desk, seconds: str, zone: str) -> datetime:
    """The moment and zone that a button carries, checked. Raises `Refusal`."""
    try:
        load_zone(zone)
        moment = datetime.fromtimestamp(id_in_seconds(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise Refusal(words.not_found(desk.language)) from None
    if not desk.now < moment <= desk.now + FARTHEST:
        raise Refusal(words.in_past(desk.language))
    return moment


def id_in_seconds(value: str) -> int:
    """Epoch seconds in a button's value. Raises ValueError."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 11):
        raise ValueError(value)
    return int(value)


def parts(value: str, count: int) -> tuple[str, ...]:
    """The `count` parts of a button's value; missing ones are empty, the last keeps its colons."""
    found = value.split(":", count - 1)
    return (*found, *[""] * (count - len(found)))
