"""Small cells are hidden with their complements, exactly where the policy says and nowhere else."""

import pytest

from bot.statistics.suppression import enough_respondents, shown_comments, suppress, suppress_cross

SETTINGS = {"community": 31, "hospital": 13, "school": 7, "tribal": 4}


def test_the_smallest_setting_and_its_complement_are_hidden_inside() -> None:
    table = suppress(SETTINGS, k=5)
    assert [cell.count for cell in table.cells] == [31, 13, None, None]
    assert table.total == 55


def test_both_small_settings_hide_each_other_outside() -> None:
    assert suppress(SETTINGS, k=11).hidden == ("school", "tribal")


def test_a_single_small_cell_takes_a_large_one_with_it() -> None:
    table = suppress({"a": 40, "b": 12, "c": 3}, k=11)
    assert [cell.count for cell in table.cells] == [40, None, None]


def test_nothing_is_hidden_when_every_cell_is_large_or_zero() -> None:
    table = suppress({"a": 40, "b": 0, "c": 11}, k=11)
    assert [cell.count for cell in table.cells] == [40, 0, 11]
    assert table.hidden == ()


def test_hidden_cells_that_together_stay_below_k_take_the_next_smallest() -> None:
    assert suppress({"a": 30, "b": 9, "c": 1, "d": 2}, k=5).hidden == ("b", "c", "d")


def test_five_single_people_are_not_given_away_by_their_sum() -> None:
    """Five hidden ones add up to k, yet a reader who knows that none is zero would know each of them."""
    assert suppress({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 20}, k=5).hidden == tuple("abcdef")
    assert suppress({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, k=5).withheld


@pytest.mark.parametrize("counts", [{"a": 4}, {"a": 3, "b": 0}, {"a": 1, "b": 1, "c": 2}])
def test_a_table_of_too_few_people_is_withheld_with_its_labels(counts: dict[str, int]) -> None:
    table = suppress(counts, k=5)
    assert table.withheld
    assert table.cells == ()
    assert table.total is None


def test_an_empty_or_all_zero_table_is_shown() -> None:
    assert suppress({}, k=5).total == 0
    assert [cell.count for cell in suppress({"a": 0, "b": 0}, k=5).cells] == [0, 0]


def test_percentages_and_means_are_hidden_with_their_count() -> None:
    table = suppress(SETTINGS, k=5)
    assert [cell.percent for cell in table.cells] == [
        pytest.approx(100 * 31 / 55),
        pytest.approx(100 * 13 / 55),
        None,
        None,
    ]
    means = {"community": 4.1, "hospital": 3.9, "school": 4.4, "tribal": 4.9, "elsewhere": 5.0}
    assert table.only_shown(means) == {
        "community": 4.1,
        "hospital": 3.9,
        "school": None,
        "tribal": None,
        "elsewhere": None,
    }


def test_a_cross_table_hides_over_rows_columns_and_totals() -> None:
    table = suppress_cross(
        ["AK", "OR", "WA"], ["peer", "clinical", "other"], [[3, 20, 30], [18, 25, 40], [15, 22, 50]], k=5
    )
    assert table.cells == ((None, None, 30), (18, 25, 40), (None, None, 50))
    assert table.row_totals == (53, 83, 87)
    assert table.column_totals == (36, 67, 120)
    assert table.by_row().hidden == ()
    assert [cell.count for cell in table.by_column().cells] == [36, 67, 120]


def test_a_small_row_hides_its_total_with_a_second_total() -> None:
    table = suppress_cross(["AK", "OR", "WA"], ["peer", "other"], [[0, 3], [20, 30], [40, 50]], k=5)
    assert table.row_totals == (None, None, 90)
    assert table.by_row().hidden == ("AK", "OR")
    assert table.cells == ((0, None), (20, None), (40, 50))


def test_a_cross_table_with_no_safe_way_is_withheld() -> None:
    table = suppress_cross(["AK"], ["peer", "other"], [[3, 0]], k=5)
    assert table.withheld
    assert table.rows == ()
    assert table.by_row().withheld


def test_a_bridge_between_two_squares_of_hidden_cells_is_found() -> None:
    """Each row and column already has two hidden cells; the one joining both squares is still derivable."""
    counts = [
        [3, 3, 50, 50],
        [3, 3, 3, 50],
        [50, 50, 3, 3],
        [50, 50, 3, 3],
    ]
    table = suppress_cross(list("abcd"), list("wxyz"), counts, k=5)
    hidden = {(i, j) for i, row in enumerate(table.cells) for j, value in enumerate(row) if value is None}
    small = {(i, j) for i in range(4) for j in range(4) if counts[i][j] == 3}
    assert small < hidden


def test_results_and_comments_need_k_respondents() -> None:
    assert not enough_respondents(4, k=5)
    assert enough_respondents(5, k=5)
    assert shown_comments(["Thanks", "more time"], respondents=4, k=5) == ()
    assert shown_comments(["Thanks", "more time"], respondents=5, k=5) == ("more time", "Thanks")


def test_k_below_two_and_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        suppress(SETTINGS, k=1)
    with pytest.raises(ValueError, match="at least 3"):
        enough_respondents(9, k=1)
    with pytest.raises(ValueError, match="negative"):
        suppress({"a": -1}, k=5)
    with pytest.raises(ValueError, match="one row per row label"):
        suppress_cross(["a"], ["b", "c"], [[1]], k=5)
    with pytest.raises(ValueError, match="one row per row label"):
        suppress_cross(["a", "d"], ["b", "c"], [[1, 2], [1]], k=5)
    assert enough_respondents(3, k=3)


@pytest.mark.parametrize(
    ("counts", "row_totals", "column_totals"),
    [
        ([[0, 1], [0, 6]], (None, None), (0, 7)),
        ([[0, 0], [1, 6]], (0, 7), (None, None)),
    ],
    ids=["in one column", "in one row"],
)
def test_a_total_is_hidden_where_no_other_cell_can_help(
    counts: list[list[int]], row_totals: tuple[int | None, ...], column_totals: tuple[int | None, ...]
) -> None:
    """As the last resort before the whole table is withheld."""
    shown = suppress_cross(["a", "b"], ["c", "d"], counts, k=5)
    assert (shown.row_totals, shown.column_totals, shown.total) == (row_totals, column_totals, 7)


def test_the_cheaper_cell_is_hidden_and_equal_ones_are_drawn_by_the_secret() -> None:
    assert suppress({"a": 2, "b": 30, "c": 9}, k=5).hidden == ("a", "c")
    drawn = {suppress({"a": 2, "b": 9, "c": 9}, k=5, secret=str(one)).hidden for one in range(20)}
    assert drawn == {("a", "b"), ("a", "c")}
