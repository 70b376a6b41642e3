"""When one reader may be written to: weekdays, holidays, quiet hours, all on the reader's own clock.

Everything is asked of the local wall clock, so the rules hold across daylight saving: a local time that a
spring night skips counts as the first minute after it, one that an autumn night repeats as the first of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from typing import Literal

import holidays

from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.zones import gap_end, occurrences
from prompts.time_zones import load_zone

OFFICE_OPENS, OFFICE_CLOSES = time(9), time(16)
"""Optional messages arrive from 09:00 to 16:00 inclusive, reader-local."""

COUNTRIES = frozenset(holidays.list_supported_countries())
"""ISO codes of the countries whose public holidays are known."""

Hours = Literal["office", "waking", "any"]
"""office: weekdays that are no holiday, 09:00-16:00, outside quiet hours; waking: outside quiet hours."""

Refusal = Literal["weekend", "holiday", "quiet_hours", "outside_office_hours"]

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Public holidays of a country and, where given, of its state: ISO codes such as "US" and "AK".

    Raises ValueError when the holidays library does not know them.
    """

    country: str = "US"
    subdivision: str | None = None

    def __post_init__(self) -> None:
        _check_known(self.country, self.subdivision)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _holidays_of(self.country, self.subdivision, day.year)


def holiday_name(day: date, country: str, subdivision: str | None, language: str) -> str:
    """The holiday's name, in the language where the library has it; empty for no holiday, and for a country
    or a state whose holidays are unknown."""
    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=day.year, language=language)
    except NotImplementedError:
        return ""
    return str(known.get(day) or "")


@lru_cache(maxsize=512)
def _check_known(country: str, subdivision: str | None) -> None:
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError as unknown:
        raise ValueError(str(unknown)) from unknown


@lru_cache(maxsize=512)
def _holidays_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Public holidays and the days they are observed on instead."""
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


@dataclass(frozen=True, slots=True)
class Reader:
    """Where and when somebody reads. A channel is a reader too: its cohort's zone and no quiet hours.

    `zone` is an IANA name; raises `UnknownZone` (a ValueError) for another.
    """

    zone: str
    quiet_hours: QuietHours | None = None
    holidays: HolidayCalendar | None = None

    def __post_init__(self) -> None:
        load_zone(self.zone)

    def local(self, moment: datetime) -> datetime:
        """`moment` on the reader's clock."""
        return moment.astimezone(load_zone(self.zone))

    def office_hours(self) -> tuple[time, time]:
        """First and last minute of the day's window, before quiet hours are taken out of it.

        09:00-16:00, except for somebody whose quiet hours cover all of that (night shift): their window
        is the seven hours after waking, or to the end of that day, or they could never be reached.
        """
        quiet = self.quiet_hours
        if quiet is None or not (quiet.covers(OFFICE_OPENS) and quiet.covers(OFFICE_CLOSES)):
            return OFFICE_OPENS, OFFICE_CLOSES
        if OFFICE_OPENS < quiet.end <= OFFICE_CLOSES:
            return OFFICE_OPENS, OFFICE_CLOSES
        wakes = quiet.end
        return wakes, time(wakes.hour + 7, wakes.minute) if wakes.hour < 17 else time(23, 59)


def refusal(moment: datetime, reader: Reader, hours: Hours) -> Refusal | None:
    """Why `moment` is not allowed for `reader`; None when it is."""
    if hours == "any":
        return None
    local = reader.local(moment)
    if hours == "office" and local.weekday() >= 5:
        return "weekend"
    if hours == "office" and reader.holidays is not None and local.date() in reader.holidays:
        return "holiday"
    if reader.quiet_hours is not None and reader.quiet_hours.covers(local.time()):
        return "quiet_hours"
    opens, closes = reader.office_hours()
    if hours == "office" and not opens <= local.time() <= closes:
        return "outside_office_hours"
    return None


def next_allowed(moment: datetime, reader: Reader, hours: Hours = "office") -> datetime:
    """`moment` itself when allowed, else the first allowed minute after it, in UTC.

    Always ends: weekdays that are no holiday keep coming, and quiet hours leave part of each day.
    """
    if refusal(moment, reader, hours) is None:
        return moment.astimezone(UTC)
    opens = {reader.office_hours()[0]} if hours == "office" else set()
    if reader.quiet_hours is not None:
        opens.add(reader.quiet_hours.end)
    today = reader.local(moment).date()
    return next(
        opening
        for days in count()
        for opening in sorted(_openings(today + timedelta(days=days), opens, reader.zone))
        if opening > moment and refusal(opening, reader, hours) is None
    )


def last_allowed(moment: datetime, reader: Reader, hours: Hours = "office") -> datetime:
    """`moment` itself when allowed, else the last allowed whole minute before it, in UTC. Always ends."""
    if refusal(moment, reader, hours) is None:
        return moment.astimezone(UTC)
    lasts = {reader.office_hours()[1]} if hours == "office" else set()
    if reader.quiet_hours is not None:
        lasts.add(_minute_before(reader.quiet_hours.start))
    today = reader.local(moment).date()
    return next(
        closing
        for days in count()
        for closing in sorted(_closings(today - timedelta(days=days), lasts, reader.zone), reverse=True)
        if closing < moment and refusal(closing, reader, hours) is None
    )


def _openings(day: date, times: set[time], zone: str) -> Iterator[datetime]:
    for at in times:
        yield from occurrences(day, at, zone) or (gap_end(day, at, zone),)


def _closings(day: date, times: set[time], zone: str) -> Iterator[datetime]:
    for at in times:
        yield from occurrences(day, at, zone) or (gap_end(day, at, zone) - _MINUTE,)


def _minute_before(at: time) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + timedelta(days=1) - _MINUTE).time()
