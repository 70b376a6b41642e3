"""What people are asked for, declared once: an argument of a typed command is a field of its form, too.

The readers turn what was given at either door into a value, or into the one sentence that says what would
fit. Pure and total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, Protocol

from bot.timekeeping import Misread, parse_date, parse_duration, parse_time
from prompts.text import Marked, Words
from prompts.words import forms as words
from prompts.words import misread

ArgumentKind = Literal["word", "text", "number", "date", "time", "duration", "person", "choice"]

_NUMBER = re.compile(r"[+-]?\d{1,11}")
_SECONDS = re.compile(r"(?<=\d\d:\d\d):\d\d.*")
"""What a browser may send after the minutes."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a command takes, typed or in its form. Kinds: word (one word or "quoted words"), text
    (the rest of the line), number, date, time (local wall clock), duration (minutes), person, choice (one of
    `choices`). Any can be typed as ``name=value``; else by position.

    The form asks for what has a `label`. `lowest`..`highest` bound numbers and minutes, `most` the characters
    of a word or text; `lines`: the form leaves room for several."""

    name: str
    kind: ArgumentKind
    required: bool = True
    choices: tuple[str, ...] = ()
    label: Words | None = None
    hint: Words | None = None
    placeholder: str = ""
    lowest: int | None = None
    highest: int | None = None
    most: int | None = None
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a value was not taken: `text` says what would fit; it `quotes` what was given, or not. `unclear`:
    fewer or more words may be read."""

    text: Marked
    quotes: bool = False
    unclear: bool = False


class Asked(Protocol):
    """What the readers know of an argument, or of a form's field."""

    @property
    def lowest(self) -> int | None: ...
    @property
    def highest(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...


def read_text(asked: Asked, given: object, today: date, language: str) -> str | Unfit:
    text = str(given).replace("\x00", "").strip()
    if asked.most is not None and len(text) > asked.most:
        return Unfit(words.too_long(language, most=asked.most, given=len(text)))
    return text


def read_number(asked: Asked, given: object, today: date, language: str) -> int | Unfit:
    word = str(given).strip()
    if not _NUMBER.fullmatch(word):
        return Unfit(words.not_a_number(language))
    return _within(asked, int(word), language)


def _within(asked: Asked, number: int, language: str) -> int | Unfit:
    low, high = asked.lowest, asked.highest
    if (low is None or low <= number) and (high is None or number <= high):
        return number
    if high is None:
        return Unfit(words.at_least(language, low=str(low)))
    return Unfit(words.out_of_range(language, low="…" if low is None else str(low), high=str(high)))


def read_date(asked: Asked, given: object, today: date, language: str) -> date | Unfit:
    read = parse_date(str(given), today, language)
    return _unread(read, language) if isinstance(read, Misread) else read


def read_time(asked: Asked, given: object, today: date, language: str) -> time | Unfit:
    read = parse_time(_SECONDS.sub("", str(given)))
    return _unread(read, language) if isinstance(read, Misread) else read


def read_duration(asked: Asked, given: object, today: date, language: str) -> int | Unfit:
    """In whole minutes."""
    read = parse_duration(str(given))
    if isinstance(read, Misread):
        return _unread(read, language)
    return _within(asked, int(read.total_seconds() // 60), language)


def _unread(wrong: Misread, language: str) -> Unfit:
    sentence = misread.sentence(language, wrong.key, wrong.said, wrong.choices)
    return Unfit(sentence, quotes=True, unclear=wrong.key.endswith(".unclear"))


READERS: Mapping[str, Callable[[Asked, object, date, str], str | int | date | time | Unfit]] = {
    "word": read_text,
    "text": read_text,
    "number": read_number,
    "date": read_date,
    "time": read_time,
    "duration": read_duration,
}
