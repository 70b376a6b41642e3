"""Times in every shape that tools and spreadsheets write, and which of two numbers is the day.

``2/3/2027`` is the second of March or the third of February. The file decides: a number above 12 anywhere in
it, else the session's day, else dates of one meeting lying together, else the language of its headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import product
from typing import Literal

from babel import Locale

from bot.tables.cells import bare
from prompts.language_tables import alternation, in_every_language, language_tables
from prompts.program_words import in_every_program, program_words
from prompts.word_lists import either

Order = Literal["day/month/year", "month/day/year", "year-month-day", "in words", ""]
DecidedBy = Literal["numbers", "session", "nearness", "language", "written out", "nothing"]

_SPACES = re.compile(r"[\s\u202f\xa0]+")
_NUMBERS = re.compile(r"(?<![\d:])(?P<a>\d{1,4})(?P<sep>[/.\-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})(?![\d:])")
_SERIAL = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of a spreadsheet's serial numbers, without a zone
NO_DAY = date(1, 1, 1)
"""The day of times that stand without one in a report of which no day is known."""


@dataclass(frozen=True, slots=True)
class DatesRead:
    """How the file's dates are read, and what decided it."""

    order: Order = ""
    decided_by: DecidedBy = "nothing"

    @property
    def day_first(self) -> bool:
        return self.order == "day/month/year"


NO_DATES = DatesRead()


@cache
def _time() -> re.Pattern[str]:
    o_clock = either(in_every_program(lambda one: one.reports.o_clock))
    return re.compile(
        r"(?<![\d:.])(?P<h>\d{1,2})(?::|h|\.(?=\d\d(?:\.\d\d)?(?:\s|$|[ap])))(?P<m>\d{2})?"
        r"(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?"
        rf" ?(?P<half>[ap]\.? ?m\b\.?)?(?: ?(?:{o_clock}|hrs?|h)\b\.?)?"
        r" ?(?P<zone>z\b|(?:utc|gmt)?[+\-]\d{2}:?\d{2}\b|utc\b|gmt\b)?"
    )


@cache
def _in_words() -> re.Pattern[str]:
    spoken = in_every_language(lambda tables: tables.dates.ordinals)
    th = either((*spoken, *in_every_program(lambda one: one.reports.ordinals), "."))
    of, of_year = alternation(lambda one: one.dates.of), alternation(lambda one: one.dates.of_year)
    return re.compile(
        rf"(?:(?P<day>\d{{1,2}}){th}?[ \-]*(?:{of} )?(?P<month>[a-z]{{3,12}})\.?[ ,\-]*(?:{of_year} )?"
        rf"(?P<year>\d{{2,4}})|(?P<month2>[a-z]{{3,12}})\.? (?P<day2>\d{{1,2}}){th}?,? +(?P<year2>\d{{4}}))\b"
    )


def decide(cells: Iterable[str], session_day: date | None = None, language: str = "en") -> DatesRead:
    """Look at every date of a file and say in which order they are."""
    cells = list(cells)
    told = list(dict.fromkeys(found for cell in cells if (found := _numbers(cell))))
    pairs = [one for one in told if len(one[0]) < 4 and len(one[2]) in {2, 4}]
    if not pairs:
        if told:
            return DatesRead("year-month-day", "written out")
        return DatesRead("in words", "written out") if any(map(_has_month, cells)) else DatesRead()
    first = any(int(pair[0]) > 12 for pair in pairs)
    second = any(int(pair[1]) > 12 for pair in pairs)
    if first != second:
        return DatesRead("day/month/year" if first else "month/day/year", "numbers")
    if session_day is not None and (order := _by_session(pairs, session_day)):
        return DatesRead(order, "session")
    if order := _by_nearness(pairs):
        return DatesRead(order, "nearness")
    day_first = _day_first(language) or any(pair[3] == "." for pair in pairs)
    return DatesRead("day/month/year" if day_first else "month/day/year", "language")


def _day_first(language: str) -> bool:
    tables = language_tables().get(language)
    return tables is None or tables.dates.day_first


def _numbers(cell: str) -> tuple[str, str, str, str] | None:
    found = _NUMBERS.search(cell)
    return (found["a"], found["b"], found["c"], found["sep"]) if found else None


def _has_month(cell: str) -> bool:
    found = _in_words().search(bare(cell)) if len(cell) < 60 else None
    return bool(found and _month(found["month"] or found["month2"]))


def _days(pairs: Sequence[tuple[str, str, str, str]], *, day_first: bool) -> list[date]:
    return [day for pair in pairs if (day := _dated(pair[2], *(pair[1::-1] if day_first else pair[:2])))]


