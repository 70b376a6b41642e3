"""Reading a roster: one person a line. Pure and total; every problem is named with its line and column, and
what was done with the rest is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import fuzz

from bot.tables import Line, TooManyLines, heading_words, is_blank, read_table
from bot.tables.addresses import Addresses, is_email, pasted_people, read_addresses
from bot.tables.cells import bare
from bot.tables.decoding import Undecodable
from bot.tables.names import forename_first, without_remarks
from bot.tables.reading import MOST_LINES
from bot.transfer.headings import LESSER
from bot.transfer.problems import ImportProblem
from bot.transfer.roster_cells import CHOICES, COLUMNS, REQUIRED, ROLES, read_cell
from bot.transfer.roster_columns import Layout, find_layout
from bot.transfer.values import AWAY, read_attending
from prompts.catalog import languages as every_language
from prompts.language_tables import alternation

__all__ = [
    "CHOICES",
    "COLUMNS",
    "LEAVE_EMPTY",
    "LEAVE_OUT",
    "REQUIRED",
    "ROLES",
    "RosterPlan",
    "RosterRow",
    "read_roster",
]

LONGEST_CELL = 200
LEAVE_OUT, LEAVE_EMPTY = AWAY, "leave_empty"
"""Answers to a question: without this line, without this cell."""
_ALIKE = 80
"""Of 100: two names on one address are one person's from here on."""


@cache
def _no_person() -> re.Pattern[str]:
    remarks = alternation(lambda tables: tables.rosters.remarks)
    return re.compile(rf"\d|:|^{remarks}\b", re.IGNORECASE)


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
    """What the file says (`rows`: the lines without a problem) and all that is wrong with it. `notes` say
    what was done without asking: columns and lines left out, two lines of one person, words read as others.
    `people` are the rows and those of whom something is still to be asked, with that cell empty."""

    rows: tuple[RosterRow, ...]
    errors: tuple[ImportProblem, ...]
    notes: tuple[ImportProblem, ...] = ()
    unknown: tuple[str, ...] = ()
    """Headings of the columns that were left out."""
    people: tuple[RosterRow, ...] = ()


@dataclass(slots=True)
class _Reading:
    languages: tuple[str, ...]
    answers: Mapping[str, str]
    layout: Layout
    problems: list[ImportProblem] = field(default_factory=list)
    notes: list[ImportProblem] = field(default_factory=list)
    by_email: dict[str, RosterRow] = field(default_factory=dict)
    read_as: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def wrong(self, line: int, column: str, key: str, given: str = "", *likely: str) -> None:
        self.problems.append(ImportProblem(line, column, key, given, ", ".join(likely)))

    def answer(self, line: int, column: str) -> str:
        return self.answers.get(f"{line}.{column}", "")


def read_roster(
    content: bytes | str, languages: tuple[str, ...] = (), answers: Mapping[str, str] | None = None
) -> RosterPlan:
    """Read a roster as tools and people write it, for a community of these languages (all of them unless
    given). `answers` settle what was asked before, by
    ``line.column``: a value, `LEAVE_OUT` or `LEAVE_EMPTY`. Never raises."""
    try:
        table = read_table(content)
    except Undecodable as undecodable:
        return RosterPlan((), (ImportProblem(0, "", undecodable.key),))
    except TooManyLines:
        return RosterPlan((), (ImportProblem(0, "", "too_many_lines", choices=str(MOST_LINES)),))
    damaged = [ImportProblem(line, "", "bad_quotes") for line in table.unread]
    damaged += [ImportProblem(line, "", "cell_too_long", "…") for line in table.too_long]
    layout = find_layout(table.lines)
    if layout is None:
        pasted = _pasted(table.lines)
        if pasted is None:
            return RosterPlan((), (*damaged, *_no_roster(table.lines)))
        layout = pasted
    reading = _Reading(languages or every_language(), answers or {}, layout, damaged)
    if not layout.places("email"):
        reading.wrong(max(layout.heading, 1), "", "missing_column", "email", *COLUMNS)
        return RosterPlan((), tuple(reading.problems), unknown=layout.unknown)
    _say_layout(reading)
    for line in layout.lines:
        _take(line, reading)
    return _plan(reading)


def _no_roster(lines: tuple[Line, ...]) -> tuple[ImportProblem, ...]:
    if not any(cell for line in lines for cell in line.cells):
        return (ImportProblem(0, "", "empty_file"),)
    return tuple(ImportProblem(1, "", "missing_column", name, ", ".join(COLUMNS)) for name in REQUIRED)


def _pasted(lines: tuple[Line, ...]) -> Layout | None:
    """A pasted list of recipients: ``Ana Ruiz <ana@example.org>; Ben Ode <ben@example.org>``."""
    people = pasted_people("; ".join(cell for line in lines for cell in line.cells if cell))
    given = find_layout([Line(1, ("name", "email"))])
    if not people or given is None:
        return None
    told = tuple(Line(number, one) for number, one in enumerate(people, start=1))
    return replace(given, lines=told, heading=0)


