"""The days of a series that runs again: the same gaps, weekdays and hours, from a new first day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.timekeeping.zones import SkippedLocalTime, local_to_utc
from prompts import dates
from prompts.time_zones import load_zone


@dataclass(frozen=True, slots=True)
class Before:
    """When a session was: UTC, and the zone it was planned in."""

    starts_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Again:
    """When it would be. `skipped`: the clock jumps over that hour on that day, so it is an hour later."""

    day: date
    starts_at: datetime
    skipped: bool


def days_again(before: Sequence[Before], first_day: date) -> tuple[Again, ...]:
    """The same local hours, each as many days after the first as it was; an hour that comes twice is the
    first of the two."""
    if not before:
        return ()
    local = [dates.in_zone(one.starts_at, one.zone) for one in before]
    began = min(moment.date() for moment in local)
    return tuple(
        _moment(first_day + (moment.date() - began), moment, one.zone)
        for one, moment in zip(before, local, strict=True)
    )


def same_weekday(before: Sequence[Before], first_day: date) -> bool:
    """Whether the sessions keep their weekdays."""
    began = min((dates.in_zone(one.starts_at, one.zone).date() for one in before), default=first_day)
    return began.weekday() == first_day.weekday()


def suggested_first_day(before: Sequence[Before], today: date) -> date:
    """A year (364 days keep the weekday) after the last time, or the first such week that is to come."""
    began = min((dates.in_zone(one.starts_at, one.zone).date() for one in before), default=today)
    first = began + timedelta(days=364)
    weeks = max(0, (today - first).days // 7 + 1) if first <= today else 0
    return first + timedelta(weeks=weeks)


def _moment(day: date, local: datetime, zone: str) -> Again:
    try:
        return Again(day, local_to_utc(day, local.time(), zone, "earlier"), skipped=False)
    except SkippedLocalTime as gap:
        at = gap.first_existing.astimezone(load_zone(zone))
        return Again(day, local_to_utc(day, at.time(), zone, "earlier"), skipped=True)
