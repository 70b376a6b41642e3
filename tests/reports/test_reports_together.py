"""Whoever holds two reports, of whatever scopes and cuts, and subtracts one from the other, finds nobody.

Random communities grow from cut to cut; an attacker with linear programming gets every pair of tables of
which one counts part of the other's people: series beside year, project and everything, and each of them
beside its own earlier cuts. What is published comes from the code that publishes it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.counting import Counts
from bot.reports.hiding import hide_everything
from bot.reports.nested import Known, hide_beside
from bot.reports.scopes import EVERYTHING, Places, Scope
from bot.reports.shown import Shown, Snapshot
from tests.reports.attacker import Attacker, Line

GROUPS = "abcd"
PLACES = Places(
    project_of={1: 1, 2: 1, 3: 2, 4: 2}, year_of={1: 1, 2: 2, 3: 1, 4: 2}, series_of={1: 1, 2: 2, 3: 3, 4: 4}
)


@dataclass(frozen=True)
class Someone:
    """In one group; the cut from which on they count in each series that they attended."""

    group: str
    since: dict[int, int]


@dataclass(frozen=True)
class Published:
    """One table at one cut, and who was counted in it."""

    scope: Scope
    cut: int
    people: frozenset[int]
    table: Shown


@st.composite
def crowds(draw: st.DrawFn) -> list[Someone]:
    """Blocks of like people, so that large and small groups meet; some attend two series."""
    found: list[Someone] = []
    for _ in range(draw(st.integers(2, 14))):
        group = draw(st.sampled_from(GROUPS))
        series = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True))
        since = {sery: draw(st.integers(0, 2)) for sery in series}
        found += [Someone(group, since)] * draw(st.integers(1, 25))
    return found


def grown(crowd: list[Someone], k: tuple[int, int], secret: str = "") -> list[Published]:
    """Three cuts, each hidden beside the earlier ones."""
    earlier: dict[tuple[Scope, str], list[Shown]] = {}
    found: list[Published] = []
    for cut in range(3):
        counts, members = counted(crowd, cut)
        snapshot: Snapshot = hide_everything(counts, PLACES, earlier, k, secret)
        for (scope, name), table in snapshot.items():
            if name == "state":
                earlier.setdefault((scope, name), []).append(table)
                found.append(Published(scope, cut, members[scope], table))
    return found


def counted(crowd: list[Someone], cut: int) -> tuple[Counts, dict[Scope, frozenset[int]]]:
    counts = Counts()
    members: dict[Scope, set[int]] = {}
    for number, person in enumerate(crowd):
        for series, since in person.since.items():
            if since <= cut:
                session = series * 10 + since
                counts.series_of_session[session] = series
                counts.add(Scope("session", session), "size", {"people": 1})
                for scope in PLACES.of_series(series):
                    members.setdefault(scope, set()).add(number)
                    counts.add(scope, "size", {"participations": 1})
    for scope, numbers in members.items():
        counts.add(scope, "size", {"people": len(numbers)})
        counts.add(scope, "state", Counter(crowd[number].group for number in numbers))
    return counts, {scope: frozenset(numbers) for scope, numbers in members.items()}


def pairs_of(found: list[Published]) -> Iterator[tuple[Published, Published]]:
    """(part, whole) of every two tables of which one is known to count part of the other's people."""
    for one, other in itertools.permutations(found, 2):
        nested = one.scope == other.scope or other.scope in PLACES.above(one.scope)
        earlier = one.cut < other.cut or (one.cut == other.cut and one.scope != other.scope)
        if nested and earlier and one.people <= other.people:
            yield one, other


@settings(deadline=None)
@given(crowd=crowds(), k=st.sampled_from([(3, 3), (3, 5), (5, 11)]), secret=st.sampled_from(["", "x"]))
def test_no_pair_of_reports_reveals_a_few_people(
    crowd: list[Someone], k: tuple[int, int], secret: str
) -> None:
    found = grown(crowd, k, secret)
    for part, whole in pairs_of(found):
        for mine, theirs in itertools.product((False, True), repeat=2):
            least = k[1] if mine and theirs else k[0]  # who holds one from inside is somebody inside
            assert_safe(part, whole, mine, theirs, least)


