"""Fixed cuts: results are published on set dates only, and two publications never reveal a few people.

Whoever holds two publications can subtract one from the other. So a result waits for a set date after it has
closed, a date passes with nothing new while too few people stand behind what is new, and what is shown at a
date is hidden against every earlier publication of the same table, not only by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reports.protection import Arc, Node, protect
from bot.reports.suppression import ShownCell, ShownTable, costs_of_hiding


@dataclass(frozen=True)
class ClosedResult:
    """A form or session that takes no more answers: the local day it closed, how many people it is from."""

    key: str
    closed_on: date
    people: int


@dataclass(frozen=True)
class Publication:
    """One table at one cut: the true counts then, and the groups whose count was hidden."""

    counts: Mapping[str, int]
    hidden: frozenset[str] = frozenset()


def monthly_cuts(first: date, last: date) -> tuple[date, ...]:
    """The first day of every month from `first` to `last`, both included."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    days = (date(month // 12, month % 12 + 1, 1) for month in months)
    return tuple(day for day in days if first <= day <= last)


def weekly_cuts(first: date, last: date) -> tuple[date, ...]:
    """Every Monday from `first` to `last`, both included: the cuts of reports."""
    monday = first + timedelta(days=-first.weekday() % 7)
    return tuple(monday + timedelta(weeks=week) for week in range((last - monday).days // 7 + 1))


def latest_cut(today: date) -> date:
    """The Monday of this week: a session's form closes five days after it, so that most are in by then."""
    return today - timedelta(days=today.weekday())


def first_cut_after(closed_on: date, cuts: Sequence[date]) -> date | None:
    """The first cut later than the day of closing (that day must be over); None when there is none."""
    ordered = sorted(cuts)
    place = bisect_right(ordered, closed_on)
    return ordered[place] if place < len(ordered) else None


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


def suppress_at_cut(
    history: Sequence[Publication], counts: Mapping[str, int], k: int, secret: str = ""
) -> ShownTable | None:
    """A running one-way table at its next cut, safe beside all earlier publications, oldest first.

    Protects the counts at every cut and every difference between neighbouring cuts (0 < |difference| < k);
    hides a count that is that close to any earlier count shown of its group. None when no choice is safe:
    publish the last table again and wait for the next cut. A `Publication` is made of published tables only.
    """
    cuts = [*history, Publication(counts)]
    labels = list(dict.fromkeys(label for each in reversed(cuts) for label in each.counts))
    values = [[each.counts.get(label, 0) for label in labels] for each in cuts]
    arcs, hidden_before = _arcs_over_time(labels, cuts, values, costs_of_hiding(labels, values[-1], secret))
    total = sum(values[-1])
    if any(0 < abs(total - sum(then)) < k for then in values[:-1]):
        return None
    hidden = protect(arcs, k, hidden_before | _close_to_earlier(labels, history, values, k))
    if hidden is None:
        return None
    cells = []
    for index, (label, value) in enumerate(zip(labels, values[-1], strict=True)):
        shown = None if index in hidden else value
        cells.append(ShownCell(label, shown, 100 * shown / total if shown is not None and total else None))
    return ShownTable(tuple(cells), total, k)


def _arcs_over_time(
    labels: Sequence[str], cuts: Sequence[Publication], values: Sequence[Sequence[int]], costs: Sequence[int]
) -> tuple[list[Arc], set[int]]:
    """The current counts first (in label order), then all totals, earlier counts and differences.

    Each group, and the total, is a chain over time: the count before plus the difference is the count now.
    """
    last = len(cuts) - 1
    arcs = [
        Arc(_start(last, label), "now", value, cost)
        for label, value, cost in zip(labels, values[last], costs, strict=True)
    ]
    arcs.append(Arc("now", _total_at(last), sum(values[last])))
    hidden: set[int] = set()
    for place, cut in enumerate(cuts[:-1]):
        for label, value, later in zip(labels, values[place], values[place + 1], strict=True):
            if label in cut.hidden:
                hidden.add(len(arcs))
            arcs.append(Arc(_start(place, label), _start(place + 1, label), value))
            added = ("added", place + 1)
            arcs.append(Arc(added, _start(place + 1, label), later - value, unpublished=True))
        total, later_total = sum(values[place]), sum(values[place + 1])
        arcs.append(Arc(_total_at(place + 1), _total_at(place), total))
        arcs.append(Arc(_total_at(place + 1), ("added", place + 1), later_total - total, unpublished=True))
    return arcs, hidden


def _close_to_earlier(
    labels: Sequence[str], history: Sequence[Publication], values: Sequence[Sequence[int]], k: int
) -> set[int]:
    """Groups whose count now differs by fewer than k from one shown at any earlier cut."""
    return {
        index
        for cut, then in zip(history, values, strict=False)
        for index, label in enumerate(labels)
        if label not in cut.hidden and 0 < abs(values[-1][index] - then[index]) < k
    }


def _start(place: int, label: str) -> Node:
    """Where a group's count at a cut comes from: first from the total, later from its own chain."""
    return ("group", place, label) if place else _total_at(0)


def _total_at(place: int) -> Node:
    return ("total", place)
