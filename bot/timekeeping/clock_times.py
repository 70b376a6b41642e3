"""Times of day, durations and quiet hours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

from bot.timekeeping.misread import Misread, misread, plain
from bot.timekeeping.quiet_hours import QuietHours
from prompts.language_tables import TimeWords, alternation, in_every_language, language_tables

LONGEST_DURATION = timedelta(hours=24)

_CLOCK_DURATION = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)", re.ASCII)
_ONLY_24_HOURS = re.compile(r"0|1[3-9]|2\d|\d{1,2}[:.h]\d\d$", re.ASCII)


def _every(words: Callable[[TimeWords], Iterable[str]]) -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: words(tables.times)))


def _words(words: Callable[[TimeWords], Iterable[str]]) -> str:
    """An alternation of what every language says."""
    return alternation(lambda tables: words(tables.times))


@cache
def _named_times() -> dict[str, time]:
    noon, midnight = _every(lambda one: one.noon), _every(lambda one: one.midnight)
    return {**dict.fromkeys(noon, time(12)), **dict.fromkeys(midnight, time(0))}


@cache
def _clock() -> re.Pattern[str]:
    at, halves = _words(lambda one: one.at), _words(lambda one: (*one.am, *one.pm, *one.night))
    return re.compile(
        rf"(?:{at} )?(?P<hour>\d{{1,2}})(?:(?:[:.]|\s?h\s?)(?P<minute>\d{{2}}))?(?P<h>\s?h(?:rs?|s)?\.?)?"
        rf"\s?(?P<half>{halves})?",
        re.ASCII,
    )


@cache
def _named_durations() -> dict[str, timedelta]:
    every = (pair for tables in language_tables().values() for pair in tables.times.lengths.items())
    return {word: timedelta(minutes=minutes) for word, minutes in every}


@cache
def _duration() -> re.Pattern[str]:
    hours, minutes = _words(lambda one: one.hours), _words(lambda one: one.minutes)
    joins = _words(lambda one: one.joins)
    return re.compile(
        rf"(?:(?P<hours>\d+(?:[.,]\d+)?)\s?{hours}\.?)?(?: ?(?:{joins}|,))?\s?"
        rf"(?:(?P<minutes>\d+)\s?{minutes}?)?",
        re.ASCII,
    )


@cache
def _range_opens() -> re.Pattern[str]:
    opens, article = _words(lambda one: one.from_), _words(lambda one: one.article)
    return re.compile(rf"^{opens}(?: {article})? ")


@cache
def _range_joins() -> re.Pattern[str]:
    until, article = _words(lambda one: one.until), _words(lambda one: one.article)
    return re.compile(rf"\s?(?:[-–—]|\b{until}\b(?: {article}\b)?)\s?")


def parse_time(said: str) -> time | Misread:
    """A time of day: "noon", "12:30 pm", "12.30", "14h", "3 de la tarde".

    Hours with minutes are read on the 24-hour clock unless am or pm is said; a bare hour from 1 to 12
    could be either and is asked back as `time.am_or_pm` with both as choices.
    """
    return _read_time(_with_plain_halves(plain(said)), said, bare_hour="ask")


def _with_plain_halves(text: str) -> str:
    """`text` with "p.m.", "p. m." and "2p" written as "pm"."""
    return re.sub(r"\b([ap])\s?\.?\s?m\b\.?|(?<=\d)([ap])\b", lambda found: f"{found[1] or found[2]}m", text)


def _read_time(text: str, said: str, bare_hour: Literal["ask", "24 hours"]) -> time | Misread:
    if text in _named_times():
        return _named_times()[text]
    found = _clock().fullmatch(text)
    if not found:
        return misread("time.unclear", said)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half and not 1 <= hour <= 12:
        return misread("time.impossible", said)
    if half:
        hour = _on_24_hours(hour, half)
    elif bare_hour == "ask" and not found["minute"] and not found["h"] and 1 <= hour <= 12:
        return misread("time.am_or_pm", said, f"{hour % 12:02}:00", f"{hour % 12 + 12:02}:00")
    return time(hour, minute) if hour < 24 and minute < 60 else misread("time.impossible", said)


def _on_24_hours(hour: int, half: str) -> int:
    """`hour` from 1 to 12; "12 de la noche" is midnight and "1 de la noche" is after it."""
    night = half in _every(lambda one: one.night) and (hour == 12 or hour < 6)
    before_noon = night or half in _every(lambda one: one.am)
    return hour % 12 + (0 if before_noon else 12)


def parse_duration(said: str) -> timedelta | Misread:
    """A length of time in whole minutes, up to 24 hours: "90" (minutes), "1h30", "1:30", "1.5 hours"."""
    text = plain(said)
    if text in _named_durations():
        return _named_durations()[text]
    found = _CLOCK_DURATION.fullmatch(text) or _duration().fullmatch(text)
    if not found or not (found["hours"] or found["minutes"]):
        return misread("duration.unclear", said)
    hours, minutes = Decimal((found["hours"] or "0").replace(",", ".")), int(found["minutes"] or 0)
    total = (hours * 60).quantize(Decimal(1), ROUND_HALF_UP) + minutes if hours <= 24 else Decimal("Infinity")
    if total > LONGEST_DURATION / timedelta(minutes=1):
        return misread("duration.too_long", said)
    return timedelta(minutes=int(total)) if total else misread("duration.zero", said)


def parse_quiet_hours(said: str) -> QuietHours | Misread | None:
    """Quiet hours such as "17:00-08:00", "5pm to 8am", "de 22h a 7h"; None for "off".

    Bare hours are read on the 24-hour clock when one of the two can only be that ("22-7"); otherwise asked.
    """
    text = _with_plain_halves(plain(said))
    if text in _every(lambda one: one.off):
        return None
    bounds = _range_joins().split(_range_opens().sub("", text))
    if len(bounds) != 2:
        return misread("quiet_hours.unclear", said)
    on_24_hours = any(_ONLY_24_HOURS.match(bound) for bound in bounds)
    times: list[time] = []
    for bound in bounds:
        read = _read_time(bound, said, "24 hours" if on_24_hours else "ask")
        if isinstance(read, Misread):
            return read if read.key == "time.am_or_pm" else misread("quiet_hours.unclear", said)
        times.append(read)
    start, end = times
    return QuietHours(start, end) if start != end else misread("quiet_hours.empty", said)
