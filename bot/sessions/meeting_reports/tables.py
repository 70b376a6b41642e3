"""The tables of a report: every block of rows below a heading that names people and how long they stayed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.sessions.meeting_reports.headings import about, counts_seconds, is_first_or_last, language_of
from bot.tables import Line, heading_words

Source = Literal["zoom", "teams", "meet"]
_BREAKS = frozenset({"name", "first"})


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line and its cells by what they are about; a heading that stands twice counts once, the first
    filled."""

    line: int
    cell: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`summary`: one line a person, beside another table with one line a join. `unit` is the minutes of one
    in the column of lengths."""

    source: Source
    language: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[ReportRow, ...]
    summary: bool
    unit: float = 1.0


def find_tables(lines: Sequence[Line]) -> list[ReportTable]:
    """In the order of the file. A table ends at an empty line, at "3. …", or where the next heading comes."""
    tables: list[ReportTable] = []
    place = 0
    while place < len(lines):
        columns = _heading(lines[place].cells)
        if columns is None:
            place += 1
            continue
        end = place + 1
        while end < len(lines) and not _ends(lines, end):
            end += 1
        tables.append(_table(lines[place], columns, _whole(lines[place + 1 : end], len(lines[place].cells))))
        place = end
    return tables


def _heading(cells: Sequence[str]) -> tuple[tuple[str, int], ...] | None:
    columns = [(meaning, place) for place, cell in enumerate(cells) if (meaning := about(cell))]
    found = {meaning for meaning, _ in columns}
    times = found & {"duration", "joined", "left"} or {"action", "moment"} <= found
    return tuple(columns) if found & _BREAKS and times and not any("@" in cell for cell in cells) else None


def _ends(lines: Sequence[Line], place: int) -> bool:
    cells = lines[place].cells
    if not any(cells) or _heading(cells) is not None:
        return True
    alone = cells[0] and not any(cells[1:])
    below = lines[place + 1].cells if place + 1 < len(lines) else ()
    return bool(alone) and (bool(_is_numbered(cells[0])) or (bool(below) and _heading(below) is not None))


def _is_numbered(cell: str) -> bool:
    return len(cell) > 2 and cell[0].isdecimal() and cell[1:3] in {". ", ") "}


def _whole(lines: Sequence[Line], width: int) -> list[Line]:
    """Lines that a line break inside a name has cut in two are joined again."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and len(before.cells) < width and len(before.cells) + len(line.cells) - 1 == width:
            cut = f"{before.cells[-1]} {line.cells[0]}".strip()
            joined[-1] = Line(before.number, (*before.cells[:-1], cut, *line.cells[1:]))
        else:
            joined.append(line)
    return joined


def _table(heading: Line, columns: tuple[tuple[str, int], ...], lines: Sequence[Line]) -> ReportTable:
    rows = tuple(ReportRow(line.number, _cells(line.cells, columns)) for line in lines)
    words = [heading_words(cell) for cell in heading.cells]
    summary = any(is_first_or_last(cell) for cell in heading.cells)
    length = next((heading.cells[place] for meaning, place in columns if meaning == "duration"), "")
    unit = 1 / 60 if counts_seconds(length) else 1.0
    return ReportTable(
        _source(words, columns), language_of(list(heading.cells)), columns, rows, summary, unit
    )


def _cells(cells: Sequence[str], columns: tuple[tuple[str, int], ...]) -> dict[str, str]:
    told: dict[str, str] = {}
    for meaning, place in columns:
        said = cells[place] if place < len(cells) else ""
        told[meaning] = told.get(meaning) or said
    return told


def _source(words: Sequence[str], columns: tuple[tuple[str, int], ...]) -> Source:
    found = {meaning for meaning, _ in columns}
    joined = " ".join(words)
    if re.search(r"time (?:exited|joined|in call)|first seen", joined):
        return "meet"
    if found & {"upn", "action", "registration_email", "role"} or any(
        is_first_or_last(word) for word in words
    ):
        return "teams"
    return "zoom"
