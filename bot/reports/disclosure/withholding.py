"""Which tables of a cut cannot be published: those without which every hidden number has its witness."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reports.disclosure.exchange import Exchanges
from bot.reports.disclosure.integer_search import search
from bot.reports.disclosure.register import persons
from bot.reports.disclosure.worlds import Held, Target, is_witness

NARROWEST = ("series", "project", "year", "all")
LONGEST_SEARCH = 2.0
"""Seconds for one number by integer programming."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What of each column is hidden then, and whether everything is proved."""

    hidden: tuple[frozenset[str] | None, ...]
    poorer: int
    """How many steps were taken."""
    proved: bool
    targets: int
    """How many numbers were looked at."""


def settle(held: Held, k: int, seconds: float) -> Settled:
    """Hide more of new columns, of the narrowest that helps most first, until every target has its witness.

    What has none when the time is up counts as having none.
    """
    end = time.monotonic() + seconds
    targets = list(targets_of(held, k))
    failing, steps = unproved(held, targets, k, end), 0
    while failing:
        candidates = [place for place, column in enumerate(held.columns) if column.instead]
        if not candidates:
            break
        helps = {place: _help(held, failing, place, k) for place in candidates}
        best = max(candidates, key=lambda place: helps[place])
        if not helps[best][0] and not _helps_together(held, failing, candidates, k):
            break  # not for what is published now
        held, steps = held.with_less(best), steps + 1
        more = [one for one in targets_of(held, k) if one not in targets]
        targets += more
        failing = unproved(held, [one for one in (*failing, *more) if _published(held, one)], k, end)
    return Settled(tuple(column.hidden for column in held.columns), steps, not failing, len(targets))


def _help(held: Held, failing: Sequence[Target], place: int, k: int) -> tuple[int, int, int]:
    """How many more numbers are safe without a column; then the narrower, then that of fewer people."""
    without = held.with_less(place)
    left = unproved(without, [one for one in failing if _published(without, one)], k, 0.0)
    column = held.columns[place]
    return len(failing) - len(left), -NARROWEST.index(column.scope.kind), -column.people.bit_count()


def _helps_together(held: Held, failing: Sequence[Target], candidates: Sequence[int], k: int) -> bool:
    """Whether anything more is safe when none of the candidates is published."""
    for place in candidates:
        while held.columns[place].instead:
            held = held.with_less(place)
    wanted = [one for one in failing if _published(held, one)]
    return len(unproved(held, wanted, k, 0.0)) < len(failing)


def _published(held: Held, target: Target) -> bool:
    """A difference from a table that is withheld is nobody's to work out."""
    places = [target.column] if target.less is None else [target.column, target.less]
    return target.less is None or all(held.columns[place].hidden is not None for place in places)


def unproved(held: Held, targets: Sequence[Target], k: int, end: float) -> list[Target]:
    """The targets without a witness; by exchange alone when the time is up."""
    exchanges = Exchanges(held)
    left = []
    for target in targets:
        world = None if _is_printed(held, target) else exchanges.witness(target, k)
        if world is None and time.monotonic() < end and not _is_printed(held, target):
            world = search(held, target, k, min(LONGEST_SEARCH, max(0.1, end - time.monotonic())))
        if world is None or not is_witness(held, target, world):
            left.append(target)
    return left


def _is_printed(held: Held, target: Target) -> bool:
    """Whether the number is the difference of two printed ones: no world has another."""
    if target.less is None:
        return held.columns[target.column].shows(target.group)
    whole, part = held.columns[target.column], held.columns[target.less]
    return part.series <= whole.series and whole.shows(target.group) and part.shows(target.group)


def targets_of(held: Held, k: int) -> Iterator[Target]:
    """Every hidden count below k; every difference below k between two published tables, one of which holds
    the other's people."""
    for place, column in enumerate(held.columns):
        for group, count in column.counts.items():
            if 0 < count < k and not column.shows(group):
                yield Target(group, count, column.people, place)
    for place, whole in enumerate(held.columns):
        for other, part in enumerate(held.columns):
            if place == other or whole.hidden is None or part.hidden is None:
                continue
            if part.series <= whole.series and part.cut <= whole.cut:
                yield from _differences(held, place, other, k)
            elif place < other and not whole.series & part.series:
                yield from _overlaps(held, place, other, k)


def _differences(held: Held, place: int, other: int, k: int) -> Iterator[Target]:
    whole, part = held.columns[place], held.columns[other]
    inside = whole.people & ~part.people
    for group in {*whole.counts, *part.counts}:
        value = whole.counts.get(group, 0) - part.counts.get(group, 0)
        if 0 < value < k:
            yield Target(group, value, inside, place, other)


def _overlaps(held: Held, place: int, other: int, k: int) -> Iterator[Target]:
    """Who came to both of two: their counts less that of both together would tell."""
    both = held.columns[place].people & held.columns[other].people
    found: dict[str, int] = {}
    for person in persons(both):
        group = held.groups[person]
        found[group] = found.get(group, 0) + 1
    for group, value in found.items():
        if 0 < value < k:
            yield Target(group, value, both, place, other)
