"""The participants' reports of Zoom and Teams, read into people and the minutes they were there.

Pure and total: what cannot be read is listed by line, and nothing raises but `UnknownReport`.

Zoom exports commas: a block about the meeting, then ``Name (original name), Email, Join time, Leave time,
Duration (minutes), Guest, …, In waiting room``. Teams exports tabs in UTF-16: ``1. Summary``, ``2.
Participants`` (one line a person) and ``3. In-Meeting Activities`` (one line a join); durations read like
``1h 2m 3s``. Columns are found by their heading, so added or missing ones do no harm.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.core.decoding import Undecodable, decode

Source = Literal["zoom", "teams"]
UnreadKey = Literal["no_name", "no_duration", "no_time", "leaves_first"]

MOST_LINES = 20_000
LONGEST_STAY = 24 * 60.0
_COLUMNS = {
    "name": ("name", "full name", "name (original name)", "user name (original name)", "participant"),
    "email": ("email", "user email", "e-mail"),
    "upn": ("participant id (upn)",),
    "joined": ("join time", "first join", "first join time"),
    "left": ("leave time", "last leave", "last leave time"),
    "duration": ("duration (minutes)", "total duration (minutes)", "duration", "in-meeting duration"),
    "waiting": ("in waiting room",),
}
_BY_HEADING = {heading: column for column, headings in _COLUMNS.items() for heading in headings}
_TIMES = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M:%S %p",
    "%d/%m/%y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %H:%M",
)  # fmt: skip
_SPANS = re.compile(
    r"(?:(?P<h>\d+)\s?h(?:rs?|ours?)?)?\s?(?:(?P<m>\d+)\s?m(?:ins?|inutes?)?)?\s?(?:(?P<s>\d+)\s?s(?:ecs?|econds?)?)?"
)
_CLOCK = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]\d):(?P<s>[0-5]\d)")
_ORIGINAL = re.compile(r"^(?P<shown>.*\S)\s*\((?P<original>[^()]+)\)$")


class UnknownReport(ValueError):
    """Not a participants' report: `key` is unknown, too_large, too_long, not_text or damaged."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Join:
    """One stay. Times are the report's own wall clock, None where it has none; `minutes` as it says."""

    joined: datetime | None
    left: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One participant: the name shown, the account's own name, the email (lower case) where told."""

    name: str
    original: str
    email: str
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A line (from 1) that was left out: `key` says why, `given` is what could not be read."""

    line: int
    key: UnreadKey
    given: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceReport:
    source: Source
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...]


def minutes_present(joins: Iterable[Join]) -> int:
    """Whole minutes of several stays of one person; time spent on two devices at once counts once."""
    stays = list(joins)
    timed = sorted((stay.joined, stay.left) for stay in stays if stay.joined and stay.left)
    doubled = 0.0
    reached: datetime | None = None
    for joined, left in timed:
        if reached is not None and joined < reached:
            doubled += (min(left, reached) - joined).total_seconds() / 60
        reached = left if reached is None else max(reached, left)
    told = sum(stay.minutes for stay in stays)
    longest = max((stay.minutes for stay in stays), default=0.0)
    return round(max(told - doubled, longest))


def as_kept(joins: Iterable[Join]) -> list[list[object]]:
    """Stays as a row of attendance keeps them."""
    return [
        [one.joined and one.joined.isoformat(), one.left and one.left.isoformat(), one.minutes]
        for one in joins
    ]


def from_kept(stays: Iterable[Sequence[Any]]) -> list[Join]:
    """Stays of a row of attendance."""
    return [
        Join(joined and datetime.fromisoformat(joined), left and datetime.fromisoformat(left), minutes)
        for joined, left, minutes in stays
    ]


def read_report(content: bytes | str) -> AttendanceReport:
    """Read a report as uploaded or as pasted. Raises `UnknownReport` when it is none."""
    lines = _text(content).splitlines()
    if len(lines) > MOST_LINES:
        raise UnknownReport("too_long")
    tables = list(_tables(lines))
    if not tables:
        raise UnknownReport("unknown")
    unread: list[Unread] = []
    people: dict[str, Entry] = {}
    # The activities of a Teams report, its last table, are exact; its summary only adds who is not there.
    for table in reversed(tables):
        found: dict[str, Entry] = {}
        for line, row in table.rows:
            _take(table, line, row, found, unread)
        people = {**found, **people}
    return AttendanceReport(
        tables[0].source, tuple(people.values()), tuple(sorted(unread, key=lambda one: one.line))
    )


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return decode(content)
    except Undecodable as error:
        # Teams writes UTF-16; a mail gateway may have cut the byte order mark off.
        if error.key == "not_text" and content[1:200:2].count(0) > 50:
            return content.decode("utf-16-le", errors="replace")
        raise UnknownReport(error.key) from None


@dataclass(frozen=True, slots=True)
class _Table:
    source: Source
    columns: dict[str, int]
    rows: list[tuple[int, list[str]]]


def _tables(lines: Sequence[str]) -> Iterable[_Table]:
    """Every block of rows below a heading that names people and how long they stayed."""
    table: _Table | None = None
    for number, line in enumerate(lines, start=1):
        row = _cells(line)
        columns = _heading(row)
        if columns is not None:
            if table is not None:
                yield table
            is_teams = "\t" in line or "upn" in columns or "first join" in line.casefold()
            table = _Table("teams" if is_teams else "zoom", columns, [])
        elif table is not None and (not any(row) or re.match(r"\d\. ", row[0])):
            yield table
            table = None
        elif table is not None:
            table.rows.append((number, row))
    if table is not None:
        yield table


def _cells(line: str) -> list[str]:
    delimiter = "\t" if "\t" in line else ";" if line.count(";") > line.count(",") else ","
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [""])]
    except csv.Error:
        return [line.strip()]


def _heading(row: Sequence[str]) -> dict[str, int] | None:
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = _BY_HEADING.get(" ".join(cell.casefold().split()))
        if name is not None:
            columns.setdefault(name, place)
    return columns if {"name", "duration"} <= columns.keys() else None


def _take(
    table: _Table, line: int, row: Sequence[str], people: dict[str, Entry], unread: list[Unread]
) -> None:
    """Add one row to the people, or to what could not be read."""
    cell = {name: row[place] if place < len(row) else "" for name, place in table.columns.items()}
    if cell.get("waiting", "").casefold() == "yes":
        return  # was never let in
    if not cell["name"]:
        unread.append(Unread(line, "no_name"))
        return
    join = _join(table, line, cell)
    if isinstance(join, Unread):
        unread.append(join)
        return
    shown, original = _names(cell["name"])
    email = next((one.casefold() for one in (cell.get("email", ""), cell.get("upn", "")) if "@" in one), "")
    key = email or " ".join(cell["name"].casefold().split())
    before = people.get(key)
    people[key] = Entry(shown, original, email, (*(before.joins if before else ()), join))


def _names(name: str) -> tuple[str, str]:
    found = _ORIGINAL.match(name)
    return (found["shown"], found["original"]) if found else (name, "")


def _join(table: _Table, line: int, cell: dict[str, str]) -> Join | Unread:
    minutes = _minutes(cell["duration"], table.source)
    if minutes is None:
        return Unread(line, "no_duration", cell["duration"])
    moments: list[datetime | None] = []
    for name in ("joined", "left"):
        said = cell.get(name, "")
        moment = _moment(said)
        if said and moment is None:
            return Unread(line, "no_time", said)
        moments.append(moment)
    joined, left = moments
    if joined and left and left < joined:
        return Unread(line, "leaves_first", cell["left"])
    return Join(joined, left, minutes)


def _minutes(said: str, source: Source) -> float | None:
    """Minutes from ``45``, ``1h 2m 3s`` or ``01:02:03``; None for anything else and for more than a day."""
    text = " ".join(said.casefold().split())
    plain = re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?", text) if source == "zoom" else None
    found = _CLOCK.fullmatch(text) or (_SPANS.fullmatch(text) if text else None)
    if plain:
        minutes = float(text)
    elif found and any(found.groupdict().values()):
        hours, rest, seconds = (int(found[unit] or 0) for unit in "hms")
        minutes = hours * 60 + rest + seconds / 60
    else:
        return None
    return minutes if minutes <= LONGEST_STAY else None


def _moment(said: str) -> datetime | None:
    text = " ".join(said.replace("\u202f", " ").replace("\xa0", " ").split())
    for candidate in dict.fromkeys((text, re.sub(r"(\d{2,4}), ", r"\1 ", text, count=1))):
        for form in _TIMES:
            try:
                return datetime.strptime(candidate, form)  # noqa: DTZ007 - the report's own wall clock
            except ValueError:
                continue
    return None
