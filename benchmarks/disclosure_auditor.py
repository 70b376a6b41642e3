"""An attacker with everything that a community ever published, and constraint programming (OR-tools' CP-SAT).

Independent of the code that hides and proves: it sees the printed numbers only, knows the calendar, and looks
for another community that would have printed the same. People are sorted by *pattern*: the series that they
came to, each with the week in which they were counted first. Patterns are those that occur, each with one
series left out, and each series alone; how many people have a pattern is not known to it. A number of 1 to
k - 1 that is the same in every community found possible is derivable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

Pattern = frozenset[tuple[int, int]]
"""(series, week) pairs."""
LARGEST = 500
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A table by group as it was printed: of these series, which were over in this week. `shown` is None for
    a table that was withheld; `true` is what the auditor checks its guesses by."""

    series: frozenset[int]
    week: int
    shown: Mapping[str, int] | None
    true: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people in all came to these series up to a week, as every report says weekly."""

    series: frozenset[int]
    week: int
    people: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A number that can be worked out."""

    table: Printed
    group: str
    value: int
    less: Printed | None = None


def derivable(
    tables: Sequence[Printed],
    sizes: Sequence[Reached],
    over: Mapping[int, int],
    patterns: Collection[Pattern],
    k: int,
) -> list[Finding]:
    """Every hidden count, and every difference of a table and a part of it, that has but one value. `over` is
    the week from which on a series counts in tables by group."""
    attack = _Attack(tables, sizes, over, patterns)
    return [finding for finding in _secrets(tables, k) if not attack.has_another_world(finding)]


def _secrets(tables: Sequence[Printed], k: int) -> Iterator[Finding]:
    for table in tables:
        for group, value in table.true.items():
            if 0 < value < k and (table.shown is None or group not in table.shown):
                yield Finding(table, group, value)
    for whole in tables:
        for part in tables:
            if part is whole or whole.shown is None or part.shown is None:
                continue
            if part.series <= whole.series and part.week <= whole.week:
                for group in whole.true:
                    value = whole.true[group] - part.true.get(group, 0)
                    if 0 < value < k:
                        yield Finding(whole, group, value, part)


class _Attack:
    def __init__(
        self,
        tables: Sequence[Printed],
        sizes: Sequence[Reached],
        over: Mapping[int, int],
        patterns: Collection[Pattern],
    ) -> None:
        self.over = over
        self.worlds: list[dict[tuple[int, str], int]] = []
        self.patterns = sorted(_and_neighbours(patterns), key=sorted)
        self.groups = sorted({group for table in tables for group in table.true})
        self.model = cp_model.CpModel()
        self.count = {
            (place, group): self.model.new_int_var(0, LARGEST, f"{place} {group}")
            for place in range(len(self.patterns))
            for group in self.groups
        }
        for table in tables:
            if table.shown is None:
                continue
            for group, value in table.shown.items():
                self.model.add(self._in(table, group) == value)
            everybody = sum(self._in(table, group) for group in self.groups)
            self.model.add(everybody == sum(table.true.values()))
        for inside, people in {(self._came(size), size.people) for size in sizes}:
            self.model.add(
                sum(self.count[place, group] for place in inside for group in self.groups) == people
            )

    def _in(self, table: Printed, group: str) -> cp_model.LinearExprT:
        return sum(self.count[place, group] for place in self._counted(table))

    def _counted(self, table: Printed) -> set[int]:
        """The patterns of everybody in a table."""
        series = {one for one in table.series if self.over[one] <= table.week}
        return {
            place for place, pattern in enumerate(self.patterns) if any(one in series for one, _ in pattern)
        }

    def _terms(self, finding: Finding) -> list[tuple[tuple[int, str], int]]:
        """The counts that a number is the sum of, each with its sign."""
        whole = self._counted(finding.table)
        part = self._counted(finding.less) if finding.less is not None else set()
        return [((place, finding.group), 1) for place in sorted(whole - part)] + [
            ((place, finding.group), -1) for place in sorted(part - whole)
        ]

    def _came(self, size: Reached) -> frozenset[int]:
        return frozenset(
            place
            for place, pattern in enumerate(self.patterns)
            if any(one in size.series and week <= size.week for one, week in pattern)
        )

    def has_another_world(self, finding: Finding) -> bool:
        """One found before will do, if the number is another one there."""
        if any(_value(world, self._terms(finding)) != finding.value for world in self.worlds):
            return True
        model = self.model.clone()
        model.add(sum(sign * self.count[key] for key, sign in self._terms(finding)) != finding.value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = SECONDS
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return False
        self.worlds.append({key: solver.value(one) for key, one in self.count.items()})
        return True


def _value(world: Mapping[tuple[int, str], int], terms: Sequence[tuple[tuple[int, str], int]]) -> int:
    return sum(sign * world[key] for key, sign in terms)


def _and_neighbours(patterns: Collection[Pattern]) -> set[Pattern]:
    found = set(patterns)
    for pattern in patterns:
        found |= {frozenset({one}) for one in pattern}
        found |= {pattern - {one} for one in pattern}
    return found - {frozenset()}
