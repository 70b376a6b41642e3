"""A report as CSV and as a workbook: the same numbers, numbers as numbers, nothing a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.csv_file import csv_lines
from bot.reports.document import Figure, NetworkDrawing, Report, Table
from bot.reports.workbook import LONGEST_SHEET_NAME, sheet_count, write_workbook
from tests.reports.made_by_hand import handmade

EVIL = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "＝1+1", "＋1", "－1", "＠x",
    "\u22121", "\ufeff=1", " =1", "a\n=1", "a;=1", '=HYPERLINK("http://evil.example","x")', "{=1}", "http://evil.example",
    "\ufffe=1",
]  # fmt: skip


def rows_of(report: Report) -> list[list[str]]:
    text = "".join(csv_lines(report))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def sheets_of(report: Report, path: Path) -> dict[str, list[tuple[object, ...]]]:
    write_workbook(report, path)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_every_number_stands_in_the_csv_with_its_n_interval_and_definition() -> None:
    rows = rows_of(handmade())
    assert rows[0] == ["Part", "Item", "Measure", "Value", "n", "95% interval, from", "95% interval, to",
                       "As shown", "How it is counted"]  # fmt: skip
    by_item = {(row[0], row[1], row[2]): row for row in rows}
    recommend = by_item["Key figures", "Would recommend it", ""]
    assert recommend[3:7] == [str(19 / 21), "21", "0.711", "0.973"]
    assert recommend[7] == "90.5% (19 of 21; 95% interval 71.1% to 97.3%)"
    assert recommend[8] == "Agree and strongly agree, of those who answered."
    assert by_item["Key figures", "Plan to use it", ""][3] == "hidden (fewer than 11)"
    assert by_item["People reached, by setting", "Hospital", "People"][3] == "hidden (fewer than 11)"
    assert by_item["People reached, by setting", "Clinic", "People"][3] == "31"
    assert by_item["About", "Counted up to", ""][3] == "2027-06-01"
    assert by_item["About", "Hidden below", ""][3] == "11"
    assert (
        by_item["Who has met across states: Connections", "Alaska · Washington", "Pairs of people who met"][3]
        == "33"
    )
    assert all(len(row) == len(rows[0]) for row in rows)


def test_the_csv_speaks_spanish_too() -> None:
    rows = rows_of(handmade("es", k=5))
    assert rows[0][3] == "Valor"
    assert any(row[3] == "oculto (menos de 5)" for row in rows)


def test_the_workbook_holds_numbers_as_numbers_and_hidden_ones_as_words(tmp_path: Path) -> None:
    report = handmade()
    sheets = sheets_of(report, tmp_path / "r.xlsx")
    assert len(sheets) == sheet_count(report) == 10
    summary = {row[0]: row for row in sheets["Summary"]}
    assert summary["Would recommend it"][1:5] == (19 / 21, 21, 0.711, 0.973)
    assert summary["Plan to use it"][1] == "hidden (fewer than 11)"
    assert summary["Counted up to"][1] == "2027-06-01"
    assert summary["Hidden below"][1] == 11
    assert ("Hospital", "hidden (fewer than 11)") in sheets["People reached, by setting"]
    assert ("Clinic", 31) in sheets["People reached, by setting"]
    assert any(row[0] == "Would recommend it" for row in sheets["Definitions"])


def test_csv_and_workbook_say_the_same(tmp_path: Path) -> None:
    report = handmade()
    sheets = sheets_of(report, tmp_path / "r.xlsx")
    for row in rows_of(report):
        if row[0] == "People reached, by setting":
            in_sheet = {line[0]: line[1] for line in sheets[row[0]]}
            assert str(in_sheet[row[1]]) == row[3]


def test_the_same_report_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_workbook(handmade(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert "".join(csv_lines(handmade())) == "".join(csv_lines(handmade()))


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_a_formula_or_a_link(evil: str, tmp_path: Path) -> None:
    report = handmade(
        title=evil,
        figures=(Figure("x", evil, evil, evil, 1.0),),
        tables=(Table("t", evil, evil, (evil, evil), ((evil, evil), (evil, 1))),),
        network=NetworkDrawing(evil, evil, ((evil, 20), (evil, 20)), ((0, 1, 12),)),
        notes=(evil,),
    )
    sheets_of(report, tmp_path / "r.xlsx")
    for row in rows_of(report):
        for cell in row:
            seen = cell.lstrip("\ufeff \n")
            assert seen[:1] not in {"=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠", "\u2212"}


def test_an_empty_report_is_a_file_too(tmp_path: Path) -> None:
    report = handmade(figures=(), tables=(), network=None, notes=())
    assert len(sheets_of(report, tmp_path / "r.xlsx")) == 2
    assert len(rows_of(report)) == 4


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_titles_make_sheet_names_that_excel_takes(titles: list[str]) -> None:
    tables = tuple(Table(str(place), title, "", ("a", "b"), ()) for place, title in enumerate(titles))
    report = handmade(tables=tables, network=None)
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / "throughline-sheet-names.xlsx"
    try:
        write_workbook(report, path)
        names = openpyxl.load_workbook(path).sheetnames
    finally:
        path.unlink(missing_ok=True)
    assert len({name.casefold() for name in names}) == len(titles) + 2
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= LONGEST_SHEET_NAME for name in names)


def test_a_workbook_of_many_rows_tells_its_progress(tmp_path: Path) -> None:
    rows = tuple((f"Organisation {number}", number) for number in range(20_000))
    told: list[int] = []
    report = handmade(tables=(Table("o", "Organisations", "", ("Name", "People"), rows),), network=None)
    write_workbook(report, tmp_path / "r.xlsx", told.append)
    assert sum(told) == sheet_count(report)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True)
    assert sum(1 for _ in book["Organisations"].iter_rows()) == 20_001
    book.close()
