"""What a parser answers when it could not read what was typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

MisreadKey = Literal[
    "date.unclear",
    "date.impossible",
    "date.other_weekday",
    "time.unclear",
    "time.impossible",
    "time.am_or_pm",
    "duration.unclear",
    "duration.zero",
    "duration.too_long",
    "quiet_hours.unclear",
    "quiet_hours.empty",
    "yes_no.unclear",
    "zone.unclear",
    "zone.two_in_state",
]

LONGEST_READ = 80


@dataclass(frozen=True, slots=True)
class Misread:
    """`key` names the sentence that helps; `said` is what was typed, shortened; `choices` what it may mean.

    Choices are values the same parser reads: ISO dates, HH:MM times, zone names.
    """

    key: MisreadKey
    said: str
    choices: tuple[str, ...] = ()


def misread(key: MisreadKey, said: str, *choices: str) -> Misread:
    return Misread(key, said[:LONGEST_READ], choices)


def plain(said: str) -> str:
    """`said` in lower case without accents or doubled spaces; empty when longer than anything readable."""
    if len(said) > LONGEST_READ:
        return ""
    spread_out = unicodedata.normalize("NFKD", said.casefold())
    bare = "".join(character for character in spread_out if not unicodedata.combining(character))
    return re.sub(r"\s+", " ", bare).strip(" .,!?")
