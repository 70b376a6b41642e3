"""Calendar dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from bot.timekeeping.misread import Misread, misread, plain
from prompts.language_tables import DateWords, alternation, language_tables

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?", re.ASCII)
_WORD = r"(?u:[^\W\d_]{3,20})"


def _words(words: Callable[[DateWords], Iterable[str]]) -> str:
    """An alternation of what every language says."""
    return alternation(lambda tables: words(tables.dates))


@cache
def _days_away() -> dict[str, int]:
    return {word: days for one in language_tables().values() for word, days in one.dates.days_away.items()}


@cache
def _in_days() -> re.Pattern[str]:
    before, day = _words(lambda one: one.in_time), _words(lambda one: one.day_units)
    week = _words(lambda one: one.week_units)
    return re.compile(rf"(?:{before} )?(\d{{1,3}}) (?:{day}|(?P<week>{week}))", re.ASCII)


@cache
def _next_weekday() -> re.Pattern[str]:
    before, after = _words(lambda one: one.before_weekday), _words(lambda one: one.after_weekday)
    return re.compile(rf"(?:{before} )?({_WORD})(?: {after})?")


@cache
def _in_words() -> re.Pattern[str]:
    on, the = _words(lambda one: one.on), _words(lambda one: one.article)
    th, of = _words(lambda one: one.ordinals), _words(lambda one: one.of)
    of_year = _words(lambda one: one.of_year)
    return re.compile(
        rf"(?:{on} )?(?:{the} )?(?:(?P<weekday>{_WORD})\.?,? )?(?:{the} )?"
        rf"(?:(?P<day>\d{{1,2}}){th}?(?: {of})? (?P<month>{_WORD})"
        rf"|(?P<month_first>{_WORD})\.? (?P<day_last>\d{{1,2}}){th}?)"
        rf"\.?,?(?: (?:{of_year} )?(?P<year>\d{{4}}))?",
        re.ASCII,
    )


def parse_date(said: str, today: date, language: str = "en") -> date | Misread:
    """A date: "2027-02-23", "23 Feb", "Tue, Feb 23", "2/23/27", "next tuesday", "el 23 de febrero".

    `today` is the date where the writer is. Without a year it is the first such date from today on; a
    weekday is the first after today, with or without "next". Two numbers stand in the order of the
    language (month and day in English), the other way where only that exists. A weekday that does not
    belong to the date is refused as `date.other_weekday`. Years from 1900 to 2199.
    """
    text = plain(said)
    try:
        return _read(text, said, today, language)
    except (ValueError, OverflowError):
        return misread("date.impossible", said)


def _read(text: str, said: str, today: date, language: str) -> date | Misread:
    """Raises ValueError or OverflowError for a day that does not exist."""
    if text in _days_away():
        return _within_years(today + timedelta(days=_days_away()[text]))
    if found := _in_days().fullmatch(text):
        days = int(found[1]) * (7 if found["week"] else 1)
        return _within_years(today + timedelta(days=days))
    if found := _ISO.fullmatch(text):
        return _within_years(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _NUMBERS.fullmatch(text):
        return _read_numbers(found, today, language)
    if (found := _next_weekday().fullmatch(text)) and (weekday := _weekday(found[1])) is not None:
        return _within_years(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1))
    if found := _in_words().fullmatch(text):
        return _read_words(found, said, today)
    return misread("date.unclear", said)


def _read_numbers(found: re.Match[str], today: date, language: str) -> date:
    first, second = int(found[1]), int(found[3])
    tables = language_tables().get(language.partition("-")[0])
    day_first = found[2] == "." or (tables is not None and tables.dates.day_first)
    if max(first, second) > 12:
        day_first = first > 12
    day, month = (first, second) if day_first else (second, first)
    year = int(found[4]) if found[4] else None
    return _dated(year + 2000 if year is not None and year < 100 else year, month, day, today)


def _read_words(found: re.Match[str], said: str, today: date) -> date | Misread:
    month = _month(found["month"] or found["month_first"])
    weekday = _weekday(found["weekday"]) if found["weekday"] else None
    if month is None or (found["weekday"] and weekday is None):
        return misread("date.unclear", said)
    year = int(found["year"]) if found["year"] else None
    read = _dated(year, month + 1, int(found["day"] or found["day_last"]), today)
    if weekday is not None and read.weekday() != weekday:
        return misread("date.other_weekday", said, read.isoformat())
    return read


def _dated(year: int | None, month: int, day: int, today: date) -> date:
    """The date; without a year the first from `today` on. 29 February is not looked for beyond next year."""
    if year is not None:
        return _within_years(date(year, month, day))
    for candidate_year in (today.year, today.year + 1):
        try:
            candidate = date(candidate_year, month, day)
        except ValueError:
            continue
        if candidate >= today:
            return _within_years(candidate)
    raise ValueError("no such day this year or next")


def _within_years(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError("year out of range")
    return day


def _month(word: str) -> int | None:
    return _index(word, lambda one: one.months)


def _weekday(word: str) -> int | None:
    return _index(word, lambda one: one.weekdays)


def _index(word: str, names: Callable[[DateWords], Sequence[Sequence[str]]]) -> int | None:
    """Which of `names` begins with `word`, when exactly one does; `word` has at least three letters."""
    hits = {
        index
        for tables in language_tables().values()
        for index, variants in enumerate(names(tables.dates))
        if any(name.startswith(word) for name in variants)
    }
    return hits.pop() if len(hits) == 1 else None
