"""A report as one long list of its numbers: what every file of it is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.reports.document import NetworkDrawing, Report, Table, Value
from prompts import dates
from prompts.text import plain
from prompts.words import report_page as words


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One number: `item` of `part`, measured as `measure`. `value` is None where it is hidden; `low` and
    `high` end its 95 % interval on the same scale (shares from 0 to 1)."""

    part: str
    item: str
    measure: str
    value: Value
    n: int | None = None
    low: float | None = None
    high: float | None = None
    shown: str = ""
    definition: str = ""


def entries_of(report: Report) -> Iterator[ReportEntry]:
    """What the report is, its key figures, its tables cell by cell, its network, its notes."""
    language = report.language
    about = str(words.about_part(language))
    yield ReportEntry(about, plain(words.title_row(language)), "", report.title)
    yield ReportEntry(about, plain(words.cut_row(language)), "", report.cut.isoformat())
    yield ReportEntry(
        about, plain(words.k_row(language)), "", report.k, shown=plain(words.k_line(language, k=report.k))
    )
    for figure in report.figures:
        yield ReportEntry(
            plain(words.figures_title(language)), figure.label, "", figure.value, figure.n, figure.low,
            figure.high, hidden_text(report) if figure.shown is None else figure.shown, figure.definition,
        )  # fmt: skip
    for table in (*report.tables, *network_tables(report)):
        yield from _cells(table, language)
    for note in report.notes:
        yield ReportEntry(about, plain(words.note_row(language)), "", note)


def _cells(table: Table, language: str) -> Iterator[ReportEntry]:
    """Every cell after a row's name. The columns of words that lead the table make the name together."""
    names = _name_columns(table)
    for row in table.rows:
        item = " · ".join(str(value) for value in row[:names] if value not in ("", None))
        for heading, value in zip(table.headings[names:], row[names:], strict=True):
            shown = "" if value is None else value_text(language, value)
            yield ReportEntry(table.title, item, heading, value, shown=shown, definition=table.definition)


def _name_columns(table: Table) -> int:
    """How many columns lead the table before its first number; one where it holds no numbers."""
    for column in range(1, len(table.headings)):
        if not all(isinstance(row[column], str) for row in table.rows):
            return column
    return 1


def network_tables(report: Report) -> tuple[Table, ...]:
    """The drawing of the network as two tables: the groups, and who met whom."""
    network, language = report.network, report.language
    if network is None:
        return ()
    groups = Table(
        "network_groups",
        f"{network.title}: {words.groups_sheet(language)}",
        network.definition,
        (str(words.group_column(language)), str(words.people_column(language))),
        network.groups,
    )
    ties = Table(
        "network_ties",
        f"{network.title}: {words.ties_sheet(language)}",
        network.definition,
        (
            str(words.from_column(language)),
            str(words.with_column(language)),
            str(words.pairs_column(language)),
        ),
        _named_ties(network),
    )
    return groups, ties


def _named_ties(network: NetworkDrawing) -> tuple[tuple[Value, ...], ...]:
    names = [label for label, _ in network.groups]
    return tuple((names[one], names[other], pairs) for one, other, pairs in network.ties)


def hidden_text(report: Report) -> str:
    """What stands in place of a hidden number, in a file."""
    return plain(words.hidden_cell(report.language, k=report.k))


def value_text(language: str, value: Value) -> str:
    """A number as a reader writes it; text as it is; nothing for a hidden one (whoever shows it marks it)."""
    if value is None or isinstance(value, str):
        return value or ""
    return dates.number(language, value)
