"""No hidden cell can be worked out: linear programming searches random tables for one."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.statistics.suppression import suppress, suppress_cross
from tests.reports.attacker import Attacker, of_cross, of_table, shown_numbers

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 40))
K = st.sampled_from([3, 5, 11])


@given(counts=st.lists(COUNTS, max_size=8), k=K)
def test_no_hidden_cell_of_a_one_way_table_is_derivable(counts: list[int], k: int) -> None:
    table = suppress({str(index): value for index, value in enumerate(counts)}, k)
    if table.withheld:
        assert sum(counts) > 0
        assert table.cells == ()
        return
    _assert_safe(counts, [cell.count for cell in table.cells], k, of_table(table, 1), of_table(table, 0))


@st.composite
def cross_counts(draw: st.DrawFn) -> list[list[int]]:
    """Tables up to 5 × 5, some sparse, with small and large cells."""
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=5))


@settings(deadline=None)
@given(counts=cross_counts(), k=K)
def test_no_hidden_cell_or_total_of_a_cross_table_is_derivable(counts: list[list[int]], k: int) -> None:
    table = suppress_cross(
        [str(i) for i in range(len(counts))], [str(j) for j in range(len(counts[0]))], counts, k
    )
    if table.withheld:
        return
    totals = [sum(row) for row in counts] + [sum(column) for column in zip(*counts, strict=True)]
    true = [value for row in counts for value in row] + totals + [sum(totals[: len(counts)])]
    _assert_safe(true, shown_numbers(table), k, of_cross(table, 1), of_cross(table, 0))


def _assert_safe(
    true: list[int], shown: list[int | None], k: int, knows_no_zero: Attacker, allows_zero: Attacker
) -> None:
    for index, (value, seen) in enumerate(zip(true, shown, strict=True)):
        if seen is not None:
            assert seen == value
            assert value == 0 or value >= k, f"a small cell is shown: {value}"
            continue
        low, high = knows_no_zero.interval(index)
        assert high - low >= 1 - 1e-6, f"hidden {value} is pinned to {low}"
        assert low - 1e-6 <= value <= high + 1e-6
        if value < k:
            assert allows_zero.interval(index)[1] >= k - 1e-6, f"hidden {value} is known to be below {k}"


@settings(max_examples=15, deadline=None)
@given(counts=cross_counts(), k=K)
def test_integer_programming_finds_nothing_that_linear_programming_missed(
    counts: list[list[int]], k: int
) -> None:
    table = suppress_cross(
        [str(i) for i in range(len(counts))], [str(j) for j in range(len(counts[0]))], counts, k
    )
    if table.withheld:
        return
    attacker = of_cross(table, 1)
    for index, seen in enumerate(shown_numbers(table)):
        if seen is None:
            low, high = attacker.whole_interval(index)
            assert high - low >= 1


@pytest.mark.parametrize("k", [3, 5])
def test_even_a_reader_who_knows_the_rule_is_left_with_two_possibilities(k: int) -> None:
    """Over every table of three cells up to 12: those that look the same differ in each hidden cell.

    The reader knows the rule but not the secret that chooses between equal counts.
    """
    looks: dict[tuple[int | None, ...], set[tuple[int, ...]]] = defaultdict(set)
    for counts in itertools.product(range(13), repeat=3):
        for secret in ("one", "two", "three", "four"):
            table = suppress(dict(zip("abc", counts, strict=True)), k, secret)
            if not table.withheld:
                looks[*(cell.count for cell in table.cells), table.total].add(counts)
    for shown, possible in looks.items():
        for index, count in enumerate(shown[:3]):
            assert count is not None or len({counts[index] for counts in possible}) > 1, (shown, possible)
