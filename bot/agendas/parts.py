"""The segments of a session: "12:00–12:20 Welcome", "40 min didactic", "half of it in small groups"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.agendas.facts import AgendaPart
from bot.agendas.hours import Hour, find_hours, find_lengths
from bot.agendas.letters import DASH, blank, flat, squeeze
from bot.agendas.zones_said import find_zones
from prompts.language_tables import alternation, patterns

_KINDS = {
    "breakout": re.compile(patterns(lambda one: one.agenda.segments.breakout)),
    "case": re.compile(patterns(lambda one: one.agenda.segments.case)),
    "plenary": re.compile(patterns(lambda one: one.agenda.segments.plenary)),
}
_BARE_MINUTES = re.compile(
    rf"^\W*(?P<lead>\d{{1,3}})\s*(?:{DASH}|:|\.|\)|\|)\s*(?P<a>\D.*)$|^(?P<b>\D+?)\s*(?:\(|:\s|{DASH}\s?|\|\s*)(?P<tail>\d{{1,3}})\)?\s*$"
)
_HALF = re.compile(rf"\b{patterns(lambda one: one.agenda.segments.half)}(?P<what>[^.;]{{0,60}})")
_HALF_OF = re.compile(rf"^(?:\s*{patterns(lambda one: one.agenda.segments.half_of)})+\b", re.IGNORECASE)
_AND, _A = alternation(lambda one: one.times.joins), alternation(lambda one: one.agenda.articles_for_one)
_LIST_JOINT = re.compile(
    rf"\s*(?:;|,|\n|\s\+\s|\s>\s|→|\b{patterns(lambda one: one.agenda.segments.then)}\b"
    rf"|\b{_AND}\b(?=\s*(?:{_A}\s+)?\d))\s*"
)
_ENDS = patterns(lambda one: one.agenda.segments.ends)
_EMPTY = re.compile(rf"\(\s*{_ENDS}?\s*\)|\[\s*\]")
_AROUND = re.compile(
    rf"^{patterns(lambda one: one.agenda.segments.begins)}\s+(?=\w)|\s+(?:{_ENDS}|:|\()$|^\(|\s*\($",
    re.IGNORECASE,
)
OVER = re.compile(patterns(lambda one: one.agenda.segments.over))


@dataclass(frozen=True, slots=True)
class WrittenSegment:
    """A segment as written: with minutes, or with the time at which it begins (and perhaps ends)."""

    title: str
    minutes: int | None = None
    hour: Hour | None = None


def kind_of(title: str) -> str:
    """What a segment is by its words; didactic where they say nothing else."""
    low = flat(title)
    for kind, pattern in _KINDS.items():
        if pattern.search(low):
            return kind
    return "didactic"


def read_parts(text: str, *, expected: bool = False) -> list[WrittenSegment]:
    """The segments that a line, or a list within a line, tells; none where it tells none. `expected`: it
    stands under "Agenda", where a bare number is minutes."""
    hours = find_hours(text)
    if len(hours) == 1 and len(find_lengths(blank(text, [(hours[0].begin, hours[0].end)]))) <= 1:
        return _clocked(text, hours[0], expected)
    pieces = [piece for piece in _LIST_JOINT.split(text) if piece.strip()]
    told = [part for piece in pieces if (part := _lasting(piece, expected))]
    if len(told) == len(pieces) or (len(told) >= 2 and len(told) >= len(pieces) - 1):
        return told
    whole = _lasting(text, expected)
    return [whole] if whole and len(find_lengths(text)) <= 1 else []


def _clocked(text: str, hour: Hour, expected: bool) -> list[WrittenSegment]:
    lengths = find_lengths(blank(text, [(hour.begin, hour.end)]))
    zones = find_zones(text, (hour.end,))
    spans = [(hour.begin, hour.end)]
    spans += [(one.begin, one.end) for one in lengths]
    spans += [(one.begin, one.end) for one in zones]
    title = _title(blank(text, spans, " "))
    if not title or len(title) > 160:
        return []
    starts_line = not text[: hour.begin].strip(" \t•*-–—(|")
    ends_line = not text[hour.end :].strip(" .)")
    if not (starts_line or ends_line or expected):
        return []
    return [WrittenSegment(title, lengths[0].minutes if lengths else None, hour)]


def _lasting(piece: str, expected: bool) -> WrittenSegment | None:
    lengths = find_lengths(piece)
    if len(lengths) == 1:
        title = _title(blank(piece, [(lengths[0].begin, lengths[0].end)], " "))
        if title and len(title) <= 160:
            return WrittenSegment(title, lengths[0].minutes)
        return None
    if expected and not lengths and (found := _BARE_MINUTES.match(piece.strip())):
        minutes = int(found["lead"] or found["tail"])
        title = _title(found["a"] or found["b"] or "")
        return WrittenSegment(title, minutes) if title and 0 < minutes <= 480 else None
    return None


def _title(text: str) -> str:
    text = squeeze(_EMPTY.sub(" ", text))
    text = squeeze(re.split(r":\s+", text)[-1]) if len(text) > 30 and ": " in text else text
    text = _AROUND.sub("", text)
    return squeeze(text.strip("()") if text.count("(") != text.count(")") else text)


def half_told(text: str) -> str:
    """What half of the time is spent in ("half of it in small groups"): the words, else empty."""
    found = _HALF.search(flat(text))
    if not found:
        return ""
    what = text[found.start("what") : found.end("what")]
    return squeeze(_HALF_OF.sub("", what).split(",")[0])


def parts_of(told: list[WrittenSegment], start: time | None, minutes: int | None) -> tuple[AgendaPart, ...]:
    """The segments with minutes; where only beginnings are told, each lasts until the next one begins, the
    last until the session ends. Those whose length cannot be known are 0 minutes long."""
    begins = [_within(one.hour, start) if one.hour else None for one in told]
    end = _minute(start) + minutes if start is not None and minutes is not None else None
    parts = []
    for place, one in enumerate(told):
        length = one.minutes
        if length is None and one.hour is not None and one.hour.ends:
            length = one.hour.minutes
        if length is None and begins[place] is not None:
            later = next((begin for begin in begins[place + 1 :] if begin is not None), end)
            length = later - begins[place] if later is not None else None  # type: ignore[operator]
        if length == 0 or (length is None and one is told[-1] and OVER.match(flat(one.title))):
            continue
        parts.append(AgendaPart(length if length and length > 0 else 0, kind_of(one.title), one.title))
    return tuple(parts)


def _within(hour: Hour, start: time | None) -> int:
    """The minute of the day at which a segment begins: of two readings the one not before the session."""
    readings = [_minute(one) for one in hour.starts]
    if start is None:
        return readings[0]
    return next((one for one in sorted(readings) if one >= _minute(start)), readings[0])


def _minute(at: time | None) -> int:
    return at.hour * 60 + at.minute if at else 0
