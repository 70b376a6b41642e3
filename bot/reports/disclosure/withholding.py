"""Which tables of a cut cannot be published: those without which every hidden number has its witness."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reports.disclosure.exchange import Exchanges
from bot.reports.disclosure.integer_search import Program, program_of
from bot.reports.disclosure.register import persons
from bot.reports.disclosure.worlds import Held, Target, World, is_witness

NARROWEST = ("series", "project", "year", "all")
LONGEST_SEARCH = 2.0
"""Seconds for one number by integer programming."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What of each column is hidden then, and whether everything is proved."""

    hidden: tuple[frozenset[str] | None, ...]
    poorer: int
    """How many columns hide more."""
    proved: bool
    targets: int
    """How many numbers were looked at."""
    at_first: tuple[Target, ...] = ()
    """Those that had no witness before more was hidden."""


def settle(held: Held, k: int, seconds: float) -> Settled:
    """Hide more of new columns, of the narrowest that helps most first, until every target has its witness.

    What has none when the time is up counts as having none.
    """
    end = time.monotonic() + seconds
    targets, before = list(targets_of(held, k)), held
    failing, steps = unproved(held, targets, k, end), 0
    at_first = tuple(failing)
    while failing:
        candidates = [place for place, column in enumerate(held.columns) if column.instead]
        if not candidates:
            break
        helps = {place: _help(held, failing, place, k) for place in candidates}
        best = max(candidates, key=lambda place: helps[place])
        if not helps[best][0] and not _helps_together(held, failing, candidates, k, end):
            break  # not for what is published now
        held, steps = held.with_less(best), steps + 1
        more = [one for one in targets_of(held, k) if one not in targets]
        targets += more
        failing = unproved(held, [one for one in (*failing, *more) if _published(held, one)], k, end)
    if steps > 1 and not failing:
        held = _given_back(before, held, k, end)
    poorer = sum(one.hidden != other.hidden for one, other in zip(before.columns, held.columns, strict=True))
    hidden = tuple(column.hidden for column in held.columns)
    return Settled(hidden, poorer, not failing, len(targets), at_first)


def _given_back(before: Held, held: Held, k: int, end: float) -> Held:
    """With each column that need not hide more after all, now that others do; the narrowest first."""
    hiding = [
        place for place, column in enumerate(held.columns) if column.hidden != before.columns[place].hidden
    ]
    for place in sorted(hiding, key=lambda place: NARROWEST.index(held.columns[place].scope.kind)):
        columns = [*held.columns]
        columns[place] = before.columns[place]
        richer = replace(held, columns=columns)
        if time.monotonic() < end and not unproved(richer, list(targets_of(richer, k)), k, end):
            held = richer
    return held


def _help(held: Held, failing: Sequence[Target], place: int, k: int) -> tuple[int, int, int]:
    """How many more numbers are safe without a column; then the narrower, then that of fewer people."""
    without = held.with_less(place)
    left = unproved(without, [one for one in failing if _published(without, one)], k, 0.0)
    column = held.columns[place]
    return len(failing) - len(left), -NARROWEST.index(column.scope.kind), -column.people.bit_count()


def _helps_together(
    held: Held, failing: Sequence[Target], candidates: Sequence[int], k: int, end: float
) -> bool:
    """Whether anything more is safe when none of the candidates is published."""
    for place in candidates:
        while held.columns[place].instead:
            held = held.with_less(place)
    wanted = [one for one in failing if _published(held, one)]
    return len(unproved(held, wanted, k, end)) < len(failing)


def _published(held: Held, target: Target) -> bool:
    """A difference from a table that is withheld is nobody's to work out."""
    places = [target.column] if target.less is None else [target.column, target.less]
    return target.less is None or all(held.columns[place].hidden is not None for place in places)


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
