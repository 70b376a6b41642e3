"""What one cell of a session's row tells, by its column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.agendas.days import find_days
from bot.agendas.drafts import Draft, Moment
from bot.agendas.hours import find_hours, find_lengths
from bot.agendas.inline import STATUS, read_about, read_bits, read_words, take
from bot.agendas.labels import (
    label_of,
    list_number,
    says_cancelled,
    says_moved,
    says_no_session,
    session_number,
)
from bot.agendas.letters import flat, squeeze
from bot.agendas.lines import split_list, squeeze_end
from bot.agendas.names import is_open, looks_like_people, read_people
from bot.agendas.parts import half_told, read_parts
from bot.agendas.zones_said import find_zones
from prompts.language_tables import patterns

_NAMES_PEOPLE = re.compile(rf"{patterns(lambda one: one.agenda.people.cell_begins)}\b")
_TENTATIVE = re.compile(patterns(lambda one: one.agenda.title.tentative))
_OBJECTIVES = re.compile(rf"{patterns(lambda one: one.agenda.lines.objectives)}\W*$")
_ABLE = re.compile(patterns(lambda one: one.agenda.lines.able))


def minutes_said(cell: str) -> int | None:
    if re.fullmatch(r"\s*\d{1,4}\s*", cell):
        return int(cell)
    lengths = find_lengths(cell)
    if lengths:
        return lengths[0].minutes
    if found := re.fullmatch(r"(\d):(\d\d)(?::00)?", cell.strip()):
        return int(found[1]) * 60 + int(found[2])
    return None


def join_ends(draft: Draft) -> None:
    """ "Start | End" in two columns is one span."""
    if len(draft.moments) == 2 and draft.moments[1].hour.said.startswith("\x01"):
        both = find_hours(f"{draft.moments[0].hour.said} - {draft.moments[1].hour.said[1:]}", labelled=True)
        if len(both) == 1:
            draft.moments = [Moment(both[0], draft.moments[0].zone or draft.moments[1].zone)]


def _date(draft: Draft, cell: str, language: str) -> None:
    if is_open(cell):
        draft.date_open = True
        return
    bits = read_bits(cell, language)
    if number := session_number(cell):
        draft.number = draft.number or number[0]
    bits.lengths = bits.lengths if bits.moments else []
    take(draft, bits)
    if not bits.days and not bits.moments and re.search(r"\d", cell):
        read_words(draft, bits.rest)


def _start(draft: Draft, cell: str, language: str) -> None:
    if is_open(cell):
        draft.time_open = True
        return
    bits = read_bits(cell, language, time_expected=True)
    bits.days = []
    take(draft, bits)


def _end(draft: Draft, cell: str, language: str) -> None:
    bits = read_bits(cell, language, time_expected=True)
    if bits.moments:
        moment = bits.moments[0]
        moment.hour = replace(moment.hour, said="\x01" + moment.hour.said)
        draft.moments.append(moment)


def _number(draft: Draft, cell: str, language: str) -> None:
    if found := session_number(cell):
        draft.number = found[0]
        rest = cell[found[1] :].strip()
        if rest:
            read_about(draft, rest, language)
    elif found_number := re.fullmatch(r"\W*(\d{1,2})\W*", cell):
        draft.number = int(found_number[1])
    elif find_days(cell, language=language):
        _date(draft, cell, language)
    elif re.search(r"[^\W\d]{3}", cell) and not draft.title:
        read_words(draft, cell)


def _title(draft: Draft, cell: str, language: str) -> None:
    if is_open(cell):
        draft.title_open = True
        return
    first, *more = [line for line in cell.split("\n") if line.strip()]
    if found := session_number(first):
        draft.number = draft.number or found[0]
        first = first[found[1] :].strip() or (more.pop(0) if more else "")
    elif found := list_number(first):
        draft.number = draft.number or found[0]
        first = first[found[1] :]
    if find_days(first, language=language, numbers=False) and not draft.days:
        read_about(draft, first, language)
    elif says_cancelled(first) and says_no_session(first):
        return
    elif not draft.title:
        title = _without_status(first)
        draft.title = squeeze(title)
        by = Draft("")
        read_words(by, title)
        if by.presenters and by.title and by.title != draft.title:
            draft.title = by.title
            draft.presenters += [name for name in by.presenters if name not in draft.presenters]
    for line in more:
        line = line.removeprefix("• ")
        if label_of(line.rstrip(":")) == "objectives":
            continue
        if looks_like_people(line) or _NAMES_PEOPLE.match(flat(line)):
            draft.presenters += [name for name in read_people(line).names if name not in draft.presenters]
        elif told := read_parts(line):
            draft.told_parts += told


def _without_status(text: str) -> str:
    return (
        STATUS.sub(" ", text)
        if says_cancelled(text) or says_moved(text) or _TENTATIVE.search(flat(text))
        else text
    )


def _presenters(draft: Draft, cell: str, language: str) -> None:
    if says_cancelled(cell) or says_no_session(cell) or re.fullmatch(r"[\s\-–—n/a.]+", flat(cell)):
        return
    people = read_people(cell.replace("• ", ""))
    draft.presenters += [name for name in people.names if name not in draft.presenters]
    draft.presenters_open = draft.presenters_open or people.open


def _objectives(draft: Draft, cell: str, language: str) -> None:
    if is_open(cell) or re.fullmatch(r"[\s\-–—n/a.]+", flat(cell)):
        return
    items = split_list(cell)
    if items and _OBJECTIVES.search(flat(items[0])):
        items = items[1:]
    elif items and ":" in items[0] and _ABLE.search(flat(items[0].split(":")[0])):
        items[0] = squeeze_end(items[0].split(":", 1)[1])
    draft.objectives += items


def _segments(draft: Draft, cell: str, language: str) -> None:
    for line in cell.split("\n"):
        told = read_parts(line.removeprefix("• "), expected=True)
        draft.told_parts += told
        draft.half = draft.half or (half_told(line) if not told else "")


def _length(draft: Draft, cell: str, language: str) -> None:
    minutes = minutes_said(cell)
    if minutes is not None:
        draft.minutes.append(minutes)
    elif hours := find_hours(cell, labelled=True):
        draft.moments += [Moment(hour) for hour in hours]


def _zone(draft: Draft, cell: str, language: str) -> None:
    draft.zones += find_zones(cell, labelled=True)


def _link(draft: Draft, cell: str, language: str) -> None:
    draft.link = draft.link or read_bits(cell, language).link


def _notes(draft: Draft, cell: str, language: str) -> None:
    bits = read_bits(cell, language)
    if draft.moved and bits.days:
        draft.days += bits.days
    draft.link = draft.link or bits.link


def read_unknown(draft: Draft, cell: str, language: str) -> None:
    _notes(draft, cell, language)


def _ignored(draft: Draft, cell: str, language: str) -> None:
    return


CELL_READERS: dict[str, Callable[[Draft, str, str], None]] = {
    "date": _date, "start": _start, "end": _end, "number": _number, "title": _title, "presenters": _presenters,
    "objectives": _objectives, "segments": _segments, "minutes": _length, "zone": _zone, "link": _link,
    "notes": _notes, "status": _notes, "ignored": _ignored, "facilitators": _ignored, "weekday": _date,
    "roster": _ignored, "series": _ignored,
}  # fmt: skip
