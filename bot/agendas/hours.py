"""Times of day, spans of time, zones and lengths as agendas write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.agendas.letters import DASH, flat
from prompts.language_tables import alternation, in_every_language, language_tables, patterns
from prompts.word_lists import either

_AM = frozenset(in_every_language(lambda one: (*one.times.am, *one.agenda.hours.am)))
_PM = frozenset(in_every_language(lambda one: (*one.times.pm, *one.agenda.hours.pm)))
_NIGHT = frozenset(in_every_language(lambda one: one.times.night))
_NOON, _MIDNIGHT = alternation(lambda one: one.times.noon), in_every_language(lambda one: one.times.midnight)
_THE = alternation(lambda one: one.times.article)
_O_CLOCK = alternation(lambda one: one.agenda.hours.o_clock)
_HALF = rf"(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?|[ap]\b(?!\.?\w)|{either(_AM | _PM | _NIGHT)}\b)"
_NAMED = f"(?:{_NOON}|{either(_MIDNIGHT)})"
_CLOCK = r"(?:\d{1,2}(?::\d{2}(?::\d{2})?|\.\d{2}(?!\d)|h\d{2})?)"


def _moment(name: str) -> str:
    return (
        rf"(?P<{name}>(?:(?P<{name}_named>{_NAMED})\b|(?P<{name}_clock>{_CLOCK})"
        rf"(?:\s*(?P<{name}_half>{_HALF}))?(?P<{name}_h>\s?(?:hrs?\b\.?|h\b\.?|{_O_CLOCK}\b))?))"
    )


_UNTIL = alternation(lambda one: (*one.times.until, *one.agenda.hours.until))
_AT, _FROM = alternation(lambda one: one.times.at), alternation(lambda one: one.times.from_)
_BEFORE_SPAN = alternation(lambda one: (*one.times.at, *one.times.from_, *one.agenda.hours.at))
_BEFORE_START = patterns(lambda one: one.agenda.hours.before_start)
NUMBERS = {word: number for one in language_tables().values() for word, number in one.agenda.numbers.items()}
_COUNTS = dict.fromkeys(in_every_language(lambda one: one.agenda.articles_for_one), 1) | NUMBERS
NUMBER_WORD = either(_COUNTS)
_JOINS = rf"(?:\s*{DASH}\s*|\s+{_UNTIL}(?: {_THE})?\s+)"
_LEADS = rf"(?:\b{_BEFORE_SPAN}(?: {_THE})?\s+|\b@\s*)?"
_SPAN = re.compile(
    rf"(?<![\d.:$#])(?<!\d/)(?P<lead>{_LEADS}){_moment('first')}{_JOINS}{_moment('second')}(?![\d/%]|:\d)"
)
_SINGLE = re.compile(
    rf"(?<![\d.:$#])(?<!\d/)(?P<lead>\b{_BEFORE_START}\s+|@\s*)?{_moment('first')}(?![\d/%]|:\d|{DASH}\d)"
)
_MILITARY = re.compile(rf"(?<![\d/.:$#-])(?P<a>[012]\d[0-5]\d)(?:\s*{DASH}\s*(?P<b>[012]\d[0-5]\d))?(?!\d)")
_NOON_TO = re.compile(
    rf"(?P<head>\b{_NOON}\s*(?:{patterns(lambda one: one.agenda.hours.noon_to)}|-|–)\s*)"
    rf"(?P<hour>{either(word for word, number in NUMBERS.items() if number <= 3)})\b"
)
_OFFSET = re.compile(r"\b(?:utc|gmt)\s?[+\-−–]\s?\d{1,2}(?::?\d{2})?")
_LATIN_NOON = re.compile(r"\b12(?::00)?\s?m\b\.?(?!\w)")


@dataclass(frozen=True, slots=True)
class Hour:
    """A start, perhaps with an end. Where a. m. or p. m. is open, `starts` and `ends` hold both readings, the
    likelier first."""

    starts: tuple[time, ...]
    ends: tuple[time, ...]
    said: str
    begin: int
    end: int
    on_24_hours: bool = False
    """Written so that only the 24-hour clock fits."""

    @property
    def is_certain(self) -> bool:
        return len(self.starts) == 1

    @property
    def minutes(self) -> int | None:
        """From start to end; None without an end, negative where the end stands before the start."""
        if not self.ends:
            return None
        first, last = self.starts[0], self.ends[0]
        return (last.hour - first.hour) * 60 + last.minute - first.minute


def find_hours(text: str, *, labelled: bool = False) -> list[Hour]:
    """Every time or span of time in `text`, in order. `labelled`: the text stands under "Time", where a bare
    number is an hour."""
    low, found = _LATIN_NOON.sub(lambda hit: "noon".ljust(len(hit[0])), flat(text)), []
    low = _OFFSET.sub(lambda hit: " " * len(hit[0]), low)
    low = _NOON_TO.sub(lambda hit: hit["head"] + str(_COUNTS[hit["hour"]]).rjust(len(hit["hour"])), low)
    covered = [False] * len(low)
    for pattern, read in ((_SPAN, _span), (_SINGLE, _single), (_MILITARY, _military)):
        if pattern is _MILITARY and not labelled:
            continue
        for match in pattern.finditer(low):
            if any(covered[match.start() : match.end()]):
                continue
            hour = read(match, text, labelled)
            if hour is not None:
                found.append(hour)
                covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    return sorted(found, key=lambda hour: hour.begin)


def _span(match: re.Match[str], text: str, labelled: bool) -> Hour | None:
    told = [_told(match, name) for name in ("first", "second")]
    if None in told:
        return None
    first, second = (one for one in told if one is not None)
    if not (labelled or any(one.looks_like_time for one in (first, second)) or _leads(match, first)):
        return None
    if first.half is None and second.half is not None and first.minute_of_day < 13 * 60 and not first.named:
        first = _with_half_of(first, second)
    elif second.half is None and first.half is not None and not second.named and second.hour <= 12:
        second = _after(first, second)
    starts, ends = _pairs(first, second)
    if not starts:
        return None
    on_24 = first.on_24 or second.on_24
    return Hour(starts, ends, text[match.start() : match.end()].strip(), match.start(), match.end(), on_24)


_ZONE_NEXT = re.compile(
    rf"\s*[,(]?\s*(?:{patterns(lambda one: one.agenda.hours.zone_follows)}|[pmce]t\b|ak[sd]?t\b)"
)
_FROM_FIRST = re.compile(_FROM)
_AT_SOMEWHERE = re.compile(rf"\b{_AT}\s|@")


def _leads(match: re.Match[str], first: _Told) -> bool:
    if _FROM_FIRST.match(match["lead"] or "") and _ZONE_NEXT.match(match.string, match.end()):
        return True
    return bool(_AT_SOMEWHERE.search(match["lead"] or "")) or bool(
        match["lead"] and match["second_h"] and first.hour >= 7
    )


def _single(match: re.Match[str], text: str, labelled: bool) -> Hour | None:
    told = _told(match, "first")
    if told is None or not (told.looks_like_time or match["lead"] or labelled):
        return None
    if told.h and not match["lead"] and told.hour <= 12 and ":" not in match["first"]:
        return None  # "2 h" is a length
    if not told.looks_like_time and match["lead"] and _FROM_FIRST.match(match["lead"]):
        return None
    begin = match.start("first") if match["lead"] else match.start()
    return Hour(told.readings, (), text[begin : match.end()].strip(), match.start(), match.end(), told.on_24)


def _military(match: re.Match[str], text: str, labelled: bool) -> Hour | None:
    times = [time(int(said[:2]), int(said[2:])) for said in match.groups() if said and said < "2400"]
    if not times:
        return None
    return Hour((times[0],), tuple(times[1:]), match[0], match.start(), match.end(), on_24_hours=True)


@dataclass(frozen=True, slots=True)
class _Told:
    hour: int
    minute: int
    half: str | None
    """am or pm."""
    named: bool
    h: bool
    written: str

    @property
    def looks_like_time(self) -> bool:
        return (
            self.named
            or self.half is not None
            or ":" in self.written
            or (self.h and self.hour > 12)
            or "h" in self.written
        )

    @property
    def on_24(self) -> bool:
        return (
            not self.named
            and self.half is None
            and (
                self.hour > 12
                or self.hour == 0
                or self.written.startswith("0")
                or self.h
                or "h" in self.written
            )
        )

    @property
    def minute_of_day(self) -> int:
        hour = self.hour
        if self.half:
            hour = hour % 12 + (12 if self.half == "pm" else 0)
        return hour * 60 + self.minute

    @property
    def readings(self) -> tuple[time, ...]:
        """The likelier first: what is in the middle of a working day."""
        if self.named or self.half or self.on_24 or self.hour >= 12:
            return (_clock(self.minute_of_day),)
        morning, afternoon = _clock(self.minute_of_day), _clock(self.minute_of_day + 720)
        return (morning, afternoon) if self.hour >= 8 else (afternoon, morning)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _told(match: re.Match[str], name: str) -> _Told | None:
    if match[f"{name}_named"]:
        hour = 0 if match[f"{name}_named"] in _MIDNIGHT else 12
        return _Told(hour, 0, "pm" if hour else "am", True, False, match[name])
    clock = match[f"{name}_clock"]
    parts = [int(part) for part in re.split(r"[:.h]", clock) if part]
    hour, minute = parts[0], parts[1] if len(parts) > 1 else 0
    if hour > 24 or minute > 59:
        return None
    half = _half(match[f"{name}_half"], hour)
    if half and not 1 <= hour <= 12:
        half = None
    if "." in clock and not half and not match[f"{name}_h"]:
        return None
    return _Told(hour % 24, minute, half, False, bool(match[f"{name}_h"]), clock)


_BEFORE_NOON = re.compile(rf"(?:{either(_AM)}|am?)\b")


def _half(said: str | None, hour: int) -> str | None:
    if not said:
        return None
    if said in _NIGHT:
        return "am" if hour in {12, 1, 2, 3, 4} else "pm"
    return "am" if said not in _PM and _BEFORE_NOON.match(said) else "pm"


def _with_half_of(first: _Told, second: _Told) -> _Told:
    """ "11:00–12:30 pm" begins before noon, "1–2:30 pm" after it."""
    for half in (second.half, "am"):
        candidate = _Told(first.hour, first.minute, half, False, first.h, first.written)
        if candidate.minute_of_day < second.minute_of_day:
            return candidate
    return first


def _after(first: _Told, second: _Told) -> _Told:
    """ "9 am–12", "11 am–1", "noon–1:30": the first such time after the start."""
    for half in ("am", "pm"):
        candidate = _Told(second.hour, second.minute, half, False, second.h, second.written)
        if candidate.minute_of_day > first.minute_of_day:
            return candidate
    return second


def _pairs(first: _Told, second: _Told) -> tuple[tuple[time, ...], tuple[time, ...]]:
    """Readings of a span that belong together: the shortest after each start, where both are open."""
    if second.on_24 and second.half is None and first.half is None and not first.named and first.hour < 12:
        return (_clock(first.minute_of_day),), (_clock(second.minute_of_day),)
    if first.on_24 and second.half is None:
        return (_clock(first.minute_of_day),), (_clock(second.minute_of_day),)
    starts, ends = [], []
    for start in first.readings:
        begin = start.hour * 60 + start.minute
        after = sorted((one.hour * 60 + one.minute - begin) % 1440 or 1440 for one in second.readings)
        if after and (after[0] <= 720 or len(second.readings) == 1):
            starts.append(start)
            ends.append(_clock(begin + after[0]))
    if len(starts) == 2 and first.hour < 12 and second.hour == 12 and not second.half:
        # "9:00–12:00": an evening that ends at midnight is not meant.
        return (starts[0],), (ends[0],)
    return tuple(starts), tuple(ends)


# --- lengths ------------------------------------------------------------------------------------------


def _units(words: tuple[str, ...]) -> str:
    """Whole words may run on ("hourlong"); shortened ones end, perhaps with a dot."""
    whole = [word for word in words if len(word) > 3]
    short = [word for word in words if 1 < len(word) <= 3]
    return rf"{either(whole)}|{either(short)}\b\.?"


_HOUR_UNIT = rf"(?:{_units(in_every_language(lambda one: one.times.hours))}|h\b)"
_MINUTE_WORDS = in_every_language(lambda one: one.times.minutes)
_MINUTE_UNIT = rf"(?:{_units(_MINUTE_WORDS)}|m\b(?!\.?\w)|')"
_AND_MINUTES = alternation(lambda one: (*one.times.joins, *one.agenda.hours.and_minutes))
_LENGTH = re.compile(
    rf"(?<![\d:/.$])(?:(?P<half_hour>\b{patterns(lambda one: one.agenda.hours.half_hour)})"
    rf"|(?P<hour_half>\b{patterns(lambda one: one.agenda.hours.hour_and_half)})"
    rf"|(?P<hours>\d{{1,3}}(?:[.,]\d{{1,3}})?|\b{NUMBER_WORD})[\s-]*{_HOUR_UNIT}"
    rf"(?P<and_half>\s*{patterns(lambda one: one.agenda.hours.and_half)})?"
    rf"(?:[\s,]*{_AND_MINUTES}?\s*(?P<extra>\d{{1,2}})\s*{_MINUTE_UNIT}?)?(?![\d:])"
    rf"|(?P<minutes>\d{{1,3}}\s?-?\s?{_MINUTE_UNIT}"
    rf"|\b{NUMBER_WORD}[ -]{either(word for word in _MINUTE_WORDS if len(word) > 4)}\b))"
)
_NO_LENGTH = re.compile(rf"\s*{patterns(lambda one: one.agenda.hours.no_length_after)}")
_NO_LENGTH_BEFORE = re.compile(rf"{patterns(lambda one: one.agenda.hours.no_length_before)}[^.;|\n]{{0,30}}$")


@dataclass(frozen=True, slots=True)
class Length:
    minutes: int
    said: str
    begin: int
    end: int


def find_lengths(text: str) -> list[Length]:
    """Every length of time in `text`, in whole minutes; not "10 minutes early", credits or pre-work."""
    low = flat(text)
    found = []
    for match in _LENGTH.finditer(low):
        if _NO_LENGTH.match(low, match.end()) or _NO_LENGTH_BEFORE.search(low[: match.start()]):
            continue
        minutes = _minutes(match)
        if 0 < minutes <= 24 * 60:
            found.append(Length(minutes, text[match.start() : match.end()], match.start(), match.end()))
    return found


def number_said(word: str) -> int | None:
    """4 for "4" or "four"."""
    low = flat(word).strip()
    return int(low) if low.isdecimal() and len(low) < 10 else _COUNTS.get(low)


def _minutes(match: re.Match[str]) -> int:
    if match["half_hour"]:
        return 30
    if match["hour_half"]:
        return 90
    if match["hours"]:
        said = match["hours"].replace(",", ".")
        hours = float(said) if said[0].isdecimal() else float(_COUNTS[said])
        return round(hours * 60) + (30 if match["and_half"] else 0) + int(match["extra"] or 0)
    return number_said(re.split(r"[ -]|(?<=\d)\D", match["minutes"])[0]) or 0
