"""Hiding one table of people by group beside every other that a reader may hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.reports.counting import Counts
from bot.reports.nested import Known, hide_beside
from bot.reports.scopes import Places, Scope
from bot.reports.shown import Earlier, Hidden, Shown, Snapshot


def hide_table(
    snapshot: Snapshot,
    counts: Counts,
    places: Places,
    earlier: Earlier,
    k: tuple[int, int],
    secret: str,
    scope: Scope,
    name: str,
    already: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
    beside_others: bool = True,
) -> Shown:
    """A table hidden beside wider, narrower and earlier ones; `already` are groups that must be hidden from
    inside and from outside readers whatever their count."""
    mine = dict(counts.tables[scope][name])
    before = earlier.get((scope, name), ())
    if before and before[-1].counts == mine and _still_safe(before[-1], k, already):
        return before[-1]  # what is wider was hidden beside it already
    size = snapshot[scope, "size"]
    wider = [snapshot[above, name] for above in places.above(scope) if (above, name) in snapshot]
    narrower = [
        table
        for (one, other), tables in earlier.items()
        if other == name and scope in places.above(one)
        for table in tables
    ]
    beside = [*wider, *narrower, *before] if beside_others else []
    inside: Hidden = None
    if size.inside is not None:
        known = (
            [*_known(beside, outside=False), *_rests(snapshot, places, scope, name, outside=False)]
            if beside_others
            else []
        )
        inside = hide_beside(mine, known, k[0], f"{secret}\n{name}", already[0])
    outside: Hidden = None
    if inside is not None and size.outside is not None:
        known = (
            [*_known(beside, outside=True), *_rests(snapshot, places, scope, name, outside=True)]
            if beside_others
            else []
        )
        outside = hide_beside(mine, known, k[1], f"{secret}\n{name}", inside | already[1])
    return Shown(mine, inside, outside)


def _rests(snapshot: Snapshot, places: Places, scope: Scope, name: str, outside: bool) -> list[Known]:
    """Each wider table less all that its other parts of this kind show so far."""
    found = []
    for above in places.above(scope):
        parts = [one for one in places.scopes() if one.kind == scope.kind and above in places.above(one)]
        shown = _known([snapshot[part, name] for part in parts if (part, name) in snapshot], outside)
        for whole in _known([snapshot[above, name]] if shown and (above, name) in snapshot else [], outside):
            rest = Counter(whole.counts)
            for one in shown:
                rest.subtract({group: n for group, n in one.counts.items() if group not in one.hidden})
            found.append(Known(rest, whole.hidden))
    return found


def _still_safe(table: Shown, k: tuple[int, int], already: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether no count that is shown is below today's k (it may have been raised)."""
    for hidden, least, must in ((table.inside, k[0], already[0]), (table.outside, k[1], already[1])):
        if hidden is not None and not must <= hidden:
            return False
        if hidden is not None and any(
            0 < count < least for group, count in table.counts.items() if group not in hidden
        ):
            return False
    return True


def _known(tables: Sequence[Shown], outside: bool) -> list[Known]:
    found = []
    for table in tables:
        hidden = table.hidden(outside)
        if hidden is not None and table.counts:
            found.append(Known(table.counts, hidden))
    return found


def whole_or_nothing(counts: Mapping[str, int], size: Shown, k: tuple[int, int]) -> Shown:
    """A table whose groups are tied to one another by more than their total (sessions attended: the
    participations are known): shown only when nothing in it is small."""
    inside, outside = (
        frozenset[str]()
        if hidden is not None and not any(0 < count < least for count in counts.values())
        else None
        for hidden, least in ((size.inside, k[0]), (size.outside, k[1]))
    )
    return Shown(dict(counts), inside, outside)
