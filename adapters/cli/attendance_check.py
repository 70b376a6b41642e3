"""`throughline attendance check`: what a meeting report says, by the same reading as in chat and on the page.

Needs no database and no credentials.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from bot.sessions.attendance_reports import (
    AttendanceReport,
    UnknownReport,
    minutes_present,
    read_report,
)
from bot.sessions.meeting_reports.moments import NO_DAY
from bot.sessions.who_is_who import Claimant, match
from bot.transfer import read_roster
from prompts.text import plain
from prompts.words import attendance as words
from prompts.words.sessions import unreadable
from storage.attendance import Entry

OTHER_DAY = 1
"""Days that a report's clock may be apart from the session's: its owner may live in another zone."""


def check_attendance(file: Path, *, as_json: bool, day: date | None, roster: Path | None) -> int:
    """Print what the report says. Returns the exit status: 1 for a file that is no report."""
    try:
        report = read_report(file.read_bytes(), day)
    except UnknownReport as unknown:
        why = plain(unreadable("en", unknown.key))
        print(json.dumps({"error": why}, ensure_ascii=False) if as_json else why)
        return 1
    told = reading(report, day)
    if roster is not None:
        told["matches"] = _matches(report, roster)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(report, told)
    return 0


def reading(report: AttendanceReport, day: date | None = None) -> dict[str, object]:
    """Everything that the report says, as JSON has it."""
    unread = [
        {"line": one.line, "reason": plain(words.unread("en", one.key, one.given)), "given": one.given}
        for one in report.unread
    ]
    notes = [
        {"line": note.line, "note": plain(words.note("en", note.key, note.given))} for note in report.notes
    ]
    return {
        "source": report.source,
        "people": [_person(one) for one in report.entries],
        "absent": list(report.absent),
        "unread": unread,
        "notes": notes,
        "dates_read_as": report.dates.order,
        "dates_decided_by": report.dates.decided_by,
        "days": [one.isoformat() for one in report.days],
        "questions": _questions(report, day),
    }


def _person(entry: Entry) -> dict[str, object]:
    joins = [
        {
            "joined": _clock(join.joined),
            "left": _clock(join.left),
            "minutes": round(join.minutes, 2),
        }
        for join in entry.joins
    ]
    return {
        "name": entry.name,
        "original_name": entry.original,
        "email": entry.email,
        "minutes": minutes_present(entry.joins),
        "joins": joins,
    }


def _clock(moment: datetime | None) -> str | None:
    """A time without a day is told without one."""
    if moment is None:
        return None
    return moment.time().isoformat() if moment.date() == NO_DAY else moment.isoformat()


def _questions(report: AttendanceReport, day: date | None) -> list[str]:
    if day is None or not report.days or any(abs((one - day).days) <= OTHER_DAY for one in report.days):
        return []
    return [plain(words.another_day("en", day=str(report.days[0]), session=str(day)))]


def _matches(report: AttendanceReport, roster: Path) -> list[dict[str, object]]:
    """Who is who: certain by an address, else likely or open, never decided by a name alone."""
    rows = read_roster(roster.read_bytes()).people
    candidates = [Claimant(row.line, row.name, row.email) for row in rows]
    by_id = {candidate.person_id: candidate.name for candidate in candidates}
    certain, unsure = match(report.entries, candidates)
    told: list[dict[str, object]] = []
    for index, entry in enumerate(report.entries):
        if index in certain:
            told.append({"name": entry.name, "person": by_id[certain[index]], "how": "address"})
            continue
        proposal = next(one for one in unsure if one.entry == index)
        likely = by_id[proposal.likely] if proposal.likely is not None else None
        others = [person.name for person in proposal.people[:3] if person.name != likely]
        told.append(
            {"name": entry.name, "person": likely, "how": "likely" if likely else "open", "else": others}
        )
    return told


def _print(report: AttendanceReport, told: dict[str, object]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for entry in report.entries:
        line = f"{minutes_present(entry.joins):4d} min  {entry.name}"
        console.print(f"{line} <{entry.email}>" if entry.email else line, markup=False)
    if report.absent:
        names = ", ".join(report.absent)
        console.print(plain(words.absent_line("en", n=len(report.absent), names=names)), markup=False)
    if dates := words.dates_read("en", report.dates.order, report.dates.decided_by):
        console.print(plain(dates), markup=False)
    for question in _strings(told["questions"]):
        console.print(question, markup=False)
    told_lines = [(one.line, words.unread("en", one.key, one.given)) for one in report.unread]
    told_lines += [(one.line, words.note("en", one.key, one.given)) for one in report.notes]
    for line_number, sentence in sorted(told_lines):
        console.print(plain(words.at_line("en", line=line_number, sentence=sentence)), markup=False)
    console.print(f"{len(report.entries)} people, {len(report.unread)} lines not read", markup=False)
    matches = told.get("matches")
    for one in matches if isinstance(matches, list) else ():
        console.print(f"{one['how']:8} {one['name']} → {one['person'] or '?'}", markup=False)


def _strings(told: object) -> list[str]:
    return [str(one) for one in told] if isinstance(told, list) else []
