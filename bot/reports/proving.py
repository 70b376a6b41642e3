"""Proving that nothing hidden can be worked out from all tables by group ever published, or withholding more.

See `disclosure`. What outside readers see is a part of what inside readers see, with fewer numbers, so inside
is settled first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.reports.counting import Counts
from bot.reports.disclosure.people import People
from bot.reports.disclosure.register import Register
from bot.reports.disclosure.withholding import Settled, settle
from bot.reports.disclosure.worlds import Column, Ties
from bot.reports.hiding import hide_everything
from bot.reports.proving_sums import prove_sums
from bot.reports.scopes import Places, Scope
from bot.reports.shown import PEOPLE, Earlier, Hidden, Shown, Snapshot

LONGEST = 60.0
"""Seconds for one cut. What is not proved by then is withheld."""
_WHO_MET = ("ties", "across_states", "across_organisations")
_TOLD_BY_MEETING = ("state", "organisation")
"""What tables of who met tell of."""


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
    begun = time.monotonic()
    people, proved = prove(alone, beside, places, earlier, k, register, cut, proved_before)
    left = max(LONGEST / 4, LONGEST - (time.monotonic() - begun))
    sums, added_up = prove_sums(people, places, earlier, k, register, cut, left, proved_before)
    return sums, proved and added_up


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
    end = time.monotonic() + seconds
    for outside in (False, True):
        for name in PEOPLE:
            sound = _Proof(snapshot, careful, places, earlier, register, cut, name, outside)
            if not sound.has_news():
                proved &= proved_before
                continue
            settled = sound.settle(k[outside], (end - time.monotonic()) / 2)  # what one spares the next has
            snapshot = sound.after(settled)
            proved &= settled.proved
    return snapshot, proved


def _price(settled: Settled) -> tuple[bool, int]:
    return not settled.proved, settled.poorer


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
        self.dropped: tuple[str, ...] = ()

    def has_news(self) -> bool:
        """Whether anything is published now that was not before."""
        return any(
            self._is_new(key, table)
            for key, table in self.snapshot.items()
            if key[1] == self.name or (key[1] in _WHO_MET and self.name in _TOLD_BY_MEETING)
        )

    def settle(self, k: int, seconds: float) -> Settled:
        """With the tables of who met; without this cut's finest, or all, where that saves one by group."""
        before, now = list(self._ties(new=False)), list(self._ties(new=True))
        rooms = self.register.rooms if before or now else ()

        def without(*dropped: str) -> People:
            kept = (ties for ties in now if ties.name not in dropped)
            return People(self.name, self.register.groups, self.columns, (*before, *kept), rooms)

        settled = settle(without(), k, seconds)
        if not now or (settled.proved and not settled.poorer):
            return settled
        alike = without(*_WHO_MET).unproved(settled.at_first, k, time.monotonic() + seconds / 2)
        if len(alike) == len(settled.at_first):
            return settled  # it is not they who tell
        best = settle(without(*_WHO_MET), k, seconds)
        if _price(best) >= _price(settled):
            return settled
        coarser = settle(without("ties"), k, seconds)
        if _price(coarser) <= _price(best):
            best, self.dropped = coarser, ("ties",)
        else:
            self.dropped = _WHO_MET
        return best

    def after(self, settled: Settled) -> Snapshot:
        """What is published then."""
        snapshot = dict(self.snapshot)
        for place, hidden in enumerate(settled.hidden):
            column, key = self.columns[place], (self.columns[place].scope, self.name)
            if hidden != column.hidden:
                snapshot[key] = self._hiding(snapshot[key], hidden)
        for key, table in self.snapshot.items():
            if key[1] in self.dropped and self._is_new(key, table):
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
        over = self._over(scope, cut)
        people = self.register.counted(over, cut)
        return Column(scope, cut, table.counts, table.hidden(self.outside), people, over, instead)

    def _over(self, scope: Scope, cut: date) -> frozenset[int]:
        series = self.places.series_in(scope)
        return frozenset(one for one in series if self.register.is_over(one, cut))

    def _ties(self, new: bool) -> Iterator[Ties]:
        for name in _WHO_MET if self.name in _TOLD_BY_MEETING else ():
            for (scope, other), tables in (
                ((key, (table,)) for key, table in self.snapshot.items() if self._is_new(key, table))
                if new
                else self.earlier.items()
            ):
                for table in tables if other == name else ():
                    hidden = table.hidden(self.outside)
                    if hidden is not None and table.counts:
                        yield Ties(name, self._over(scope, table.cut or self.cut), hidden)