def _say_layout(reading: _Reading) -> None:
    layout = reading.layout
    if not layout.heading:
        reading.notes.append(ImportProblem(0, "", "no_headings"))
    for given, about in layout.reread:
        reading.notes.append(ImportProblem(layout.heading, "", "column_read_as", given, about))
    if layout.unknown:
        reading.notes.append(ImportProblem(layout.heading, "", "columns_left_out", ", ".join(layout.unknown)))


def _plan(reading: _Reading) -> RosterPlan:
    rows = tuple(sorted(reading.by_email.values(), key=lambda row: row.line))
    if not rows and not reading.problems:
        reading.wrong(0, "", "empty_file")
    if rows and not any(row.name for row in rows) and not reading.layout.places("first"):
        reading.problems = [problem for problem in reading.problems if problem.key != "missing"]
        reading.wrong(max(reading.layout.heading, 1), "", "missing_column", "name", *COLUMNS)
        rows = ()
    for (column, given), (line, value) in reading.read_as.items():
        reading.notes.append(ImportProblem(line, column, "read_as", given, value))
    _say_namesakes(rows, reading)
    wrong = {problem.line for problem in reading.problems}
    return RosterPlan(
        rows=tuple(row for row in rows if row.line not in wrong),
        errors=tuple(sorted(reading.problems, key=lambda one: one.line)),
        notes=tuple(sorted(reading.notes, key=lambda one: one.line)),
        unknown=reading.layout.unknown,
        people=rows,
    )


def _say_namesakes(rows: tuple[RosterRow, ...], reading: _Reading) -> None:
    first: dict[str, RosterRow] = {}
    for row in rows:
        before = first.setdefault(heading_words(row.name) or str(row.line), row)
        if before is not row:
            reading.notes.append(ImportProblem(row.line, "name", "same_name", row.name, str(before.line)))


# --- one line ---------------------------------------------------------------------------------------------


def _take(line: Line, reading: _Reading) -> None:
    layout = reading.layout
    if reading.answer(line.number, "line") == LEAVE_OUT or _is_heading(line, layout):
        return
    cells = _fitted(line, reading)
    if cells is None:
        return
    if not _readable(line, cells, reading):
        return
    told = {about: _first(cells, layout.places(about)) for about in {one.about for one in layout.columns}}
    told |= {
        about: both
        for about in ("state", "zone", "language")
        if (both := _of_equal_right(cells, about, layout))
    }
    name = _name(told)
    addresses = _addresses(line, cells, reading)
    if not addresses.emails and not addresses.unread and (not name or _is_remark(cells, name)):
        if not (name or any(told.values())):
            name = next((cell for cell in cells if cell), "")
        reading.notes.append(ImportProblem(line.number, "", "no_person", name))
        return
    if not _comes(line, told, name or next(iter(addresses.emails), ""), reading):
        return
    email = _email(line, addresses, cells, reading)
    _keep(line, name or addresses.name, email, told, reading)


def _is_heading(line: Line, layout: Layout) -> bool:
    """The headings again, as where files were joined."""
    told = {heading_words(one.given) for one in layout.columns if one.given}
    words = [heading_words(cell) for cell in line.cells if cell]
    return len(words) > 1 and set(words) <= told


def _fitted(line: Line, reading: _Reading) -> tuple[str, ...] | None:
    """The cells, one for each column. Too few are filled up; too many are a problem unless they are empty."""
    width = len(reading.layout.columns)
    cells = line.cells + ("",) * (width - len(line.cells))
    if not any(cells[width:]) or reading.answer(line.number, "line"):
        return cells[:width]
    if joined := _joined(cells, width, reading):
        return joined
    reading.wrong(line.number, "line", "ragged", str(len(line.cells)), str(width))
    return None


def _joined(cells: tuple[str, ...], width: int, reading: _Reading) -> tuple[str, ...] | None:
    """A cell that a comma has cut in two, where only one joining makes every other cell readable."""
    last = max(place for place, cell in enumerate(cells) if cell) + 1
    more, found = last - width, []
    for place, column in enumerate(reading.layout.columns):
        if column.about in {"name", "organisation", ""} and all(cells[place : place + more + 1]):
            whole = ", ".join(cells[place : place + more + 1])
            candidate = (*cells[:place], whole, *cells[place + more + 1 : last])
            if len(candidate) == width and _fits(candidate, reading):
                found.append(candidate)
    return found[0] if len(found) == 1 else None


def _fits(cells: tuple[str, ...], reading: _Reading) -> bool:
    for cell, column in zip(cells, reading.layout.columns, strict=True):
        if column.about == "email" and not is_email(cell):
            return False
        checked = column.about in CHOICES or column.about in {"state", "zone", "language"}
        if checked and not is_blank(cell) and read_cell(column.about, cell, reading.languages).key:
            return False
    return True


