"""Results appear on set dates, and subtracting two publications reveals nobody."""

import itertools
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.cuts import (
    ClosedResult,
    Publication,
    assign_to_cuts,
    first_cut_after,
    monthly_cuts,
    suppress_at_cut,
)
from bot.reports.suppression import ShownTable, suppress
from tests.reports.attacker import Attacker, Line

CUTS = monthly_cuts(date(2027, 3, 1), date(2027, 6, 30))


def test_cuts_fall_on_the_first_of_each_month() -> None:
    assert (date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1), date(2027, 6, 1)) == CUTS
    assert monthly_cuts(date(2026, 12, 2), date(2027, 1, 1)) == (date(2027, 1, 1),)


def test_a_result_belongs_to_the_first_cut_after_the_day_it_closed() -> None:
    assert first_cut_after(date(2027, 3, 31), CUTS) == date(2027, 4, 1)
    assert first_cut_after(date(2027, 4, 1), CUTS) == date(2027, 5, 1)
    assert first_cut_after(date(2027, 6, 1), CUTS) is None


def test_a_batch_of_too_few_people_waits_for_company() -> None:
    results = [
        ClosedResult("s1", date(2027, 3, 9), 21),
        ClosedResult("s2", date(2027, 4, 6), 3),
        ClosedResult("s3", date(2027, 4, 20), 4),
        ClosedResult("s4", date(2027, 5, 4), 18),
        ClosedResult("s5", date(2027, 6, 8), 30),
    ]
    april, june = date(2027, 4, 1), date(2027, 6, 1)
    assert assign_to_cuts(results, CUTS, k=5) == {"s1": april, "s2": june, "s3": june, "s4": june, "s5": None}


def test_a_later_result_never_moves_an_earlier_one() -> None:
    first = [ClosedResult("s1", date(2027, 3, 9), 21)]
    later = [*first, ClosedResult("s2", date(2027, 4, 6), 40)]
    assert assign_to_cuts(later, CUTS, k=5)["s1"] == assign_to_cuts(first, CUTS, k=5)["s1"]


def test_a_group_that_grew_by_two_people_is_hidden_with_another() -> None:
    before = Publication({"AK": 20, "ID": 30, "OR": 40})
    table = suppress_at_cut([before], {"AK": 22, "ID": 40, "OR": 60}, k=5)
    assert table is not None
    assert table.hidden == ("AK", "ID")
    assert table.total == 122


def test_nothing_is_hidden_when_every_group_grew_by_enough() -> None:
    before = Publication({"AK": 20, "ID": 30})
    table = suppress_at_cut([before], {"AK": 25, "ID": 30}, k=5)
    assert table is not None
    assert table.hidden == ()


def test_the_table_waits_when_only_two_people_are_new_or_one_is_corrected_away() -> None:
    before = Publication({"AK": 20, "ID": 30})
    assert suppress_at_cut([before], {"AK": 22, "ID": 30}, k=5) is None
    assert suppress_at_cut([before], {"AK": 19, "ID": 30}, k=5) is None


def test_a_cell_hidden_before_is_not_given_away_by_the_next_cut() -> None:
    first = {"AK": 3, "ID": 6, "OR": 40}
    before = Publication(first, hidden=frozenset(suppress(first, k=5).hidden))
    table = suppress_at_cut([before], {"AK": 5, "ID": 6, "OR": 60}, k=5)
    assert table is not None
    assert "AK" in table.hidden


def test_a_group_that_creeps_up_stays_hidden_until_it_is_far_from_what_was_shown() -> None:
    """20, then 22, then 24: the second is hidden, and showing the third would give away four people."""
    history = [Publication({"AK": 20, "ID": 30, "OR": 40})]
    history.append(Publication({"AK": 22, "ID": 40, "OR": 60}, hidden=frozenset({"AK", "ID"})))
    third = suppress_at_cut(history, {"AK": 24, "ID": 50, "OR": 80}, k=5)
    assert third is not None
    assert "AK" in third.hidden
    fourth = suppress_at_cut(history, {"AK": 29, "ID": 50, "OR": 80}, k=5)
    assert fourth is not None
    assert fourth.hidden == ()


def test_the_first_cut_is_an_ordinary_table() -> None:
    counts = {"a": 31, "b": 13, "c": 7, "d": 4}
    assert suppress_at_cut([], counts, k=5) == suppress(counts, k=5)


STEP = st.lists(st.integers(0, 20), min_size=3, max_size=3)


@settings(deadline=None)
@given(first=STEP, steps=st.lists(STEP, min_size=1, max_size=3), k=st.sampled_from([2, 5, 11]))
def test_no_small_difference_between_any_two_cuts_is_derivable(
    first: list[int], steps: list[list[int]], k: int
) -> None:
    history: list[Publication] = []
    shown: list[ShownTable] = []
    counts = first
    for step in [[0, 0, 0], *steps]:
        counts = [count + more for count, more in zip(counts, step, strict=True)]
        named = dict(zip("abc", counts, strict=True))
        table = suppress_at_cut(history, named, k)
        if table is not None:
            history.append(Publication(named, frozenset(table.hidden)))
            shown.append(table)
    attacker, differences = _over_time(history, shown)
    for index, true, neighbours in differences:
        if 0 < true < k:
            low, high = attacker.interval(index)
            assert high - low >= 1 - 1e-6
            assert not neighbours or high >= k - 1e-6


def _over_time(
    history: list[Publication], shown: list[ShownTable]
) -> tuple[Attacker, list[tuple[int, int, bool]]]:
    """Counts of each cut, then differences of each two cuts; a difference may be nought or more."""
    known: list[int | None] = [cell.count for table in shown for cell in table.cells]
    lines: list[Line] = []
    for place, table in enumerate(shown):
        known.append(table.total)
        lines.append([(_count(place, j), 1) for j in range(3)] + [(len(known) - 1, -1)])
    differences = []
    for before, after in itertools.combinations(range(len(shown)), 2):
        for j, label in enumerate("abc"):
            true = history[after].counts[label] - history[before].counts[label]
            differences.append((len(known), true, after == before + 1))
            lines.append([(_count(before, j), 1), (len(known), 1), (_count(after, j), -1)])
            known.append(None)
    return Attacker(known, lines, least=0), differences


def _count(place: int, column: int) -> int:
    """Where the attacker keeps the count of a group at a cut."""
    return place * 3 + column
