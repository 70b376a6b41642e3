"""A report as CSV: one number a line with all that belongs to it, so that any program can read it.

Small numbers are hidden already; no cell is one that a spreadsheet would run (`bot.reports.cells`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from bot.reports.cells import neutral_cell
from bot.reports.document import Report, Value
from bot.reports.entries import ReportEntry, entries_of, hidden_text
from prompts.text import plain
from prompts.words import report_page as words

MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""


def csv_lines(report: Report) -> Iterator[str]:
    """The file line by line. Numbers are written as numbers; a hidden one as words."""
    language = report.language
    writer = csv.writer(_Written())
    headings = (
        words.part_column, words.item_column, words.measure_column, words.value_column, words.n_column,
        words.low_column, words.high_column, words.shown_column, words.definition_column,
    )  # fmt: skip
    yield MARK + writer.writerow([plain(heading(language)) for heading in headings])
    for entry in entries_of(report):
        yield writer.writerow([neutral_cell(value) for value in _row(report, entry)])


class _Written:
    """A file for `csv` that hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _row(report: Report, entry: ReportEntry) -> tuple[Value, ...]:
    value = hidden_text(report) if entry.value is None else entry.value
    return (
        entry.part, entry.item, entry.measure, value, entry.n, entry.low, entry.high, entry.shown,
        entry.definition,
    )  # fmt: skip