def assert_safe(part: Published, whole: Published, outside: bool, other_outside: bool, k: int) -> None:
    """The attacker's interval of every count that is not shown, and of every difference."""
    ours, theirs = part.table.hidden(outside), whole.table.hidden(other_outside)
    if ours is None or theirs is None:
        return
    true = [
        *(part.table.counts.get(group, 0) for group in GROUPS),
        *(whole.table.counts.get(group, 0) for group in GROUPS),
    ]
    true += [true[4 + place] - true[place] for place in range(4)]
    shown: list[int | None] = [
        *(None if group in ours else true[place] for place, group in enumerate(GROUPS)),
        *(None if group in theirs else true[4 + place] for place, group in enumerate(GROUPS)),
        *([None] * 4),
        sum(true[:4]),
        sum(true[4:8]),
    ]
    lines: list[Line] = [[(place, 1), (8 + place, 1), (4 + place, -1)] for place in range(4)]
    lines += [
        [*((place, 1) for place in range(4)), (12, -1)],
        [*((4 + place, 1) for place in range(4)), (13, -1)],
    ]
    attacker = Attacker(shown, lines, least=0)
    for place, value in enumerate(true):
        if shown[place] is not None:
            assert value == 0 or value >= k, f"a small count is shown: {value}"
        elif 0 < value < k:
            low, high = attacker.interval(place)
            assert high - low >= 1 - 1e-6, f"{value} is worked out from {part} and {whole}"


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    change=st.lists(st.integers(-6, 6), min_size=6, max_size=6),
    k=st.sampled_from([3, 5, 11]),
)
def test_a_correction_of_a_few_people_is_never_seen(counts: list[int], change: list[int], k: int) -> None:
    """People may also be taken out again: no shown count, and no sum of hidden ones, moves by 1 to k - 1."""
    before = {str(place): count for place, count in enumerate(counts)}
    hidden = hide_beside(before, [], k)
    if hidden is None:
        return
    after = {
        group: max(0, count + more) for (group, count), more in zip(before.items(), change, strict=False)
    }
    now = hide_beside(after, [Known(before, hidden)], k)
    if now is None:
        return
    block = hidden | now
    moved = [after[group] - before[group] for group in before if group not in block]
    moved.append(sum(after[group] - before[group] for group in block))
    moved.append(sum(after.values()) - sum(before.values()))
    assert not [one for one in moved if 0 < abs(one) < k]


def test_a_series_that_is_almost_everything_keeps_its_groups_to_itself() -> None:
    """42 people in all, 40 of them in one series: subtracting would show the two others, group by group."""
    crowd = [Someone("a", {1: 0})] * 20 + [Someone("b", {1: 0})] * 20 + [Someone("b", {2: 0})] * 2
    found = {(one.scope, one.cut): one.table for one in grown(crowd, (5, 11))}
    assert found[EVERYTHING, 0].inside == frozenset()
    assert found[Scope("series", 1), 0].inside is None


def test_what_may_be_shown_is_shown() -> None:
    """Two large series beside everything: nothing is small, so nothing is hidden."""
    crowd = [
        Someone(group, {series: series - 1})
        for series in (1, 2)
        for group in "ab"
        for _ in range(15 * series)
    ]
    found = grown(crowd, (5, 11))
    assert len(found) > 8
    assert {one.table.outside for one in found} == {frozenset()}


def of_one_year(*series: dict[str, int], both: int = 0) -> dict[Scope, Shown]:
    """What inside readers see of a year's series; `both` people of group a came to two of them."""
    places = Places(
        dict.fromkeys(range(1, len(series) + 1), 1), dict.fromkeys(range(1, len(series) + 1), 1), {}
    )
    counts = Counts()
    for number, groups in enumerate(series, start=1):
        for scope in places.of_series(number):
            size = sum(groups.values())
            counts.add(scope, "size", {"people": size, "participations": size})
            counts.add(scope, "state", groups)
    for scope in places.above(Scope("series", 1)):
        counts.tables[scope]["state"]["a"] -= both
    snapshot = hide_everything(counts, places, {}, (5, 11))
    return {scope: table for (scope, name), table in snapshot.items() if name == "state"}


def test_two_series_and_their_year_do_not_show_the_one_person_who_came_to_both() -> None:
    """12 and 9 from one group in two series, and 20 in the year."""
    seen = of_one_year({"a": 12, "b": 20}, {"a": 9, "b": 20}, both=1)
    assert seen[EVERYTHING].inside == frozenset()
    assert seen[Scope("series", 1)].inside == frozenset()
    assert seen[Scope("series", 2)].inside is None


def test_three_series_and_their_year_do_not_show_what_one_of_them_hides() -> None:
    """Nobody came twice: 23 in the year less 10 and 10 would be the 3 that the first hides."""
    seen = of_one_year({"a": 3, "b": 9, "c": 20}, {"a": 10, "b": 10, "d": 20}, {"a": 10, "b": 10, "d": 20})
    assert seen[Scope("series", 1)].inside == frozenset("ab")
    shown = [one for one, table in seen.items() if table.inside is not None and "a" not in table.inside]
    assert [one for one in shown if one.kind == "series"] == [Scope("series", 2)]


def test_a_group_that_only_an_earlier_table_hid_is_no_trouble() -> None:
    assert hide_beside({"a": 20, "b": 20}, [Known({"a": 20}, frozenset({"z"}))], k=5) is not None
