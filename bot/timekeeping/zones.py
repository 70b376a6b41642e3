"""Time zones: how people say one, and which UTC moment a local date and time is.

Rules come from the pinned database alone: see `prompts.time_zones`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_name

from prompts.time_zones import UnknownZone, load_zone, zone_names, zones_of_countries


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """ISO codes by zone: the tz database's own table, and Unicode's for the older names."""
    return {**get_global("zone_territories"), **zones_of_countries()}


def country_of(zone: str) -> str:
    """The country that a zone lies in, as an ISO code such as ``US``; empty for ``UTC`` and the like."""
    found = _countries().get(zone, "")
    return found if len(found) == 2 and found.isalpha() else ""


def zone_for(reader: str, cohort: str = "", community: str = "") -> str:
    """Whose zone a time is shown, planned or counted in: the reader's own, else that of their cohort or
    session, else the community's. A name that is no zone counts as none told. Raises `UnknownZone` where no
    zone is known at all."""
    for zone in (reader, cohort, community):
        if zone in zone_names():
            return zone
    raise UnknownZone(f"no zone is known: {reader!r}, {cohort!r}, {community!r}")


class UnclearLocalTime(ValueError):
    """A local date and time that is not exactly one moment."""


class SkippedLocalTime(UnclearLocalTime):
    """The clock jumps over this local time (spring); `first_existing` is the local time after it."""

    def __init__(self, day: date, at: time, zone: str, first_existing: datetime) -> None:
        super().__init__(f"{day} {at:%H:%M} does not exist in {zone}")
        self.day, self.at, self.zone, self.first_existing = day, at, zone, first_existing


class RepeatedLocalTime(UnclearLocalTime):
    """The clock shows this local time twice (autumn); both moments are told, in UTC."""

    def __init__(self, day: date, at: time, zone: str, earlier_utc: datetime, later_utc: datetime) -> None:
        super().__init__(f"{day} {at:%H:%M} exists twice in {zone}")
        self.day, self.at, self.zone = day, at, zone
        self.earlier_utc, self.later_utc = earlier_utc, later_utc


def occurrences(day: date, at: time, zone: str) -> tuple[datetime, ...]:
    """The UTC moments at which clocks in `zone` show `at` on `day`: one, none (gap), two (fold)."""
    rules = load_zone(zone)
    shown = datetime.combine(day, at.replace(fold=0))
    moments = [shown.replace(tzinfo=rules, fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [moment for moment in moments if moment.astimezone(rules).replace(tzinfo=None, fold=0) == shown]
    return tuple(dict.fromkeys(real))


def first_moment(day: date, at: time, zone: str) -> datetime:
    """The UTC moment of a local date and time, never refusing: the first of two, the first after a gap."""
    real = occurrences(day, at, zone)
    return real[0] if real else gap_end(day, at, zone)


def gap_end(day: date, at: time, zone: str) -> datetime:
    """The UTC moment at which the clock jumps over the local time `at`, which must not exist on `day`.

    Python reads a skipped time with the offset before the jump (fold 0, a moment after it) and with the
    offset after the jump (fold 1, a moment before it): the jump is found between the two.
    """
    rules = load_zone(zone)
    skipped = datetime.combine(day, at, tzinfo=rules)
    before, after = (skipped.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    old_offset = before.astimezone(rules).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(rules).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def local_to_utc(
    day: date, at: time, zone: str, which: Literal["earlier", "later"] | None = None
) -> datetime:
    """The UTC moment of a local date and time, for what a person schedules.

    Raises UnknownZone; SkippedLocalTime when no clock shows it; RepeatedLocalTime when it is shown twice
    and `which` does not say which is meant.
    """
    real = occurrences(day, at, zone)
    if not real:
        raise SkippedLocalTime(day, at, zone, gap_end(day, at, zone).astimezone(load_zone(zone)))
    if len(real) == 2 and which is None:
        raise RepeatedLocalTime(day, at, zone, *real)
    return real[-1] if which == "later" else real[0]


# Where the name of the time zone alone tells everybody living there what is meant.
_NEEDS_NO_CITY = frozenset(
    {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"}
)


def spoken_zone_name(zone: str, language: str = "en") -> str:
    """How people say `zone`: "Pacific Time", "Mountain Time (Boise)", "hora de Alaska"; raises UnknownZone.

    Names without "standard" or "daylight", by library (CLDR). The city is added unless the zone is the
    one that everybody means: Adak and Honolulu share a name and not their clocks.
    """
    name = get_timezone_name(
        load_zone(zone), width="long", zone_variant="generic", locale=Locale.parse(language)
    )
    if zone in _NEEDS_NO_CITY:
        return name
    if "/" not in zone or zone.startswith("Etc/"):
        return zone
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{name} ({city})" if city not in name else name
