"""What stops a change: a session that is over or cancelled, or that somebody else changed meanwhile."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast

from bot.core.button_values import unpack
from bot.core.context import Context
from bot.core.field_error import FieldError, unread
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.sessions.lookup import end_of, my_zone, session_by_id, sessions_of
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from bot.timekeeping.zones import RepeatedLocalTime, SkippedLocalTime, local_to_utc, spoken_zone_name
from prompts import dates
from prompts.time_zones import load_zone
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Session, SessionStatus

WHICH = {"first": "earlier", "second": "later"}
"""Of two moments with the same wall-clock time, as a person says it."""
BEFORE_A_GAP = timedelta(minutes=15)
FARTHEST = timedelta(days=5 * 366)


def read_zone(ctx: Context, given: str, otherwise: str) -> str:
    """The IANA zone that was typed, or `otherwise`. Raises `FieldError`."""
    if not given.strip():
        return otherwise
    zone = parse_zone(given)
    if isinstance(zone, Misread):
        raise FieldError("zone", unread(ctx.language, zone))
    return zone


def read_start(ctx: Context, day: date, at: time, zone: str, which: str = "") -> datetime:
    """The UTC moment of a wall-clock time that somebody plans for.

    Raises `FieldError` for a time that the clock jumps over (with the two nearest), one that comes twice and
    nobody said which, one that has passed, and one more than five years away.
    """
    today = dates.in_zone(ctx.now, zone).date()
    if day.year < today.year:
        raise FieldError(
            "date", words.last_year(ctx.language, year=str(day.year), day=_same_day(ctx, day, today))
        )
    if day < ctx.now.date() - timedelta(days=2):
        raise FieldError("date", words.day_is_past(ctx.language, day=dates.long_day(ctx.language, day)))
    if day > (ctx.now + FARTHEST).date():
        raise FieldError("date", words.day_out_of_range(ctx.language, day=dates.long_day(ctx.language, day)))
    meant = cast(Literal["earlier", "later"] | None, WHICH.get(which))
    try:
        starts_at = local_to_utc(day, at, zone, meant)
    except SkippedLocalTime as skipped:
        raise _in_gap(ctx, skipped) from None
    except RepeatedLocalTime as twice:
        raise _in_fold(ctx, twice) from None
    if starts_at <= ctx.now:
        raise FieldError("date", words.in_past(ctx.language))
    return starts_at


def _same_day(ctx: Context, day: date, today: date) -> str:
    """The same day and month, the next time it comes."""
    for year in (today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4):
        with suppress(ValueError):  # 29 February
            if (meant := day.replace(year=year)) > today:
                return dates.long_day(ctx.language, meant)
    return dates.long_day(ctx.language, today)


def _in_gap(ctx: Context, skipped: SkippedLocalTime) -> FieldError:
    language, zone, after = ctx.language, skipped.zone, skipped.first_existing
    wanted = datetime.combine(skipped.day, skipped.at, tzinfo=UTC)
    return FieldError(
        "time",
        words.in_gap(
            language,
            time=dates.clock_time(language, wanted, "UTC"),
            day=dates.day(language, skipped.day),
            zone=spoken_zone_name(zone, language),
            before=dates.clock_time(language, after.astimezone(UTC) - BEFORE_A_GAP, zone),
            after=dates.clock_time(language, after, zone),
        ),
    )


def _in_fold(ctx: Context, twice: RepeatedLocalTime) -> FieldError:
    language, zone = ctx.language, twice.zone
    first, second = (
        f"{dates.clock_time(language, moment, zone)} ({dates.zone_name(language, zone, moment)})"
        for moment in (twice.earlier_utc, twice.later_utc)
    )
    day = dates.day(language, twice.day)
    return FieldError("which", words.in_fold(language, day=day, first=first, second=second))


def refuse_closed(ctx: Context, session: Session) -> None:
    """Raises `Refusal` for a session that was cancelled or is over: nothing of it can change."""
    language, number = ctx.language, str(session.number)
    if session.status == SessionStatus.CANCELLED:
        raise Refusal(words.is_cancelled(language, number=number))
    if session.status == SessionStatus.DELIVERED or end_of(session) <= ctx.now:
        raise Refusal(words.is_over(language, number=number))


def refuse_changed(ctx: Context, session: Session, seen: str) -> None:
    """Raises `Refusal` when the session is no longer as whoever presses saw it."""
    if row_id(seen) != session.revision:
        raise Refusal(words.changed_meanwhile(ctx.language, number=str(session.number)))


async def session_to_change(ctx: Context, context: str) -> tuple[Session, Cohort]:
    """The session of a form or button whose context is its row id and the revision that was seen. Raises
    `Refusal` when I may not, it is closed, or it changed meanwhile."""
    session_id, seen = unpack(context, str, str)
    session, cohort = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    refuse_changed(ctx, session, seen)
    return session, cohort


async def refuse_overlap(
    ctx: Context,
    cohort_id: int,
    starts_at: datetime,
    minutes: int,
    but: int | None = None,
    field: str = "time",
) -> None:
    """Raises `FieldError` for the field when the cohort has another session in that time:
    a form sent twice, or a slip."""
    for other in await sessions_of(ctx.db, cohort_id):
        if other.status == SessionStatus.CANCELLED or other.id == but:
            continue
        if other.starts_at < starts_at + timedelta(minutes=minutes) and starts_at < end_of(other):
            when = dates.when(ctx.language, other.starts_at, my_zone(ctx, other))
            raise FieldError(field, words.overlaps(ctx.language, number=str(other.number), when=when))


def moment_in(ctx: Context, seconds: str, zone: str) -> datetime:
    """The moment and zone that a button carries, checked. Raises `Refusal`."""
    try:
        load_zone(zone)
        moment = datetime.fromtimestamp(id_in_seconds(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise Refusal(words.not_found(ctx.language)) from None
    if not ctx.now < moment <= ctx.now + FARTHEST:
        raise Refusal(words.in_past(ctx.language))
    return moment


def id_in_seconds(value: str) -> int:
    """Epoch seconds in a button's value. Raises ValueError."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 11):
        raise ValueError(value)
    return int(value)


LONGEST_UNDO = 1800
"""Characters that an undo's button can carry: Slack takes 2,000 as its value."""
