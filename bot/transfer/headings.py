"""What a roster's column is about, by the words of its heading, as tools and people write them ("E-mail
Address", "Which agency do you work for?", "RecipientEmail", "Correo electrónico")."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot.tables import clean, heading_words
from prompts.language_tables import alternation, in_every_language, meanings

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>")
_PART_OF = re.compile(r"[:?]\s+|\s+[-–—>]\s+")
"""What stands between a question and the part of it that a column is about."""
_ONE_BOX_OF_MANY = re.compile(r"___\d+$|\(choice=")
LESSER = 3
"""From this rank on a column only fills in for one that goes before it."""
LONGEST_HEADING = 160


@cache
def _by_words() -> dict[str, str]:
    return meanings(lambda tables: tables.rosters.headings)


@cache
def _rather_late() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.rather_late))


@cache
def _says_nothing() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.says_nothing))


@cache
def _lesser() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.lesser))


@cache
def _numbered() -> re.Pattern[str]:
    question = alternation(lambda tables: tables.rosters.question)
    return re.compile(rf"^\s*(?:{question}\s*)?\d+[a-z]?\s*[.):_\-–]\s*(?=\S)", re.IGNORECASE)


@cache
def _or() -> re.Pattern[str]:
    return re.compile(rf"\s*[/|\\]\s*|\s+{alternation(lambda tables: tables.zones.either)}\s+")


@lru_cache(maxsize=2048)
def column_of(heading: str) -> tuple[str, int] | None:
    """(column, rank) of a heading; None for one that says nothing we keep. Of two headings for one column the
    lower rank goes first: "Work email" before "Personal email"."""
    if len(heading) > LONGEST_HEADING or _ONE_BOX_OF_MANY.search(heading):
        return None
    told = _numbered().sub("", clean(heading)).replace("’", "'")
    for candidate in (told, _ASIDE.sub(" ", told)):
        if found := _exact(candidate):
            return found
    last = _PART_OF.split(told)[-1]
    if last != told and (found := _exact(last)):
        return found
    parts = [part for part in _or().split(_ASIDE.sub(" ", told)) if part.strip()]
    several = [one for part in parts if (one := _exact(part))]
    if len(parts) > 1 and several and len({column for column, _ in several}) == 1:
        return several[0][0], several[0][1] + 1
    return None


def _exact(heading: str) -> tuple[str, int] | None:
    words = heading_words(heading)
    if column := _by_words().get(words):
        return column, LESSER if words in _rather_late() else 0
    left = [one for one in words.split() if one not in _says_nothing()]
    if column := _by_words().get(" ".join(left)):
        return column, 1
    bare = [one for one in left if one not in _lesser()]
    column = _by_words().get(" ".join(bare))
    return (column, LESSER) if column and bare else None