def _readable(line: Line, cells: tuple[str, ...], reading: _Reading) -> bool:
    """Whether no cell that we keep is too long or holds characters that cannot be shown."""
    before = len(reading.problems)
    for cell, column in zip(cells, reading.layout.columns, strict=True):
        about = "name" if column.about in {"first", "last", "second_last", "display"} else column.about
        if not about:
            continue
        if len(cell) > LONGEST_CELL:
            reading.wrong(line.number, about, "cell_too_long", cell[:20] + "…")
        elif any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in cell):
            reading.wrong(line.number, about, "control_characters")
    return len(reading.problems) == before


def _first(cells: tuple[str, ...], places: list[int]) -> str:
    return next((cells[place] for place in places if not is_blank(cells[place])), "")


def _of_equal_right(cells: tuple[str, ...], about: str, layout: Layout) -> str:
    """What two columns about the same say, where they say different things and neither goes first."""
    places = [place for place in layout.places(about) if layout.columns[place].rank < LESSER]
    said = dict.fromkeys(cells[place] for place in places if not is_blank(cells[place]))
    return " / ".join(said) if len({bare(one) for one in said}) > 1 else ""


def _name(told: Mapping[str, str]) -> str:
    """The name as one: forename first, without pronouns."""
    joined = " ".join(told[part] for part in ("first", "last", "second_last") if told.get(part))
    name = told.get("name", "")
    if told.get("first") and told.get("last"):
        name = joined
    name = name or told.get("display", "") or joined
    if boxed := read_addresses(name).name if "@" in name else "":
        name = boxed
    return forename_first(without_remarks(name))


def _is_remark(cells: tuple[str, ...], name: str) -> bool:
    """A line under the list such as "Total: 17", and not a person without an address."""
    return sum(map(bool, cells)) == 1 and bool(_no_person().search(name))


def _comes(line: Line, told: Mapping[str, str], who: str, reading: _Reading) -> bool:
    said = told.get("attending", "")
    answer = reading.answer(line.number, "attending")
    if not said or answer:
        return answer != LEAVE_OUT
    read = read_attending(said)
    if read.key:
        reading.wrong(line.number, "attending", read.key, said, *read.likely)
    if read.value == AWAY:
        reading.notes.append(ImportProblem(line.number, "", "not_attending", who, said))
    return read.value != AWAY


def _addresses(line: Line, cells: tuple[str, ...], reading: _Reading) -> Addresses:
    """The addresses of a line: of its best column; two columns of equal right both count."""
    if answer := reading.answer(line.number, "email"):
        return Addresses((answer.casefold(),)) if is_email(answer) else Addresses(unread=True)
    columns, places = reading.layout.columns, reading.layout.places("email")
    found = Addresses()
    for place in places:
        if found.emails and columns[place].rank >= LESSER:
            break
        read = Addresses() if is_blank(cells[place]) else read_addresses(cells[place])
        emails = tuple(dict.fromkeys((*found.emails, *read.emails)))
        found = Addresses(emails, found.name or read.name, found.unread or read.unread)
    return found


def _email(line: Line, addresses: Addresses, cells: tuple[str, ...], reading: _Reading) -> str:
    given = _first(cells, reading.layout.places("email"))
    if reading.answer(line.number, "email") and addresses.unread:
        given = reading.answer(line.number, "email")
    if len(addresses.emails) > 1:
        reading.wrong(line.number, "email", "several_emails", given, *addresses.emails)
    elif addresses.unread:
        reading.wrong(line.number, "email", "bad_email", given)
    elif not addresses.emails:
        reading.wrong(line.number, "email", "missing")
    return next(iter(addresses.emails), "")


def _keep(line: Line, name: str, email: str, told: Mapping[str, str], reading: _Reading) -> None:
    """Read the rest of a line and keep it, or join it with the line that told of the same person before."""
    name = reading.answer(line.number, "name") or name
    read = {column: _value(line, column, told.get(column, ""), reading) for column in COLUMNS[2:]}
    row = RosterRow(line.number, name, email, **{**read, "role": read["role"] or "participant"})
    before = reading.by_email.get(email) if email else None
    if before is None:
        if not name:
            reading.wrong(line.number, "name", "missing")
        reading.by_email[email or f"line {line.number}"] = row
    elif (
        not name
        or not before.name
        or fuzz.token_set_ratio(heading_words(name), heading_words(before.name)) >= _ALIKE
    ):
        fill = {column: getattr(before, column) or getattr(row, column) for column in ("name", *COLUMNS[2:])}
        reading.by_email[email] = replace(before, **fill)
        reading.notes.append(ImportProblem(line.number, "", "same_person", email, str(before.line)))
    else:
        reading.wrong(line.number, "email", "shared_email", email, str(before.line))


def _value(line: Line, column: str, said: str, reading: _Reading) -> str:
    if answer := reading.answer(line.number, column):
        said = "" if answer == LEAVE_EMPTY else answer
    if is_blank(said):
        return ""
    read = read_cell(column, said, reading.languages)
    if read.key:
        reading.wrong(line.number, column, read.key, said, *read.likely)
    elif column in {"job_role", "setting", "role"} and heading_words(said).replace(" ", "_") != read.value:
        reading.read_as.setdefault((column, said), (line.number, read.value))
    return read.value
