"""Completion and who met, which add up over cohorts: a hidden number is another one in some other world."""

from __future__ import annotations

import time
from datetime import date
from fractions import Fraction

from bot.reports.disclosure.register import Register, Room, Unit
from bot.reports.disclosure.sums import Sum, SumColumn, Sums, is_another
from bot.reports.disclosure.units import CELLS, completion_of, meetings_of
from bot.reports.disclosure.withholding import settle
from bot.reports.scopes import Scope

DAY = date(2027, 1, 4)


def _column(kind: str, row: int, series: set[int], counts: dict[str, int], hidden: bool) -> SumColumn:
    shown = None if hidden else frozenset[str]()
    instead = () if hidden else (None,)
    scope = Scope(kind, row)  # type: ignore[arg-type]
    return SumColumn(
        scope, DAY, counts, shown, 0, frozenset(series), instead, "completion", CELLS["completion"]
    )


def _unit(series: int, done: int, left: int, give: int) -> Unit:
    counts = {"completed": done, "not": left}
    least = {name: n - give for name, n in counts.items()}
    return Unit(series, counts, least, {name: n + give for name, n in counts.items()})


def test_a_project_less_its_other_series_would_tell_who_did_not_complete() -> None:
    """20 of 22 completed series 1, which is hidden; 30 of 40 series 2 and 50 of 62 the project are not."""
    one = _column("series", 1, {1}, {"completed": 20, "not": 2}, hidden=True)
    two = _column("series", 2, {2}, {"completed": 30, "not": 10}, hidden=False)
    project = _column("project", 1, {1, 2}, {"completed": 50, "not": 12}, hidden=False)
    sums = Sums([_unit(1, 20, 2, 2), _unit(2, 30, 10, 5)], [one, two, project])
    settled = settle(sums, k=5, seconds=5)
    assert settled.proved
    assert settled.hidden == (None, None, frozenset()), "the narrower of the two is withheld"


def test_three_tables_together_tell_what_no_two_do() -> None:
    """All less series 1 and series 2 is series 3: rules for two tables at a time do not see it."""
    counts = {1: (30, 10), 2: (25, 8), 3: (20, 2)}
    units = [_unit(series, *both, 2) for series, both in counts.items()]
    columns = [
        _column("series", series, {series}, {"completed": done, "not": left}, hidden=series == 3)
        for series, (done, left) in counts.items()
    ]
    whole = _column("all", 0, {1, 2, 3}, {"completed": 75, "not": 20}, hidden=False)
    settled = settle(Sums(units, [*columns, whole]), k=5, seconds=5)
    assert settled.proved
    assert sum(hidden is None for hidden in settled.hidden) == 2, "the hidden one, and one more"


def test_what_follows_from_how_many_came_is_no_secret() -> None:
    """Two sessions, all needed: people and participations say who completed."""
    unit = completion_of(1, {person: [0, 1] for person in range(20)} | {20: [0], 21: [1]}, 2, Fraction(3, 4))
    assert unit.is_fixed()
    column = _column("series", 1, {1}, dict(unit.counts), hidden=True)
    assert Sums([unit], [column]).targets(5) == []


def test_who_came_last_could_have_been_another() -> None:
    """Four sessions, three are enough: six had three before, two had two, one had one; three came last."""
    attended = {person: [0, 1, 2] for person in range(6)} | {6: [0, 1, 3], 7: [0, 1], 8: [0, 3], 9: [3]}
    unit = completion_of(1, attended, 4, Fraction(3, 4))
    assert unit.counts == {"completed": 7, "not": 3}
    assert (unit.least["completed"], unit.most["completed"]) == (6, 8)
    everybody = completion_of(1, {person: [0, 1, 2, 3] for person in range(9)}, 4, Fraction(3, 4))
    assert everybody.is_fixed(), "as many seats as people"


def test_pairs_have_another_world_where_other_people_could_have_met() -> None:
    states, organisations = ["WA"] * 4 + ["OR"] * 4, ["A", "B"] * 4
    pairs = frozenset({(0, 4), (0, 5), (1, 2)})
    register = Register(
        {"state": states, "organisation": organisations}, {1: 255}, {1: DAY}, [Room(1, 255, pairs)]
    )
    (unit,) = meetings_of(register)
    assert unit.counts["not"] == 28 - 3
    counts = {"OR|WA": 2, "WA|WA": 1}
    scope, over = Scope("series", 1), frozenset({1})
    ties = SumColumn(scope, DAY, counts, frozenset(counts), 0, over, (), "ties", CELLS["ties"])
    sums = Sums([unit], [ties])
    targets = sums.targets(5)
    assert {(one.cell, one.value) for one in targets} == {("OR|WA", 2), ("WA|WA", 1)}
    assert sums.unproved(targets, 5, time.monotonic() + 5) == []


def test_numbers_that_print_something_else_are_no_witness() -> None:
    """The second routine, which only counts, refuses what a search must not find."""
    shown = _column("all", 0, {1, 2}, {"completed": 50, "not": 12}, hidden=False)
    hidden = _column("series", 1, {1}, {"completed": 20, "not": 2}, hidden=True)
    sums = Sums([_unit(1, 20, 2, 2), _unit(2, 30, 10, 5)], [hidden, shown])
    target = Sum(0, "not", 2, frozenset({0}))
    other = {"completed": 19, "not": 3}
    assert is_another(sums, target, [other, {"completed": 31, "not": 9}])
    assert not is_another(sums, target, [other, {"completed": 30, "not": 10}]), "all would print 49"
    assert not is_another(sums, target, [{"completed": 20, "not": 2}, {"completed": 30, "not": 10}])
    assert not is_another(sums, target, [{"completed": 15, "not": 7}, {"completed": 35, "not": 5}])
