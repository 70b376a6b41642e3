"""Proving that nothing hidden can be worked out from all tables by group ever published, or withholding more.

See `disclosure`. What outside readers see is a part of what inside readers see, with fewer numbers, so inside
is settled first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.reports.counting import Counts
from bot.reports.disclosure.register import Register
from bot.reports.disclosure.withholding import Settled, settle
from bot.reports.disclosure.worlds import Column, Held, Ties
from bot.reports.hiding import hide_everything
from bot.reports.scopes import Places, Scope
from bot.reports.shown import PEOPLE, Earlier, Hidden, Shown, Snapshot

LONGEST = 60.0
"""Seconds for one cut. What is not proved by then is withheld."""
_WHO_MET = {"state": ("ties", "across_states"), "organisation": ("across_organisations",)}


def hide_and_prove(
    counts: Counts,
    places: Places,
    earlier: Earlier,
    k: tuple[int, int],
    secret: str,
    register: Register,
    cut: date,
    proved_before: bool = True,
) -> tuple[Snapshot, bool]:
    """All tables of a cut as readers see them, and whether nothing hidden can be worked out (see `prove`)."""
    alone, beside = (
        hide_everything(counts, places, earlier, k, secret, register, cut, beside=careful)
        for careful in (False, True)
    )
    alone |= {key: Shown({}) for key, tables in earlier.items() if key not in alone and tables[-1].counts}
    return prove(alone, beside, places, earlier, k, register, cut, proved_before)


def prove(
    snapshot: Snapshot,
    careful: Snapshot,
    places: Places,
    earlier: Earlier,
    k: tuple[int, int],
    register: Register,
    cut: date,
    proved_before: bool = True,
    seconds: float = LONGEST,
) -> tuple[Snapshot, bool]:
    """The snapshot with fewer numbers, and whether every number hidden in any table is proved safe now. What
    a `careful` one hides is tried before a table is withheld. Where nothing is new it is as before."""
    proved = True
    each = seconds / (2 * len(PEOPLE))
    for outside in (False, True):
        for name in PEOPLE:
            sound = _Proof(snapshot, careful, places, earlier, register, cut, name, outside)
            if not sound.has_news():
                proved &= proved_before
                continue
            settled = sound.settle(k[outside], each)
            snapshot = sound.after(settled)
            proved &= settled.proved
    return snapshot, proved


class _Proof:
    """Of one characteristic, before one kind of reader."""

    def __init__(
        self,
        snapshot: Snapshot,
        careful: Snapshot,
        places: Places,
        earlier: Earlier,
        register: Register,
        cut: date,
        name: str,
        outside: bool,
    ) -> None:
        self.snapshot, self.careful, self.places, self.earlier = snapshot, careful, places, earlier
        self.register, self.cut, self.name, self.outside = register, cut, name, outside
        self.columns = list(self._columns())
        self.drop_ties = False

    def has_news(self) -> bool:
        """Whether anything is published now that was not before."""
        return any(
            self._is_new(key, table)
            for key, table in self.snapshot.items()
            if key[1] == self.name or key[1] in _WHO_MET.get(self.name, ())
        )

    def settle(self, k: int, seconds: float) -> Settled:
        """With the tables of who met; without this cut's, where that saves a table by group."""
        before, now = list(self._ties(new=False)), list(self._ties(new=True))
        held = Held(self.register.groups[self.name], self.columns, (*before, *now))
        settled = settle(held, k, seconds)
        if not now or (settled.proved and not settled.poorer):
            return settled
        other = settle(replace(held, ties=tuple(before)), k, seconds)
        if (not other.proved, other.poorer) < (not settled.proved, settled.poorer):
            self.drop_ties = True
            return other
        return settled

    def after(self, settled: Settled) -> Snapshot:
        """What is published then."""
        snapshot = dict(self.snapshot)
        for place, hidden in enumerate(settled.hidden):
            column, key = self.columns[place], (self.columns[place].scope, self.name)
            if hidden != column.hidden:
                snapshot[key] = self._hiding(snapshot[key], hidden)
        for key, table in self.snapshot.items() if self.drop_ties else ():
            if key[1] in _WHO_MET[self.name] and self._is_new(key, table):
                snapshot[key] = self._hiding(table, None)
        return snapshot

    def _hiding(self, table: Shown, hidden: Hidden) -> Shown:
        """Inside readers see nothing less than outside ones do."""
        if self.outside:
            return replace(table, outside=hidden)
        outside = None if hidden is None or table.outside is None else table.outside | hidden
        return replace(table, inside=hidden, outside=outside)

    def _is_new(self, key: tuple[Scope, str], table: Shown) -> bool:
        before = self.earlier.get(key)
        return not before or before[-1] != table

    def _columns(self) -> Iterator[Column]:
        for (scope, name), tables in self.earlier.items():
            for table in tables if name == self.name else ():
                if table.counts:
                    yield self._column(scope, table, table.cut or self.cut)
        for (scope, name), table in self.snapshot.items():
            if name == self.name and table.counts and self._is_new((scope, name), table):
                yield self._column(scope, table, self.cut, self._instead((scope, name), table))

    def _instead(self, key: tuple[Scope, str], table: Shown) -> tuple[Hidden, ...]:
        hidden = table.hidden(self.outside)
        if hidden is None:
            return ()
        other = self.careful[key].hidden(self.outside) if key in self.careful else None
        return (None,) if other is None or other <= hidden else (hidden | other, None)

    def _column(self, scope: Scope, table: Shown, cut: date, instead: tuple[Hidden, ...] = ()) -> Column:
        series = self.places.series_in(scope)
        over = frozenset(one for one in series if self.register.is_over(one, cut))
        people = self.register.counted(series, cut)
        return Column(scope, cut, table.counts, table.hidden(self.outside), people, over, instead)

    def _ties(self, new: bool) -> Iterator[Ties]:
        for name in _WHO_MET.get(self.name, ()):
            for (scope, other), tables in (
                ((key, (table,)) for key, table in self.snapshot.items() if self._is_new(key, table))
                if new
                else self.earlier.items()
            ):
                for table in tables if other == name else ():
                    hidden = table.hidden(self.outside)
                    if hidden is None or not table.counts:
                        continue
                    pairs = self.register.pairs(self.places.series_in(scope), table.cut or self.cut)
                    if name != "ties":
                        yield Ties(frozenset(pairs))
                    elif cells := {cell for cell in table.counts if cell not in hidden}:
                        named = frozenset(state for cell in cells for state in cell.split("|"))
                        yield Ties(frozenset(pairs), named)
