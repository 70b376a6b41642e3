"""No text from people becomes a formula in a spreadsheet, and numbers stay numbers."""

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.cells import neutral_cell, neutral_text

ATTACKS = [
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\0=1",
    "\n=1",
    " =1",
    "\ufeff=1",
    "\u200b=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫A1",
    "−1",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(attack: str) -> None:
    assert neutral_text(attack).startswith("'")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_behind_a_separator_or_line_break_gets_an_apostrophe(attack: str) -> None:
    for separator in (";", "; ", "\n", "|", "\r\n"):
        assert "'" in neutral_text(f"fine{separator}{attack}")


@pytest.mark.parametrize("value", [-5, 0, 3.25, -0.5, True, None, date(2027, 3, 16)])
def test_numbers_dates_and_truth_values_stay_what_they_are(value: object) -> None:
    assert neutral_cell(value) is value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_no_spreadsheet_has_becomes_an_empty_cell(value: float) -> None:
    assert neutral_cell(value) is None


@pytest.mark.parametrize(
    "text", ["", "Gracias", "a = b", "3-4 people", "'quoted", "me@example.org", "one, -two"]
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert neutral_text(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n\0 ;|'\"a1\u200b\ufeff−"), max_size=12))
def test_neutral_text_is_stable_and_has_no_sign_first_in_any_cell(text: str) -> None:
    once = neutral_text(text)
    assert neutral_text(once) == once
    assert not set(once) & set("\0\t\r")
    for part in once.replace(";", "\n").replace("|", "\n").split("\n"):
        seen = [c for c in part if not c.isspace() and unicodedata.category(c) != "Cf"]
        assert not seen or unicodedata.normalize("NFKC", seen[0]) not in {"=", "+", "-", "@", "−"}


def test_a_round_trip_through_csv_and_xlsx_holds_no_formula_cell(tmp_path: Path) -> None:
    book = tmp_path / "answers.xlsx"
    workbook = xlsxwriter.Workbook(str(book))
    sheet = workbook.add_worksheet()
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    for row, attack in enumerate(ATTACKS):
        sheet.write(row, 0, neutral_cell(attack))
        sheet.write(row, 1, neutral_cell(-row))
        writer.writerow([neutral_cell(attack), neutral_cell(-row)])
    workbook.close()

    for row, (text, number) in enumerate(openpyxl.load_workbook(book).active.iter_rows()):
        assert text.data_type == "s"
        assert text.value.startswith("'")
        assert (number.data_type, number.value) == ("n", -row)
    for row, (said, counted) in enumerate(csv.reader(io.StringIO(stream.getvalue()))):
        assert said.startswith("'")
        assert counted == str(-row)
