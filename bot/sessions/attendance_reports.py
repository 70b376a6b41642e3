"""The participants' reports of Zoom, Teams and Meet, read into people and the minutes they were there.

Pure and total: what cannot be read is listed by line with the reason, and nothing raises but `UnknownReport`.

Zoom exports a block about the meeting, then ``Name (original name), Email, Join time, Leave time, Duration
(minutes), Guest, …, In waiting room``; its webinars have sections for hosts, panelists and attendees, with
who registered and did not come. Teams exports tabs in UTF-16: a list of joins and leaves (2020), one line a
join (2021), or ``1. Summary``, ``2. Participants`` and ``3. In-Meeting Activities``. Meet writes a sheet.
Columns are found by the words of their headings, in the tools' languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache

from bot.sessions.meeting_reports.headings import tells_leaving
from bot.sessions.meeting_reports.lengths import LONGEST_STAY, read_minutes
from bot.sessions.meeting_reports.moments import NO_DATES, NO_DAY, DatesRead, decide, read_moment
from bot.sessions.meeting_reports.tables import ReportRow, ReportTable, Source, find_tables
from bot.tables import Line, TooManyLines, heading_words, is_blank, read_table
from bot.tables.addresses import read_addresses
from bot.tables.decoding import Undecodable
from bot.tables.names import shown_and_original
from prompts.language_tables import in_every_language
from prompts.program_words import in_every_program
from storage.attendance import Entry, Join, Note, Unread, UnreadKey


@cache
def _yes() -> frozenset[str]:
    spoken = in_every_language(lambda tables: tables.yes)
    return frozenset((*spoken, *in_every_program(lambda one: one.reports.yes)))


@cache
def _no() -> frozenset[str]:
    spoken = in_every_language(lambda tables: tables.no)
    return frozenset((*spoken, *in_every_program(lambda one: one.reports.no)))


class UnknownReport(ValueError):
    """Not a participants' report: `key` is unknown, too_large, too_long, not_text or damaged."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class AttendanceReport:
    """`absent` names who registered and did not come."""

    source: Source
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Note, ...] = ()
    absent: tuple[str, ...] = ()
    dates: DatesRead = NO_DATES

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which people joined, by the report's clock."""
        joined = {join.joined.date() for one in self.entries for join in one.joins if join.joined}
        return tuple(sorted(joined - {NO_DAY}))


