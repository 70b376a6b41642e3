"""The same proof for tables that add up over cohorts: completion, pairs, and who met whom.

How many came and how often is no secret (`hiding_sizes`); so completion that follows from it, as in a series
of two sessions, is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.reports.disclosure.register import Register, Unit
from bot.reports.disclosure.sums import SumColumn, Sums
from bot.reports.disclosure.units import CELLS, fixed, meetings_of
from bot.reports.disclosure.withholding import settle
from bot.reports.scopes import Places, Scope
from bot.reports.shown import Earlier, Shown, Snapshot

FAMILIES = (("completion",), ("pairs", "ties", "across_states", "across_organisations"))


def prove_sums(
    snapshot: Snapshot,
    places: Places,
    earlier: Earlier,
    k: tuple[int, int],
    register: Register,
    cut: date,
    seconds: float,
    proved_before: bool = True,
) -> tuple[Snapshot, bool]:
    """The snapshot with fewer tables, and whether each small number hidden in one is proved safe now."""
    proved, made = True, dict(snapshot)
    meetings = meetings_of(register)
    for names, units in ((FAMILIES[0], list(register.completion)), (FAMILIES[1], meetings)):
        if not any(key[1] in names and _is_new(earlier, key, table) for key, table in made.items()):
            proved &= proved_before
            continue
        for outside in (False, True):
            mine = _known(units, made, earlier, outside) if names == FAMILIES[0] else units
            columns = list(_columns(made, places, earlier, register, cut, names, outside))
            settled = settle(Sums(mine, columns), k[outside], seconds / 4)
            proved &= settled.proved
            for column, hidden in zip(columns, settled.hidden, strict=True):
                if hidden != column.hidden:
                    key = (column.scope, column.name)
                    made[key] = replace(made[key], outside=None, inside=made[key].inside if outside else None)
    return made, proved


def _known(units: list[Unit], snapshot: Snapshot, earlier: Earlier, outside: bool) -> list[Unit]:
    """Where a report says how many people came how often, it says who completed."""
    told = {
        scope.row
        for tables in (earlier.items(), ((key, (table,)) for key, table in snapshot.items()))
        for (scope, name), published in tables
        if name == "dose" and any(one.counts and one.hidden(outside) is not None for one in published)
    }
    return [fixed(unit) if unit.series in told else unit for unit in units]


def _columns(
    snapshot: Snapshot,
    places: Places,
    earlier: Earlier,
    register: Register,
    cut: date,
    names: tuple[str, ...],
    outside: bool,
) -> Iterator[SumColumn]:
    def column(key: tuple[Scope, str], table: Shown, new: bool) -> SumColumn:
        scope, name = key
        day = cut if new or table.cut is None else table.cut
        series = places.series_in(scope)
        over = frozenset(one for one in series if register.is_over(one, day))
        hidden = table.hidden(outside)
        instead = (None,) if new and hidden is not None else ()
        return SumColumn(scope, day, table.counts, hidden, 0, over, instead, name, CELLS[name])

    for key, tables in earlier.items():
        yield from (column(key, one, new=False) for one in tables if key[1] in names and one.counts)
    for key, table in snapshot.items():
        if key[1] in names and table.counts and _is_new(earlier, key, table):
            yield column(key, table, new=True)


def _is_new(earlier: Earlier, key: tuple[Scope, str], table: Shown) -> bool:
    before = earlier.get(key)
    return not before or before[-1] != table
