"""Tables that add up over cohorts: who completed, and how many pairs met, from which states.

A *unit* is a cohort, with how many are of each kind. In another world a unit has the same total and other
numbers, as far as what else is known of it allows (`least`, `most`); every table says the same. Integer
programming finds such a world; `is_another` counts it after.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.reports.disclosure.integer_program import Bounds, Row, solve
from bot.reports.disclosure.integer_search import MOST_VARIABLES
from bot.reports.disclosure.register import Unit
from bot.reports.disclosure.worlds import Column

LONGEST_SEARCH = 2.0
Numbers = Sequence[Mapping[str, int]]
"""Of each unit: how many are of each kind."""


@dataclass(frozen=True, slots=True)
class SumColumn(Column):
    """One table at one cut; `cell` says where a kind is counted in it, None where it is not."""

    name: str = ""
    cell: Callable[[str], str | None] = str


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that must not be worked out: how many of the cell are in these units."""

    column: int
    cell: str
    value: int
    units: frozenset[int]
    less: int | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """All that a reader holds."""

    units: Sequence[Unit]
    columns: Sequence[SumColumn]

    def with_less(self, place: int) -> Sums:
        """With a column as it would be published instead."""
        column = self.columns[place]
        return self.with_column(place, replace(column, hidden=column.instead[0], instead=column.instead[1:]))

    def with_column(self, place: int, column: Column) -> Sums:
        assert isinstance(column, SumColumn)
        return replace(self, columns=[*self.columns[:place], column, *self.columns[place + 1 :]])

    def targets(self, k: int) -> list[Sum]:
        """Every hidden number below k, and every difference below k of two published tables of which one
        holds the other; not what follows from how many came, which is no secret."""
        return [*self._small(k), *self._left(k)]

    def _small(self, k: int) -> Iterator[Sum]:
        for place, column in enumerate(self.columns):
            mine = self._units_of(column)
            for cell, count in column.counts.items():
                if 0 < count < k and not column.shows(cell) and self._has_choice(mine):
                    yield Sum(place, cell, count, mine)

    def _left(self, k: int) -> Iterator[Sum]:
        for place, whole in enumerate(self.columns):
            for other, part in enumerate(self.columns):
                if whole.name != part.name or whole.hidden is None or part.hidden is None:
                    continue
                if part.series < whole.series:
                    yield from self._differences(place, other, k)

    def _differences(self, place: int, other: int, k: int) -> Iterator[Sum]:
        whole, part = self.columns[place], self.columns[other]
        units = self._units_of(whole) - self._units_of(part)
        for cell, count in whole.counts.items():
            value = count - part.counts.get(cell, 0)
            if 0 < value < k and self._has_choice(units):
                yield Sum(place, cell, value, units, other)

    def _units_of(self, column: Column) -> frozenset[int]:
        return frozenset(place for place, unit in enumerate(self.units) if unit.series in column.series)

    def _has_choice(self, units: frozenset[int]) -> bool:
        return any(not self.units[place].is_fixed() for place in units)

    def unproved(self, targets: Sequence[Sum], k: int, end: float) -> list[Sum]:
        """The targets without another world."""
        program: _Program | None = None
        left = []
        for target in targets:
            found: Numbers | None = None
            if time.monotonic() < end:
                program = program or _Program(self)
                found = program.search(target, min(LONGEST_SEARCH, max(0.1, end - time.monotonic())))
            if found is None or not is_another(self, target, found):
                left.append(target)
        return left


def is_another(sums: Sums, target: Sum, numbers: Numbers) -> bool:
    """Whether these numbers are possible, print the same tables, and are others in the target's place."""
    for unit, now in zip(sums.units, numbers, strict=True):
        if sum(now.values()) != sum(unit.counts.values()):
            return False
        if any(not unit.least.get(kind, 0) <= n <= unit.most.get(kind, 0) for kind, n in now.items()):
            return False
        if any(now.get(kind, 0) < least for kind, least in unit.least.items()):
            return False
    for column in sums.columns:
        if column.hidden is None:
            continue
        change: Counter[str] = Counter()
        for unit, now in zip(sums.units, numbers, strict=True):
            for kind in {*unit.counts, *now} if unit.series in column.series else ():
                if (cell := column.cell(kind)) is not None and column.shows(cell):
                    change[cell] += now.get(kind, 0) - unit.counts.get(kind, 0)
        if any(change.values()):
            return False
    told = sums.columns[target.column].cell
    value = sum(
        n for place in target.units for kind, n in numbers[place].items() if told(kind) == target.cell
    )
    return value != target.value


class _Program:
    """Variables: how many of a kind are in a unit. Rows: each unit's total, each cell that is shown."""

    def __init__(self, sums: Sums) -> None:
        self.sums = sums
        self.kinds = [(place, kind) for place, unit in enumerate(sums.units) for kind in unit.most]
        self.truth = np.array([sums.units[place].counts.get(kind, 0) for place, kind in self.kinds])
        rows: list[list[int]] = [[] for _ in sums.units]
        for variable, (place, _) in enumerate(self.kinds):
            rows[place].append(variable)
        for column in sums.columns:
            shown: dict[str, list[int]] = {}
            for variable, (place, kind) in enumerate(self.kinds):
                cell = column.cell(kind) if sums.units[place].series in column.series else None
                if column.hidden is not None and cell is not None and column.shows(cell):
                    shown.setdefault(cell, []).append(variable)
            rows += shown.values()
        self.rows = [Row(mine, self.truth[mine].sum(), self.truth[mine].sum()) for mine in rows]
        least = [sums.units[place].least.get(kind, 0) for place, kind in self.kinds]
        most = [sums.units[place].most[kind] for place, kind in self.kinds]
        self.bounds = Bounds(np.array(least, dtype=float), np.array(most, dtype=float))

    def search(self, target: Sum, seconds: float) -> Numbers | None:
        if not self.kinds or len(self.kinds) > MOST_VARIABLES:
            return None
        cell = self.sums.columns[target.column].cell
        aim = [
            variable
            for variable, (place, kind) in enumerate(self.kinds)
            if place in target.units and cell(kind) == target.cell
        ]
        for limits in ((target.value + 1, np.inf), (0, target.value - 1)):
            found = solve([*self.rows, Row(aim, *limits)], self.bounds, seconds=seconds)
            if found is not None:
                return self._numbers(found)
        return None

    def _numbers(self, found: np.ndarray) -> Numbers:
        numbers: list[dict[str, int]] = [{} for _ in self.sums.units]
        for (place, kind), n in zip(self.kinds, found, strict=True):
            numbers[place][kind] = int(n)
        return numbers
