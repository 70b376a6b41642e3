"""Reading a roster: one person a line. Pure and total; every problem is named with its line and column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

from bot.core.decoding import Undecodable, decode
from bot.core.us_states import state_code
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from bot.transfer.community_file import JobRole, Setting
from bot.transfer.problems import ImportProblem

REQUIRED = ("name", "email")
OPTIONAL = (
    "role",
    "state",
    "zone",
    "organisation",
    "setting",
    "job_role",
    "language",
    "platform",
    "pronouns",
)
COLUMNS = (*REQUIRED, *OPTIONAL)
ROLES = ("participant", "facilitator", "presenter", "evaluator", "administrator")
PLATFORMS = ("slack", "teams", "either")
MOST_LINES = 20_000
LONGEST_CELL = 200
LONGEST_EMAIL = 254

_OTHER_NAMES = {
    "e-mail": "email", "email address": "email", "correo": "email", "full name": "name", "nombre": "name",
    "organization": "organisation", "time zone": "zone", "timezone": "zone", "job role": "job_role",
    "estado": "state", "idioma": "language", "zona": "zone",
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\.]+(\.[^@\s<>(),;:\"\\.]+)+")
_CHOICES = {
    "role": ROLES,
    "setting": get_args(Setting),
    "job_role": get_args(JobRole),
    "platform": PLATFORMS,
}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the file tells them; empty where it tells nothing. `email` is lower case, `zone` an
    IANA name, `state` a code."""

    line: int
    name: str
    email: str
    role: str = "participant"
    state: str = ""
    zone: str = ""
    organisation: str = ""
    setting: str = ""
    job_role: str = ""
    language: str = ""
    platform: str = ""
    pronouns: str = ""


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What the file says (`rows`: the lines without a problem) and all that is wrong with it."""

    rows: tuple[RosterRow, ...]
    errors: tuple[ImportProblem, ...]


@dataclass(slots=True)
class _Reading:
    languages: tuple[str, ...]
    problems: list[ImportProblem] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def wrong(self, line: int, column: str, key: str, given: str = "", choices: str = "") -> None:
        self.problems.append(ImportProblem(line, column, key, given, choices))


def read_roster(content: bytes | str, languages: tuple[str, ...] = ("en", "es")) -> RosterPlan:
    """Read a roster CSV: comma, semicolon or tab; columns in any order, `REQUIRED` ones must be there.
    Never raises."""
    reading = _Reading(languages)
    try:
        text = content if isinstance(content, str) else decode(content)
    except Undecodable as undecodable:
        return RosterPlan((), (ImportProblem(0, "", undecodable.key),))
    lines = _records(text.removeprefix("\ufeff"), reading)
    header = next(lines, None)
    if header is None:
        return RosterPlan((), (*reading.problems, ImportProblem(0, "", "empty_file")))
    columns = _columns(header[1], reading)
    if columns is None:
        return RosterPlan((), tuple(reading.problems))
    rows = [row for line, cells in lines if (row := _row(line, cells, columns, reading))]
    if not rows and not reading.problems:
        reading.wrong(0, "", "empty_file")
    return RosterPlan(tuple(rows), tuple(sorted(reading.problems, key=lambda problem: problem.line)))


def _records(text: str, reading: _Reading) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; empty ones left out, unreadable ones named."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        begins = records.line_num + 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            reading.wrong(begins, "", "cell_too_long" if "limit" in str(error) else "bad_quotes")
            continue
        if begins > MOST_LINES:
            reading.wrong(begins, "", "too_many_lines", choices=str(MOST_LINES))
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that the first line has most of."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _columns(header: list[str], reading: _Reading) -> list[str] | None:
    """The columns by position; None when a roster cannot be read by them."""
    spoken = [" ".join(cell.split()).casefold() for cell in header]
    names = [_OTHER_NAMES.get(name, name.replace(" ", "_")) for name in spoken]
    for name, given in zip(names, header, strict=True):
        if name not in COLUMNS:
            reading.wrong(1, "", "unknown_column", given, ", ".join(COLUMNS))
        elif names.count(name) > 1 and ImportProblem(1, "", "column_twice", name) not in reading.problems:
            reading.wrong(1, "", "column_twice", name)
    for name in REQUIRED:
        if name not in names:
            reading.wrong(1, "", "missing_column", name, ", ".join(COLUMNS))
    return None if reading.problems else names


def _row(line: int, cells: list[str], columns: list[str], reading: _Reading) -> RosterRow | None:
    if len(cells) != len(columns):
        reading.wrong(line, "", "ragged", str(len(cells)), str(len(columns)))
        return None
    before = len(reading.problems)
    told = {column: _cell(line, column, cell, reading) for column, cell in zip(columns, cells, strict=True)}
    read = {column: _read(line, column, value, reading) for column, value in told.items()}
    if email := read.get("email"):
        first = reading.seen.setdefault(email, line)
        if first != line:
            reading.wrong(line, "email", "duplicate", email, str(first))
    if len(reading.problems) > before:
        return None
    return RosterRow(line=line, **read)


def _cell(line: int, column: str, cell: str, reading: _Reading) -> str:
    """One line of text in composed form, letters of every script kept."""
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    if len(text) > LONGEST_CELL:
        reading.wrong(line, column, "cell_too_long", text[:20] + "…")
        return ""
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in text):
        reading.wrong(line, column, "control_characters")
        return ""
    return text


def _read(line: int, column: str, value: str, reading: _Reading) -> str:
    if not value:
        if column in REQUIRED and not any(
            found.line == line and found.column == column for found in reading.problems
        ):
            reading.wrong(line, column, "missing")
        return "participant" if column == "role" else ""
    if column == "email":
        return _email(line, value, reading)
    if column == "zone":
        return _zone(line, value, reading)
    if column == "state":
        code = state_code(value)
        if code is None:
            reading.wrong(line, column, "unknown_state_code", value)
        return code or ""
    if column == "language":
        return _one_of(line, column, value, reading.languages, reading)
    if column in _CHOICES:
        return _one_of(line, column, value, _CHOICES[column], reading)
    return value


def _email(line: int, value: str, reading: _Reading) -> str:
    if len(value) > LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        reading.wrong(line, "email", "bad_email", value)
        return ""
    return value.casefold()


def _zone(line: int, value: str, reading: _Reading) -> str:
    read = parse_zone(value)
    if isinstance(read, Misread):
        key = "two_zones" if read.key == "zone.two_in_state" else "unknown_zone"
        reading.wrong(line, "zone", key, value, ", ".join(read.choices))
        return ""
    return read


def _one_of(line: int, column: str, value: str, choices: tuple[str, ...], reading: _Reading) -> str:
    slug = value.casefold().replace(" ", "_").replace("-", "_")
    if slug not in choices:
        reading.wrong(line, column, "not_one_of", value, ", ".join(choices))
        return ""
    return slug
