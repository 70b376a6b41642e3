"""Workbooks (XLSX, XLS, ODS) as the text of a table; anything else is text already."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from bot.tables.decoding import LARGEST_FILE, Undecodable, decode

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED = 40 * LARGEST_FILE
"""Bytes. A small file may unpack into a huge one."""
MOST_CELLS = 2_000_000

Cell = int | float | str | bool | time | date | datetime | timedelta


def text_of(content: bytes) -> str:
    """The text of an uploaded file. A workbook's fullest sheet is told in lines of comma-separated cells, so
    that a line's number is its row's. Raises `Undecodable`."""
    if len(content) > LARGEST_FILE:
        raise Undecodable("too_large")
    if not content.startswith((ZIP, OLD)):
        return decode(content)
    if content.startswith(ZIP):
        _check_size(content)
    return _as_csv(_fullest(content))


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Undecodable("not_text") from None
    if size > LARGEST_UNPACKED:
        raise Undecodable("too_large")


def _fullest(content: bytes) -> list[list[Cell]]:
    """The rows of the sheet with most cells filled; the first of equals, hidden ones too."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        sheets = [sheet for sheet in sheets if sheet.total_height * sheet.total_width <= MOST_CELLS]
        filled = [sheet.to_python(skip_empty_area=False) for sheet in sheets]
    except (CalamineError, OSError, ValueError, KeyError, IndexError, OverflowError):
        raise Undecodable("not_text") from None
    return max(filled, key=lambda rows: sum(1 for row in rows for cell in row if cell != ""), default=[])


def _as_csv(rows: list[list[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([_told(cell) for cell in row])
    return out.getvalue()


def _told(cell: Cell) -> str:
    """A cell as a person would type it; dates with the year first."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return " ".join(str(cell).split())
