"""Calendar dates."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.timekeeping.misread import Misread, misread, plain

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199

_MONTHS = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"), ("may", "mayo"),
    ("june", "junio"), ("july", "julio"), ("august", "agosto"), ("september", "septiembre", "setiembre"),
    ("october", "octubre"), ("november", "noviembre"), ("december", "diciembre"),
)  # fmt: skip
_WEEKDAYS = (
    ("monday", "lunes"), ("tuesday", "martes"), ("wednesday", "miercoles"), ("thursday", "jueves"),
    ("friday", "viernes"), ("saturday", "sabado"), ("sunday", "domingo"),
)  # fmt: skip
_DAYS_AWAY = {"today": 0, "hoy": 0, "tomorrow": 1, "manana": 1, "day after tomorrow": 2, "pasado manana": 2}

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?", re.ASCII)
_IN_DAYS = re.compile(r"(?:(?:in|en|dentro de|for|por|durante) )?(\d{1,3}) (day|dia|week|semana)s?", re.ASCII)
_NEXT_WEEKDAY = re.compile(
    r"(?:(?:next|this|on|el|este|proximo|el proximo) )?([a-z]{3,10})(?: que viene| proximo)?"
)
_WORDS = re.compile(
    r"(?:on )?(?:the |el )?(?:(?P<weekday>[a-z]{3,10})\.?,? )?(?:the )?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|o)?(?: of| de)? (?P<month>[a-z]{3,10})"
    r"|(?P<month_first>[a-z]{3,10})\.? (?P<day_last>\d{1,2})(?:st|nd|rd|th)?)"
    r"\.?,?(?: (?:del? )?(?P<year>\d{4}))?",
    re.ASCII,
)


def parse_date(said: str, today: date, language: str = "en") -> date | Misread:
    """A date: "2027-02-23", "23 Feb", "Tue, Feb 23", "2/23/27", "next tuesday", "el 23 de febrero".

    `today` is the date where the writer is. Without a year it is the first such date from today on; a
    weekday is the first after today, with or without "next". Two numbers are month and day in English,
    day and month in Spanish, the other way where only that exists. A weekday that does not belong to the
    date is refused as `date.other_weekday`. Years from 1900 to 2199.
    """
    text = plain(said)
    try:
        return _read(text, said, today, language)
    except (ValueError, OverflowError):
        return misread("date.impossible", said)


def _read(text: str, said: str, today: date, language: str) -> date | Misread:
    """Raises ValueError or OverflowError for a day that does not exist."""
    if text in _DAYS_AWAY:
        return _within_years(today + timedelta(days=_DAYS_AWAY[text]))
    if found := _IN_DAYS.fullmatch(text):
        days = int(found[1]) * (7 if found[2] in {"week", "semana"} else 1)
        return _within_years(today + timedelta(days=days))
    if found := _ISO.fullmatch(text):
        return _within_years(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _NUMBERS.fullmatch(text):
        return _read_numbers(found, today, language)
    if (found := _NEXT_WEEKDAY.fullmatch(text)) and (weekday := _index(found[1], _WEEKDAYS)) is not None:
        return _within_years(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1))
    if found := _WORDS.fullmatch(text):
        return _read_words(found, said, today)
    return misread("date.unclear", said)


def _read_numbers(found: re.Match[str], today: date, language: str) -> date:
    first, second = int(found[1]), int(found[3])
    day_first = language.startswith("es") or found[2] == "."
    if max(first, second) > 12:
        day_first = first > 12
    day, month = (first, second) if day_first else (second, first)
    year = int(found[4]) if found[4] else None
    return _dated(year + 2000 if year is not None and year < 100 else year, month, day, today)


def _read_words(found: re.Match[str], said: str, today: date) -> date | Misread:
    month = _index(found["month"] or found["month_first"], _MONTHS)
    weekday = _index(found["weekday"], _WEEKDAYS) if found["weekday"] else None
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


def _index(word: str, names: tuple[tuple[str, ...], ...]) -> int | None:
    """Which of `names` begins with `word`, when exactly one does; `word` has at least three letters."""
    hits = [index for index, variants in enumerate(names) if any(name.startswith(word) for name in variants)]
    return hits[0] if len(hits) == 1 else None
