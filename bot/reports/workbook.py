"""A report as an Excel workbook: a summary, a sheet for each table, the definitions.

Written row by row (XlsxWriter's constant memory mode): a row is on disk when the next one begins. Numbers
are numbers; text is never a formula, an address or a number in disguise; a hidden number is words.
The same report always makes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.reports.cells import neutral_cell
from bot.reports.document import Figure, Report, Table, Value
from bot.reports.entries import hidden_text, network_tables
from prompts.text import plain
from prompts.words import report_page as words

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
LONGEST_SHEET_NAME = 31

Progress = Callable[[int], None]
"""Told how many sheets have been written since the last time."""


def write_workbook(report: Report, path: Path, progress: Progress = lambda _: None) -> None:
    """Write the workbook to `path`."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        made = datetime.combine(report.cut, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": neutral_cell(report.title), "created": made})
        sheets = _Sheets(book, report, _Looks.of(book))
        sheets.summary()
        progress(1)
        for table in (*report.tables, *network_tables(report)):
            sheets.table(table)
            progress(1)
        sheets.definitions()
        progress(1)


def sheet_count(report: Report) -> int:
    """How many sheets `write_workbook` writes."""
    return 2 + len(report.tables) + len(network_tables(report))


@dataclass(frozen=True, slots=True)
class _Looks:
    title: Any
    heading: Any
    percent: Any
    number: Any
    wrapped: Any
    hidden: Any

    @classmethod
    def of(cls, book: Any) -> _Looks:
        return cls(
            title=book.add_format({"bold": True, "font_size": 16}),
            heading=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            percent=book.add_format({"num_format": "0.0%", "valign": "top"}),
            number=book.add_format({"num_format": "#,##0.##", "valign": "top"}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
            hidden=book.add_format({"italic": True, "font_color": "#555555", "valign": "top"}),
        )


class _Sheets:
    def __init__(self, book: Any, report: Report, looks: _Looks) -> None:
        self.book, self.report, self.looks = book, report, looks
        self.names: set[str] = set()

    def summary(self) -> None:
        """What this is, until when it counts, what is hidden; then the key figures."""
        report, language = self.report, self.report.language
        sheet = self._sheet(plain(words.summary_sheet(language)), (38, 16, 10, 12, 12, 44, 80))
        self._row(sheet, 0, [report.title], self.looks.title)
        self._row(sheet, 1, [plain(words.cut_row(language)), report.cut.isoformat()])
        self._row(
            sheet, 2, [plain(words.k_row(language)), report.k, plain(words.k_line(language, k=report.k))]
        )
        headings = (
            words.figures_title, words.value_column, words.n_column, words.low_column, words.high_column,
            words.shown_column, words.definition_column,
        )  # fmt: skip
        self._row(sheet, 4, [plain(heading(language)) for heading in headings], self.looks.heading)
        for row, figure in enumerate(report.figures, start=5):
            self._figure(sheet, row, figure)
        for row, note in enumerate(report.notes, start=6 + len(report.figures)):
            self._row(sheet, row, [note])
        sheet.fit_to_pages(1, 0)

    def _figure(self, sheet: Any, row: int, figure: Figure) -> None:
        hidden = hidden_text(self.report)
        as_share = figure.shown is not None and "%" in figure.shown.partition("(")[0]
        look = self.looks.percent if as_share else self.looks.number
        self._cell(sheet, row, 0, figure.label, self.looks.wrapped)
        value = hidden if figure.value is None else figure.value
        self._cell(sheet, row, 1, value, look if figure.shown is not None else self.looks.hidden)
        self._cell(sheet, row, 2, figure.n, self.looks.number)
        self._cell(sheet, row, 3, figure.low, look)
        self._cell(sheet, row, 4, figure.high, look)
        self._cell(sheet, row, 5, hidden if figure.shown is None else figure.shown, self.looks.wrapped)
        self._cell(sheet, row, 6, figure.definition, self.looks.wrapped)

    def table(self, table: Table) -> None:
        """One sheet; headings stay in sight."""
        sheet = self._sheet(table.title, (32, *[18] * (len(table.headings) - 1)))
        self._row(sheet, 0, table.headings, self.looks.heading)
        sheet.freeze_panes(1, 1)
        hidden = hidden_text(self.report)
        for row, values in enumerate(table.rows, start=1):
            for column, value in enumerate(values):
                if value is None:
                    self._cell(sheet, row, column, hidden, self.looks.hidden)
                else:
                    self._cell(sheet, row, column, value, self.looks.number)

    def definitions(self) -> None:
        """What each number and each table counts."""
        report, language = self.report, self.report.language
        sheet = self._sheet(plain(words.definitions_sheet(language)), (40, 110))
        headings = [plain(words.item_column(language)), plain(words.definition_column(language))]
        self._row(sheet, 0, headings, self.looks.heading)
        told = [(figure.label, figure.definition) for figure in report.figures]
        told += [(table.title, table.definition) for table in report.tables]
        told += [(report.network.title, report.network.definition)] if report.network else []
        for row, pair in enumerate(told, start=1):
            self._row(sheet, row, pair, self.looks.wrapped)

    def _sheet(self, title: str, widths: Iterable[int]) -> Any:
        sheet = self.book.add_worksheet(self._name(title))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        return sheet

    def _name(self, title: str) -> str:
        """A name that Excel takes and no other sheet has."""
        clean = " ".join(_NOT_IN_A_SHEET_NAME.sub(" ", _NOT_IN_XML.sub("", title)).split())
        name, number = _shortened(clean, LONGEST_SHEET_NAME) or "Sheet", 1
        while name.casefold() in self.names or name.casefold() == "history":
            number += 1
            ending = f" {number}"
            name = _shortened(clean, LONGEST_SHEET_NAME - len(ending)) + ending
        self.names.add(name.casefold())
        return name

    def _row(self, sheet: Any, row: int, values: Sequence[Value], look: Any = None) -> None:
        for column, value in enumerate(values):
            self._cell(sheet, row, column, value, look)

    def _cell(self, sheet: Any, row: int, column: int, value: Value, look: Any = None) -> None:
        safe = neutral_cell(_NOT_IN_XML.sub("", value) if isinstance(value, str) else value)
        if isinstance(safe, str):
            sheet.write_string(row, column, safe, look)
        elif safe is not None:
            sheet.write_number(row, column, safe, look)


def _shortened(name: str, most: int) -> str:
    """At most so many units as Excel counts them (UTF-16), without an apostrophe or blank at an end."""
    while len(name.encode("utf-16-le")) > 2 * most:
        name = name[:-1]
    return name.strip("' ")
