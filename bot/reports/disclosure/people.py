"""What must not be worked out about people's groups, and the search for witnesses."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bot.reports.disclosure.exchange import Exchanges
from bot.reports.disclosure.integer_search import Program, program_of
from bot.reports.disclosure.register import persons
from bot.reports.disclosure.worlds import Held, Target, World, is_witness

LONGEST_SEARCH = 2.0
"""Seconds for one number by integer programming."""


class People(Held):
    """Everything that a reader holds about one characteristic, as a model to settle."""

    __slots__ = ()

    def targets(self, k: int) -> list[Target]:
        """See `targets_of`."""
        return list(targets_of(self, k))

    def unproved(self, targets: Sequence[Target], k: int, end: float) -> list[Target]:
        """The targets without a witness; by exchange alone when the time is up."""
        return unproved(self, targets, k, end)


def unproved(held: Held, targets: Sequence[Target], k: int, end: float) -> list[Target]:
    """The targets without a witness; by exchange alone when the time is up."""
    exchanges, program = Exchanges(held), _Later(held)
    left = []
    for target in targets:
        world = None if _is_printed(held, target) else exchanges.witness(target, k)
        if world is None and time.monotonic() < end and not _is_printed(held, target):
            world = program.search(target, k, end)
        if world is None or not is_witness(held, target, world):
            left.append(target)
    return left


class _Later:
    """An integer program that is made when it is first needed."""

    def __init__(self, held: Held) -> None:
        self.held, self.made = held, False
        self.program: Program | None = None

    def search(self, target: Target, k: int, end: float) -> World | None:
        if not self.made:
            self.program, self.made = program_of(self.held), True
        seconds = min(LONGEST_SEARCH, max(0.1, end - time.monotonic()))
        return None if self.program is None else self.program.search(target, k, seconds)


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
