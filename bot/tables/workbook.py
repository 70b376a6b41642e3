"""A workbook (XLSX, XLS, XLSB, ODS) on standard input, its fullest sheet as comma-separated lines on standard
output. Run as a program by `bot.tables.spreadsheet`, and bounded: a cell that says to stand in the last of
17 billion places makes the library ask for 400 GB, and a library that gets none ends its process.
"""

import csv
import io
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

MOST_CELLS = 2_000_000
MOST_BYTES, MOST_SECONDS = 1024**3, 20
"""Of this process: its memory, and its own time."""

Cell = int | float | str | bool | time | date | datetime | timedelta


def main() -> int:
    """0: told. 1: this is no workbook. Anything else: it asked for too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        text = as_csv(fullest(sys.stdin.buffer.read()))
    except (CalamineError, OSError, ValueError, KeyError, IndexError, OverflowError):
        return 1
    sys.stdout.buffer.write(text.encode(errors="replace"))
    return 0


def fullest(content: bytes) -> list[list[Cell]]:
    """The rows of the sheet with most cells filled; the first of equals, hidden ones too."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    sheets = [sheet for sheet in sheets if sheet.total_height * sheet.total_width <= MOST_CELLS]
    filled = [sheet.to_python(skip_empty_area=False) for sheet in sheets]
    return max(filled, key=lambda rows: sum(1 for row in rows for cell in row if cell != ""), default=[])


def as_csv(rows: list[list[Cell]]) -> str:
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


if __name__ == "__main__":
    sys.exit(main())
