"""How long somebody stayed, in the ways that tools write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from prompts.language_tables import TimeWords, in_every_language
from prompts.program_words import in_every_program
from prompts.word_lists import either

LONGEST_STAY = 24 * 60.0
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_CLOCK = re.compile(r"(?P<a>\d{1,3}):(?P<b>[0-5]?\d)(?::(?P<c>[0-5]?\d)(?:\.\d+)?)?")
_ISO = re.compile(r"pt(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)(?:\.\d+)?s)?")


@cache
def _spans() -> re.Pattern[str]:
    hour = either(_spoken(lambda one: one.hours) + in_every_program(lambda one: one.reports.hours))
    minute = either(_spoken(lambda one: one.minutes) + in_every_program(lambda one: one.reports.minutes))
    second = either(in_every_program(lambda one: one.reports.seconds))
    joins = either(_spoken(lambda one: one.joins) + in_every_program(lambda one: one.reports.joins))
    return re.compile(
        rf"(?:(?P<h>{_NUMBER}) ?{hour}\.?)?(?:[, ]|{joins})*(?:(?P<m>{_NUMBER}) ?{minute}\.?)?"
        rf"(?:[, ]|{joins})*(?:(?P<s>{_NUMBER}) ?{second}\.?)?"
    )


def _spoken(words: Callable[[TimeWords], Iterable[str]]) -> tuple[str, ...]:
    return in_every_language(lambda tables: words(tables.times))


def read_minutes(said: str, unit: float = 1.0, timed: float | None = None) -> float | None:
    """Minutes of ``45``, ``1h 2m 3s``, ``57 Min. 20 Sek.`` or ``01:02:03``; None for anything else and for
    more than a day. `unit` is the minutes of a plain number's one; `timed` are the minutes between the two
    times, which decide whether ``01:02`` is an hour or a minute, and whether plain numbers are seconds."""
    text = " ".join(said.casefold().split())
    if not text:
        return None
    if re.fullmatch(_NUMBER, text):
        minutes = _plain(float(text.replace(",", ".")) * unit, timed)
    elif clock := _CLOCK.fullmatch(text):
        minutes = _clock(clock, timed)
    else:
        found = _ISO.fullmatch(text) or _spans().fullmatch(text)
        if found is None or not any(found.groupdict().values()):
            return None
        hours, rest, seconds = (float((found[part] or "0").replace(",", ".")) for part in "hms")
        minutes = hours * 60 + rest + seconds / 60
    return minutes if 0 <= minutes <= LONGEST_STAY else None


def _plain(minutes: float, timed: float | None) -> float:
    in_seconds = timed is not None and abs(minutes / 60 - timed) < 1.5 and minutes > 2 * timed + 2
    return minutes / 60 if in_seconds else minutes


def _clock(found: re.Match[str], timed: float | None) -> float:
    first, second, third = int(found["a"]), int(found["b"]), found["c"]
    if third is not None:
        return first * 60 + second + int(third) / 60
    long, short = first * 60.0 + second, first + second / 60
    return short if timed is not None and abs(short - timed) < abs(long - timed) else long
