"""A spreadsheet (.xlsx, .csv) as tables: the sheets with sessions, and how many people another sheet lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import openpyxl

from bot.agendas.document import AgendaRow, AgendaTable, Document
from bot.agendas.labels import label_of
from bot.agendas.letters import clean, flat
from bot.tables.decoding import decode
from prompts.language_tables import in_every_language

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 2000, 60, 20
"""What is looked at: a cell may say to stand in the last of 17 billion places."""
_EMAIL = in_every_language(lambda one: one.agenda.tables.email)
_NAME = in_every_language(lambda one: one.agenda.tables.name)


def read_workbook(content: bytes, name: str) -> Document:
    """Raises whatever `openpyxl` raises for a file that is no workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    tables, people = [], None
    for sheet in book.worksheets[:MOST_SHEETS]:
        if sheet.sheet_state != "visible":
            continue
        rows = []
        height, width = min(sheet.max_row, MOST_ROWS), min(sheet.max_column, MOST_COLUMNS)
        for place, cells in enumerate(sheet.iter_rows(max_row=height, max_col=width), start=1):
            struck = [bool(cell.font and cell.font.strike) for cell in cells if cell.value not in (None, "")]
            texts = tuple(_said(cell.value) for cell in cells)
            if any(texts):
                where = f"{sheet.title}, row {place}"
                rows.append(
                    AgendaRow(texts, struck=bool(struck) and sum(struck) * 2 > len(struck), where=where)
                )
        table = AgendaTable(tuple(rows), sheet.title)
        if (count := people_listed(table)) is not None:
            people = count
        elif rows:
            tables.append(table)
    only_people = people is not None and not tables
    return Document(tuple(tables), name=name, people=people, is_roster=only_people)


def _said(value: object) -> str:
    """A cell as a person would read it; days as ISO, so that no month is taken for a day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        day = [value.date().isoformat()] if value.year > 1900 else []
        return " ".join([*day, *([f"{value:%H:%M}"] if value.time() != time() else [])])
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds() // 60)} min"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value)).strip()


def read_separated(content: bytes, name: str) -> Document:
    """A CSV file, by whatever mark separates its cells. Raises `Undecodable` for what is no text."""
    text = clean(decode(content)).lstrip("\ufeff")
    return document_of_rows(separated_rows(text), name)


def separated_rows(text: str) -> list[AgendaRow]:
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.lower().startswith("sep="):
        mark, text = first[4:5] or ",", text.lstrip("\n").split("\n", 1)[-1]
    else:
        lines = [line for line in text.split("\n")[:10] if line.strip()]
        mark = max(",;\t|", key=lambda one: sum(min(line.count(one), 9) for line in lines))
    records = csv.reader(io.StringIO(text), delimiter=mark)
    return [
        AgendaRow(tuple(cell.strip() for cell in cells), where=f"row {place}")
        for place, cells in enumerate(records, start=1)
        if any(cell.strip() for cell in cells) and place <= MOST_ROWS
    ]


def document_of_rows(rows: list[AgendaRow], name: str) -> Document:
    """Lines of one cell above the heading stand for themselves, as in a spreadsheet."""
    at = next((place for place, row in enumerate(rows) if _heads_people(row)), None)
    if at is None:
        return Document((AgendaTable(tuple(rows), ""),), name=name)
    count = people_listed(AgendaTable(tuple(rows[at:])))
    if not _has_days(rows[:at]):
        return Document(name=name, people=count, is_roster=True)
    before = rows[: at - 1] if at and len([cell for cell in rows[at - 1].cells if cell]) == 1 else rows[:at]
    return Document((AgendaTable(tuple(before), ""),), name=name, people=count, roster_file=name)


def people_listed(table: AgendaTable) -> int | None:
    """How many rows of people follow a heading with an address; None where it is no list of people."""
    for place, row in enumerate(table.rows[:12]):
        heads = [flat(cell).strip(" *:") for cell in row.cells]
        column = next(
            (at for at, head in enumerate(heads) if head.startswith(_EMAIL) or head.endswith(_EMAIL)),
            None,
        )
        named = any(word in head for head in heads for word in _NAME)
        if (
            column is not None
            and (named or len(heads) > 1)
            and not any(label_of(head) in {"date", "objectives"} for head in heads)
        ):
            told = {
                row.cells[column].strip().casefold()
                for row in table.rows[place + 1 :]
                if len(row.cells) > column
            }
            return len([address for address in told if "@" in address])
    return None


def _heads_people(row: AgendaRow) -> bool:
    return people_listed(AgendaTable((row,))) is not None


def _has_days(rows: Iterable[AgendaRow]) -> bool:
    return any(label_of(cell) == "date" for row in list(rows)[:12] for cell in row.cells if cell)


def with_roster(document: Document, people: int | None) -> Document:
    return replace(document, people=people if document.people is None else document.people)
