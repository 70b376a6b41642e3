"""Cuts: what is new is published on certain mornings only, and a few people's results wait for company.

Whoever holds two publications can subtract one from the other. So a result waits for a morning after it has
closed: a Monday, the one after a form closed with enough answers, or the one after a series was closed. A
cut passes with nothing new while too few people stand behind what is new. How a table is
hidden beside earlier ones stands in `nested`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class ClosedResult:
    """A form or session that takes no more answers: the local day it closed, how many people it is from."""

    key: str
    closed_on: date
    people: int


def weekly_cuts(first: date, last: date) -> tuple[date, ...]:
    """Every Monday from `first` to `last`, both included: the cuts that reports always have."""
    monday = first + timedelta(days=-first.weekday() % 7)
    return tuple(monday + timedelta(weeks=week) for week in range((last - monday).days // 7 + 1))


def latest_cut(today: date) -> date:
    """The Monday of this week: a session's form closes five days after it, so that most are in by then."""
    return today - timedelta(days=today.weekday())


def day_of_cut(today: date, closings: Iterable[date]) -> date:
    """The day of the newest cut that is due: Monday, or the morning after a day of `closings`."""
    mornings = (day + timedelta(days=1) for day in closings)
    return max([latest_cut(today), *(day for day in mornings if day <= today)])


def day_after(today: date, closings: Iterable[date]) -> date:
    """The day of the next cut as far as it is known today: tomorrow where something of today waits for it,
    else Monday."""
    tomorrow = today + timedelta(days=1)
    return tomorrow if today in closings else latest_cut(today) + timedelta(weeks=1)


def assign_to_cuts(results: Iterable[ClosedResult], cuts: Sequence[date], k: int) -> dict[str, date | None]:
    """The publication date of each result; None while it waits.

    A result waits past a cut while the largest result of its batch has fewer than k people (the largest, not
    the sum: the same people may stand behind all of them). Never moves a result whose cut is decided: what
    closes later joins later batches only.
    """
    waiting = sorted(results, key=lambda each: (each.closed_on, each.key))
    assigned: dict[str, date | None] = {each.key: None for each in waiting}
    for cut in sorted(cuts):
        batch = [each for each in waiting if each.closed_on < cut]
        if max((each.people for each in batch), default=0) < k:
            continue
        assigned |= {each.key: cut for each in batch}
        waiting = waiting[len(batch) :]
    return assigned