def _by_session(pairs: Sequence[tuple[str, str, str, str]], session_day: date) -> Order:
    fits = {
        order: any(
            abs(day - session_day) <= timedelta(days=1) for day in _days(pairs, day_first=order[0] == "d")
        )
        for order in ("day/month/year", "month/day/year")
    }
    right: list[Order] = [order for order, fit in fits.items() if fit]  # type: ignore[misc]
    return right[0] if len(right) == 1 else ""


def _by_nearness(pairs: Sequence[tuple[str, str, str, str]]) -> Order:
    """The days of one meeting are one or two: the reading in which they lie together."""
    if len({pair[:3] for pair in pairs}) < 2:
        return ""
    spans = []
    for day_first in (True, False):
        days = _days(pairs, day_first=day_first)
        spans.append((max(days) - min(days)).days if days else 10_000)
    if min(spans) > 2 or max(spans) <= 2:
        return ""
    return "day/month/year" if spans[0] < spans[1] else "month/day/year"


def _dated(year: str, month: str, day: str) -> date | None:
    whole = int(year)
    try:
        return date(whole + 2000 if whole < 100 else whole, int(month), int(day))
    except ValueError:
        return None


def read_moment(said: str, dates: DatesRead, day: date | None = None) -> datetime | None:
    """The wall-clock time that a cell tells; with its offset where it tells one. `day` is that of times
    without a date. None for what is no time."""
    text = _SPACES.sub(" ", bare(said.replace("\u202f", " "))).strip()
    if _SERIAL.fullmatch(text):
        moment = _EPOCH + timedelta(days=float(text.replace(",", ".")))
        return (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    on, rest = _date_in(text, dates)
    if on is None and _NUMBERS.search(text):
        return None
    at = _time().search(rest)
    clock = _clock(at) if at else None
    on = on or day
    if on is None or clock is None or (at is not None and re.search(r"[a-z]{4,}|\d", _beside(rest, at))):
        return None
    moment = datetime.combine(on, clock)
    return moment.replace(tzinfo=_offset(at["zone"])) if at is not None and at["zone"] else moment


def _beside(rest: str, at: re.Match[str]) -> str:
    """What is left beside the time, without weekdays and words such as "at"."""
    left = rest[: at.start()] + " " + rest[at.end() :]
    return " ".join(word for word in re.findall(r"[a-z]{4,}|\d+", left) if word[:3] not in _weekdays())


def _date_in(text: str, dates: DatesRead) -> tuple[date | None, str]:
    """The date in a text, and what is left of it."""
    if found := _NUMBERS.search(text):
        rest = text[: found.start()] + " " + text[found.end() :].removeprefix("t").lstrip(", ")
        first, second, third = found["a"], found["b"], found["c"]
        if len(first) == 4:
            return _dated(first, second, third), rest
        if len(third) not in {2, 4}:
            return None, rest
        day_first = dates.day_first
        if max(int(first), int(second)) > 12:
            day_first = int(first) > 12
        return _dated(third, *((second, first) if day_first else (first, second))), rest
    if (found := _in_words().search(text)) and (month := _month(found["month"] or found["month2"])):
        rest = text[: found.start()] + " " + text[found.end() :]
        return _dated(found["year"] or found["year2"], str(month), found["day"] or found["day2"]), rest
    return None, text


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, second = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    half = (found["half"] or "")[:1]
    if found["m"] is None and not half and "h" not in found[0]:
        return None
    if half and not 1 <= hour <= 12:
        return time(hour, minute, second) if hour in range(13, 24) and minute < 60 and second < 60 else None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _offset(said: str) -> timezone:
    found = re.search(r"([+\-])(\d{2}):?(\d{2})", said)
    if not found:
        return UTC
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


@cache
def _locales() -> tuple[Locale, ...]:
    return tuple(map(Locale.parse, sorted({*language_tables(), *program_words()})))


@cache
def _months() -> dict[str, int]:
    """Months by their names and abbreviations, by CLDR and by the languages' tables."""
    spoken = (pair for one in language_tables().values() for pair in enumerate(one.dates.months, start=1))
    names = {name: number for number, several in spoken for name in several}
    for one in _locales():
        for kind, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            names |= {bare(str(name)).strip("."): int(at) for at, name in one.months[kind][width].items()}
    return names


@cache
def _weekdays() -> frozenset[str]:
    days = (one.days["format"]["abbreviated"].values() for one in _locales())
    return frozenset(bare(str(day))[:3] for told in days for day in told)


def _month(name: str) -> int | None:
    return _months().get(name.strip("."))
