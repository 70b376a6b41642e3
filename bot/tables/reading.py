"""From the text of a file to its lines of cells, by whatever sign the cells stand apart. Total and pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.tables.cells import clean
from bot.tables.spreadsheet import text_of

DELIMITERS = ",;\t|"
MOST_LINES = 20_000
LONGEST_RECORD = 100
"""Lines that one record may span before its quotation mark counts as forgotten."""
_LOOKED_AT = 200
_SEP = re.compile(r"\"?sep=(.)\"?,*", re.IGNORECASE)
csv.field_size_limit(131_072)


class TooManyLines(ValueError):
    """More than `MOST_LINES` lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line of the file it begins on (from 1) and its cells, each cleaned."""

    number: int
    cells: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """Every record, empty ones too; `unread` holds the lines with a quotation mark too many or too few, and
    `too_long` those with a cell that no person wrote."""

    lines: tuple[Line, ...]
    unread: tuple[int, ...] = ()
    too_long: tuple[int, ...] = ()


def read_table(content: bytes | str) -> Table:
    """Read a CSV or spreadsheet file, or pasted text.

    Raises `Undecodable` (from the decoding) for what is no table, and `TooManyLines`.
    """
    text = content if isinstance(content, str) else text_of(content)
    physical = _physical_lines(text.removeprefix("\ufeff"))
    if len(physical) > MOST_LINES:
        raise TooManyLines(str(len(physical)))
    first, delimiter = 0, ""
    if physical and (told := _SEP.fullmatch(physical[0].strip(" ;,"))):
        first, delimiter = 1, told[1]
    delimiter = delimiter or _delimiter(physical)
    lines: list[Line] = []
    unread: list[int] = []
    too_long: list[int] = []
    for number, record, whole in _records(physical, first):
        cells = _cells(record, delimiter) if whole else None
        if cells is None:
            (unread if len(record) < csv.field_size_limit() else too_long).append(number)
            continue
        lines.append(Line(number, tuple(map(clean, cells))))
    return Table(tuple(lines), tuple(unread), tuple(too_long))


def _physical_lines(text: str) -> list[str]:
    """Lines end with line feeds; carriage returns end them where there is no line feed (old Macs)."""
    text = text.replace("\r\n", "\n")
    lines = text.split("\n" if "\n" in text else "\r")
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that most lines have outside quotation marks; of several, the one they have most of."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines[:_LOOKED_AT]]

    def weight(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in bare]
        return sum(1 for count in counts if count), sum(counts)

    return max(DELIMITERS, key=weight)


def _records(lines: Sequence[str], first: int) -> Iterator[tuple[int, str, bool]]:
    """(line number, text, whether its quotation marks match): lines are joined inside quotation marks."""
    place = first
    while place < len(lines):
        joined, end = lines[place], place + 1
        while joined.count('"') % 2 and end < len(lines) and end - place < LONGEST_RECORD:
            joined, end = f"{joined}\n{lines[end]}", end + 1
        if joined.count('"') % 2:
            joined, end = lines[place], place + 1
            yield place + 1, joined, _only_inside(joined)
        else:
            yield place + 1, joined, True
        place = end


def _only_inside(line: str) -> bool:
    """Whether a lone quotation mark stands inside a word, such as the inches of ``6" tape``."""
    return re.search(r'(^|[,;\t|])\s*"', line) is None


def _cells(record: str, delimiter: str) -> list[str] | None:
    try:
        found = next(csv.reader([record], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        return _with_loose_quotes(record, delimiter) if len(record) < csv.field_size_limit() else None
    # A whole line in quotation marks is a line that a second program has wrapped.
    if len(found) == 1 and delimiter in found[0] and record.startswith('"') and "\n" not in record:
        return _cells(found[0], delimiter)
    return found


def _with_loose_quotes(record: str, delimiter: str) -> list[str]:
    """Cells whose own quotation marks were not doubled: a mark ends a cell only before a delimiter."""
    sign = re.escape(delimiter)
    pattern = re.compile(
        rf'(?:^|{sign})(?:\s*"(?P<quoted>.*?)"\s*(?={sign}|$)|(?P<plain>[^{sign}]*))', re.DOTALL
    )
    return [found["plain"] if found["quoted"] is None else found["quoted"].replace('""', '"')
            for found in pattern.finditer(record)]  # fmt: skip
