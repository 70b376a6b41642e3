"""What each reader sees of every table at one cut. Pure.

* People, by group: `hiding_groups` hides beside wider reports, narrower ones and earlier cuts; afterwards
  `proving` withholds what could be worked out all the same. A single session has no such tables.
* Answers: only whole forms that k people or more answered are added up (`counting.sum_of_forms`); of a hub's
  own questions, what each form by itself may show (`counting.own_answers`).
* How many people came, how often: `hiding_sizes`. Over time such a number is no secret of anybody: it says
  how many, never who or what.

Tables by group are published seldom, because whatever is published again can be subtracted: of a series when
it is over, of a year when it is over, of a project and of everything once in a month. They count the series
that are over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from bot.reports.after_series import COSTS, RECALL, costs_table, recall_table
from bot.reports.counting import (
    MEASURES,
    RESPONSES,
    SO_FAR,
    Counts,
    changed_scales,
    own_answers,
    sum_of_forms,
)
from bot.reports.disclosure.register import Register
from bot.reports.hiding_groups import hide_table, whole_or_nothing
from bot.reports.hiding_sizes import hide_sizes
from bot.reports.scopes import Places, Scope
from bot.reports.shown import NESTED, OUTSIDE, PEOPLE, SCALES, Earlier, Shown, Snapshot

_UNGUARDED = ("events", SO_FAR)
_Both = tuple[frozenset[str], frozenset[str]]


def hide_everything(
    counts: Counts,
    places: Places,
    earlier: Earlier,
    k: tuple[int, int],
    secret: str = "",
    register: Register | None = None,
    cut: date | None = None,
    beside: bool = True,
) -> Snapshot:
    """`k` inside and outside. Without a `cut` every table is due; with the `register` a group is also hidden
    where its largest organisation could subtract its own people. Not `beside`: tables of people are hidden
    each by itself, for a proof to follow."""
    snapshot: Snapshot = {}
    _hide_sizes(snapshot, counts, places, k, secret)
    for name in NESTED:
        touchy = _hidden_states(snapshot, earlier, k) if name == "ties" else None
        for scope in places.scopes():
            if name not in counts.tables.get(scope, {}):
                continue
            if not is_due(scope, name, counts, places, earlier, cut):
                if before := earlier.get((scope, name)):
                    snapshot[scope, name] = before[-1]
                continue
            already = (
                _cells_of(counts.tables[scope][name], touchy)
                if touchy is not None
                else _without_largest(counts, places, k, register, cut, scope, name)
            )
            snapshot[scope, name] = hide_table(
                snapshot,
                counts,
                places,
                earlier,
                k,
                secret,
                scope,
                name,
                already,
                beside or name not in PEOPLE,
            )
    for scope in places.scopes():
        dose = counts.tables.get(scope, {}).get("dose")
        if dose and is_due(scope, "dose", counts, places, earlier, cut):
            snapshot[scope, "dose"] = whole_or_nothing(dose, snapshot[scope, "size"], k)
    _add_answers(snapshot, counts, k)
    _add_own_answers(snapshot, counts, k, secret)
    _add_after(snapshot, counts, earlier, k, secret)
    return snapshot


def is_due(
    scope: Scope, name: str, counts: Counts, places: Places, earlier: Earlier, cut: date | None
) -> bool:
    """Whether a table by group is published at this cut."""
    if cut is None:
        return True
    if scope.kind == "series":
        return scope.row in counts.over
    if scope.kind == "year":
        running = (
            one
            for one in places.series_in(scope)
            if one not in counts.over and "events" in counts.tables.get(Scope("series", one), {})
        )
        return places.ends_on.get(scope.row, date.max) < cut and not any(running)
    before = earlier.get((scope, name))
    last = before[-1].cut if before else None
    return last is None or last == cut or (last.year, last.month) != (cut.year, cut.month)


def _hide_sizes(snapshot: Snapshot, counts: Counts, places: Places, k: tuple[int, int], secret: str) -> None:
    inside = hide_sizes(counts, places, k[0], secret)
    outside = hide_sizes(counts, places, k[1], secret, inside)
    for scope, tables in counts.tables.items():
        for name in (*_UNGUARDED, "enrolled", "size"):
            if name in tables:
                guarded = name not in _UNGUARDED
                snapshot[scope, name] = Shown(
                    dict(tables[name]),
                    None if guarded and (inside is None or scope in inside) else frozenset(),
                    None if guarded and (outside is None or scope in outside) else frozenset(),
                )


def _without_largest(
    counts: Counts,
    places: Places,
    k: tuple[int, int],
    register: Register | None,
    cut: date | None,
    scope: Scope,
    name: str,
) -> _Both:
    """Groups in which 1 to k - 1 people remain when the largest organisation leaves its own people out."""
    if register is None or cut is None or name not in PEOPLE or name == "organisation":
        return frozenset(), frozenset()
    people = register.counted(places.series_in(scope), cut)
    largest = register.largest_employers(people, name)
    rest = {group: count - largest[group] for group, count in counts.tables[scope][name].items()}
    inside, outside = (frozenset(group for group, left in rest.items() if 0 < left < least) for least in k)
    return inside, outside


def _hidden_states(snapshot: Snapshot, earlier: Earlier, k: tuple[int, int]) -> _Both:
    """States that a table hides from inside and from outside readers, now or before: who met there would
    tell of them."""
    found: list[frozenset[str]] = []
    for outside, least in ((False, k[0]), (True, k[1])):
        states: set[str] = set()
        before = (table for (_, name), tables in earlier.items() if name == "state" for table in tables)
        now = (table for (_, name), table in snapshot.items() if name == "state")
        for table in (*before, *now):
            states |= _hidden_in(table, outside, least)
        found.append(frozenset(states))
    return found[0], found[1]


def _hidden_in(table: Shown, outside: bool, k: int) -> set[str]:
    hidden = table.hidden(outside)
    small = {group for group, count in table.counts.items() if 0 < count < k}
    return small if hidden is None else set(hidden)


def _cells_of(cells: Mapping[str, int], states: _Both) -> _Both:
    """The cells ``WA|OR`` of a table of ties that name one of these states."""
    inside, outside = (
        frozenset(cell for cell in cells if set(cell.split("|")) & hidden) for hidden in states
    )
    return inside, outside


def _add_after(snapshot: Snapshot, counts: Counts, earlier: Earlier, k: tuple[int, int], secret: str) -> None:
    """Made once; from then on they stay as they were."""
    for place, before in earlier.items():
        if place[1].removesuffix(OUTSIDE) in (RECALL, COSTS):
            snapshot[place] = before[-1]
    for series, counted in counts.after.items():
        scope = Scope("series", series)
        for ending, least in (("", k[0]), (OUTSIDE, k[1])):
            snapshot.setdefault((scope, RECALL + ending), Shown(recall_table(counted.answers, least)))
            snapshot.setdefault((scope, COSTS + ending), Shown(costs_table(counted, least, secret)))


def _add_answers(snapshot: Snapshot, counts: Counts, k: tuple[int, int]) -> None:
    for scope in counts.forms_of:
        for name in (RESPONSES, *MEASURES):
            for ending, least in (("", k[0]), (OUTSIDE, k[1])):
                total = sum_of_forms(counts, scope, name, least)
                if total:
                    snapshot[scope, name + ending] = Shown(dict(total))
                elif any(name in counts.answers[form] for form in counts.forms_of[scope]):
                    snapshot[scope, name + ending] = Shown({}, None, None)
        if changed := changed_scales(counts, scope, k[0]):
            snapshot[scope, SCALES] = Shown(dict(changed))


def _add_own_answers(snapshot: Snapshot, counts: Counts, k: tuple[int, int], secret: str) -> None:
    """To a hub's own questions: the sum of what each form by itself may show. Outside readers see no cell
    that is hidden from inside ones."""
    for ending, ks in (("", k[:1]), (OUTSIDE, k)):
        shown = own_answers(counts, ks, secret)
        for scope, forms in counts.forms_of.items():
            totals: dict[str, Counter[str]] = {}
            for form in forms:
                for name, told in shown.get(form, {}).items():
                    totals.setdefault(name, Counter()).update(told)
            for name, total in totals.items():
                snapshot[scope, name + ending] = Shown(dict(total)) if total else Shown({}, None, None)