@dataclass(slots=True)
class _Found:
    dates: DatesRead
    day: date
    emails: dict[str, set[str]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    absent: dict[str, None] = field(default_factory=dict)
    last: datetime | None = None


def minutes_present(joins: Iterable[Join]) -> int:
    """Whole minutes of several stays of one person; time spent on two devices at once counts once."""
    stays = list(joins)
    timed = sorted(
        (_in_order(stay.joined), _in_order(stay.left)) for stay in stays if stay.joined and stay.left
    )
    doubled = 0.0
    reached: datetime | None = None
    for joined, left in timed:
        if reached is not None and joined < reached:
            doubled += (min(left, reached) - joined).total_seconds() / 60
        reached = left if reached is None else max(reached, left)
    told = sum(stay.minutes for stay in stays)
    longest = max((stay.minutes for stay in stays), default=0.0)
    return round(max(told - doubled, longest))


def _in_order(moment: datetime) -> datetime:
    """Comparable whether or not an offset was told; a report tells one everywhere or nowhere."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_report(content: bytes | str, session_day: date | None = None) -> AttendanceReport:
    """Read a report as uploaded or as pasted. `session_day` helps to tell the day from the month, and is the
    day of times that stand without one. Raises `UnknownReport` when it is none."""
    try:
        read = read_table(content)
    except Undecodable as error:
        raise UnknownReport(error.key) from None
    except TooManyLines:
        raise UnknownReport("too_long") from None
    tables = find_tables(read.lines)
    if not tables:
        raise UnknownReport("unknown")
    dates = decide((cell for line in read.lines for cell in line.cells), session_day, tables[0].language)
    found = _Found(dates, _day_in(tables, dates) or session_day or _day_above(read.lines, tables, dates))
    found.unread += [Unread(line, "quotes") for line in read.unread]
    found.unread += [Unread(line, "too_long") for line in read.too_long]
    _learn_addresses(tables, found)
    entries = _people(tables, found)
    return AttendanceReport(
        tables[0].source,
        entries,
        tuple(sorted(found.unread, key=lambda one: one.line)),
        tuple(sorted(found.notes, key=lambda one: one.line)),
        tuple(found.absent),
        dates,
    )


def _day_in(tables: Sequence[ReportTable], dates: DatesRead) -> date | None:
    """The only day that the joins have, for the times that stand without one."""
    cells = (row.cell.get("joined", "") for table in tables for row in table.rows)
    days = {moment.date() for cell in cells if (moment := read_moment(cell, dates))}
    return days.pop() if len(days) == 1 else None


def _day_above(lines: Sequence[Line], tables: Sequence[ReportTable], dates: DatesRead) -> date:
    """The first day that is told above the tables."""
    first = min((table.rows[0].line for table in tables if table.rows), default=0)
    cells = (cell for line in lines if line.number < first for cell in line.cells)
    days = (read_moment(cell, dates) or read_moment(f"{cell} 00:00", dates) for cell in cells)
    return next((moment.date() for moment in days if moment), NO_DAY)


# --- people -----------------------------------------------------------------------------------------------


def _learn_addresses(tables: Sequence[ReportTable], found: _Found) -> None:
    """Which addresses a name has anywhere in the report: a guest's may stand in one section only."""
    for table in tables:
        for row in table.rows:
            if (name := _name(row)) and (email := _email(row)):
                found.emails.setdefault(heading_words(shown_and_original(name)[0]), set()).add(email)


def _people(tables: Sequence[ReportTable], found: _Found) -> tuple[Entry, ...]:
    """The joins are exact where there is a table of them; a summary then only adds who is not in it."""
    several = any(table.summary for table in tables) and any(not table.summary for table in tables)
    people: dict[str, Entry] = {}
    for table in sorted(tables, key=lambda one: one.summary):
        told: dict[str, Entry] = {}
        if any(meaning == "action" for meaning, _ in table.columns):
            _take_actions(table, told, found)
        else:
            for row in table.rows:
                _take(table, row, told, found)
        for key, entry in told.items():
            before = people.get(key)
            if before is None:
                people[key] = entry
            else:
                counted = replace(entry, joins=()) if several and table.summary else entry
                people[key] = _joined(before, counted)
    return _in_files_order(people, tables)


def _in_files_order(people: dict[str, Entry], tables: Sequence[ReportTable]) -> tuple[Entry, ...]:
    order: dict[str, int] = {}
    for table in tables:
        for row in table.rows:
            order.setdefault(heading_words(shown_and_original(_name(row))[0]), row.line)
    return tuple(sorted(people.values(), key=lambda one: order.get(heading_words(one.name), 0)))


def _name(row: ReportRow) -> str:
    """The name shown; a forename and a surname in two columns are one name. Where there are both, the name
    in two columns is the account's own and follows in brackets."""
    name, first, last = (_told(row, column) for column in ("name", "first", "last"))
    both = " ".join(part for part in (first, last) if part)
    if not name or not last:
        return name or both
    if heading_words(last) in heading_words(name):
        return name
    return f"{name} ({both})" if first else f"{name} {last}"


def _told(row: ReportRow, column: str) -> str:
    said = row.cell.get(column, "")
    return "" if is_blank(said) else said


def _emails(row: ReportRow) -> tuple[str, ...]:
    """Every address of a row, the account's first."""
    told = (
        read_addresses(row.cell.get(column, "")).emails for column in ("email", "upn", "registration_email")
    )
    return tuple(dict.fromkeys(email for emails in told for email in emails))


def _email(row: ReportRow) -> str:
    return next(iter(_emails(row)), "")


def _key(name: str, email: str, found: _Found) -> tuple[str, str]:
    """What a person is known by in the report, and their address: the only one that their name has
    anywhere."""
    words = heading_words(name) or name
    known = found.emails.get(words, set())
    email = email or (next(iter(known)) if len(known) == 1 else "")
    return email or words, email


def _take(table: ReportTable, row: ReportRow, people: dict[str, Entry], found: _Found) -> None:
    """Add one row to the people, to who did not come, or to what could not be read."""
    name, email = _name(row), _email(row)
    if heading_words(row.cell.get("waiting", "")) in _yes():
        found.notes.append(Note(row.line, "waited", name))
        return
    if _did_not_come(row):
        shown, original = shown_and_original(name)
        found.absent.setdefault(original or shown or email)
        return
    if not name and not email:
        found.unread.append(Unread(row.line, "no_name"))
        return
    join = _join(table, row, found)
    if isinstance(join, Unread):
        found.unread.append(join)
        return
    shown, original = shown_and_original(name or email.partition("@")[0])
    _add(people, Entry(shown, original, email, (join,), _emails(row)[1:]), found)


def _add(people: dict[str, Entry], told: Entry, found: _Found) -> None:
    key, email = _key(told.name, told.email, found)
    before = people.get(key)
    people[key] = replace(told, email=email) if before is None else _joined(before, told)


def _joined(before: Entry, told: Entry) -> Entry:
    """Two rows of one person."""
    return replace(
        before,
        original=before.original or told.original,
        email=before.email or told.email,
        joins=(*before.joins, *told.joins),
        also=tuple(dict.fromkeys((*before.also, *told.also))),
    )


def _did_not_come(row: ReportRow) -> bool:
    if heading_words(row.cell.get("attended", "")) in _no():
        return True
    told = [row.cell.get(column, "") for column in ("joined", "left", "duration")]
    return any(told) and all(is_blank(one) for one in told) and bool(_name(row))


def _join(table: ReportTable, row: ReportRow, found: _Found) -> Join | Unread:
    """A stay. A time that cannot be read leaves the minutes as they are told; minutes that are not told are
    those between the times."""
    said = {column: row.cell.get(column, "") for column in ("joined", "left", "duration")}
    moments = {column: read_moment(said[column], found.dates, found.day) for column in ("joined", "left")}
    joined, left = moments["joined"], moments["left"]
    timed = (_in_order(left) - _in_order(joined)).total_seconds() / 60 if joined and left else None
    minutes = read_minutes(said["duration"], table.unit, timed)
    if timed is not None and timed < 0:
        return Unread(row.line, "leaves_first", said["left"])
    if minutes is None and (not is_blank(said["duration"]) or timed is None or timed > LONGEST_STAY):
        return Unread(row.line, "no_duration", said["duration"])
    for column, moment in moments.items():
        if moment is None and not is_blank(said[column]):
            found.notes.append(Note(row.line, "no_time", said[column]))
    return Join(joined, left, minutes if minutes is not None else timed or 0.0)


# --- Teams of 2020: a line for each joining and each leaving ------------------------------------------------


def _take_actions(table: ReportTable, people: dict[str, Entry], found: _Found) -> None:
    """Who never left was there when the report was taken: until the last time in it."""
    told = [(row, read_moment(row.cell.get("moment", ""), found.dates, found.day)) for row in table.rows]
    last = max((moment for _, moment in told if moment), default=None)
    inside: dict[str, tuple[ReportRow, datetime]] = {}
    for row, moment in told:
        name = _name(row)
        if not name or moment is None:
            key: UnreadKey = "no_name" if not name else "no_duration"
            found.unread.append(Unread(row.line, key, row.cell.get("moment", "")))
            continue
        known = heading_words(name)
        if not tells_leaving(row.cell.get("action", "")):
            inside.setdefault(known, (row, moment))
        elif known in inside:
            began, joined = inside.pop(known)
            _stayed(began, joined, moment, people, found)
    for row, joined in inside.values():
        found.notes.append(Note(row.line, "no_leave", _name(row)))
        _stayed(row, joined, last or joined, people, found)


def _stayed(
    row: ReportRow, joined: datetime, left: datetime, people: dict[str, Entry], found: _Found
) -> None:
    minutes = max((_in_order(left) - _in_order(joined)).total_seconds() / 60, 0.0)
    shown, original = shown_and_original(_name(row))
    _add(people, Entry(shown, original, _email(row), (Join(joined, left, minutes),)), found)
