"""A workforce benchmark is read line by line, and what cannot be read is named with its line."""

import pytest

from bot.reports.benchmark import BenchmarkProblem, BenchmarkRow, parse_benchmark, representation


def test_rows_are_read_with_any_column_order_case_and_thousands_commas() -> None:
    benchmark = parse_benchmark('\ufeffRole,State,Headcount,Source\r\nPeer specialist,wa,"1,200",survey\r\n')
    assert benchmark.rows == (BenchmarkRow("WA", "Peer specialist", 1200),)
    assert benchmark.problems == ()


@pytest.mark.parametrize("between", [";", "\t"])
def test_a_file_whose_cells_stand_apart_otherwise_is_read(between: str) -> None:
    text = "state,role,headcount\nAK,peer,5\n".replace(",", between)
    assert parse_benchmark(text).rows == (BenchmarkRow("AK", "peer", 5),)


def test_unknown_states_and_bad_numbers_are_reported_with_their_line() -> None:
    text = "state,role,headcount\nWA,Counselor,100\nWX,Counselor,50\n\nOR,Counselor,many\n"
    text += "OR,,5\nOR,Nurse,0\nAK\n"
    benchmark = parse_benchmark(text)
    assert benchmark.rows == (BenchmarkRow("WA", "Counselor", 100),)
    assert benchmark.problems == (
        BenchmarkProblem(3, "state", "WX"),
        BenchmarkProblem(5, "headcount", "many"),
        BenchmarkProblem(6, "role", ""),
        BenchmarkProblem(7, "headcount", "0"),
        BenchmarkProblem(8, "role", ""),
    )


def test_a_state_the_programme_does_not_serve_is_unknown_to_it() -> None:
    benchmark = parse_benchmark("state,role,headcount\nCA,Counselor,100\n", states={"AK", "ID", "OR", "WA"})
    assert benchmark.problems == (BenchmarkProblem(2, "state", "CA"),)


def test_a_line_given_twice_is_reported_and_the_first_kept() -> None:
    benchmark = parse_benchmark("state,role,headcount\nWA,Nurse,100\nwa,nurse,90\n")
    assert benchmark.rows == (BenchmarkRow("WA", "Nurse", 100),)
    assert benchmark.problems == (BenchmarkProblem(3, "twice", "WA, nurse"),)


@pytest.mark.parametrize("text", ["", "state,role\nWA,Nurse\n"])
def test_a_file_without_the_columns_is_refused_as_a_whole(text: str) -> None:
    benchmark = parse_benchmark(text)
    assert benchmark.rows == ()
    assert [problem.reason for problem in benchmark.problems] == ["columns"]


def test_headcounts_add_up_by_state_and_by_role() -> None:
    benchmark = parse_benchmark("state,role,headcount\nWA,Nurse,100\nWA,Peer,50\nOR,Nurse,30\n")
    assert benchmark.headcounts("state") == {"WA": 150, "OR": 30}
    assert benchmark.headcounts("role") == {"Nurse": 130, "Peer": 50}


def test_the_ratio_is_the_share_reached_over_the_share_of_the_workforce() -> None:
    washington, oregon, idaho = representation(
        {"WA": 30, "OR": 15, "unknown": 5}, 50, {"WA": 600, "OR": 300, "ID": 100}
    )
    assert washington.ratio == pytest.approx(1.0)
    assert oregon.ratio == pytest.approx(1.0)
    assert (idaho.reached, idaho.ratio, idaho.n, idaho.workforce) == (0, 0.0, 50, 1000)


def test_a_hidden_count_has_no_ratio() -> None:
    hidden, shown = representation({"WA": None, "OR": 15}, 50, {"WA": 600, "OR": 300})
    assert (hidden.reached, hidden.ratio) == (None, None)
    assert shown.ratio is not None
