"""How alike two names are, from 0 to 100, as a person would judge who reads a list of participants.

"Ana Ruiz - Boise Clinic - Idaho", "Dr. Ana Ruiz, LCSW", "A. Ruiz",
"Ana R." and "Ana" may all be Ana Ruiz García.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from nicknames import NickNamer
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from bot.tables.cells import bare
from bot.tables.names import without_pronouns
from prompts.language_tables import alternation, in_every_language, language_tables

EQUAL, SUBSET, KNOWN_AS, INITIAL, ALONE, BEGINNING = 100.0, 95.0, 93.0, 89.0, 86.0, 84.0
"""The same words; some of the same words; a nickname; an initial; one name alone; the beginning of a
forename."""


@cache
def _apart() -> re.Pattern[str]:
    """What stands between a name and what is written beside it."""
    belongs = alternation(lambda tables: tables.people.belongs)
    return re.compile(rf"\s+[-–—|/:•~@]+\s*|\s*[|•~–—@]\s*|\s*[,;(\[\])]\s*|\s+{belongs}\s+", re.IGNORECASE)


@cache
def _titles() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: (*tables.people.honorifics, *tables.people.titles)))


@cache
def _nicknames() -> frozenset[tuple[str, str]]:
    """(formal name, nickname), beside those that the library of nicknames has."""
    told = [pair for tables in language_tables().values() for pair in tables.people.nicknames.items()]
    return frozenset((name, short) for name, several in told for short in several)


def plain_name(name: str) -> str:
    """Lower case without accents and signs; apostrophes join what they part."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’`]", "", bare(name))).split())


@lru_cache(maxsize=65_536)
def likeness(shown: str, name: str) -> float:
    """The best of all the ways to read a shown name."""
    known = _words(name)
    if not known:
        return 0.0
    readings = list(_readings(shown))
    return max((_alike(words, known) for words in readings), default=0.0)


def _readings(shown: str) -> Iterator[tuple[str, ...]]:
    """The words of the whole name, and of each part where organisations and states are written beside it."""
    told = without_pronouns(shown)
    pieces = [piece for piece in _apart().split(told) if piece.strip()]
    if len(pieces) == 2 and "," in told:  # "Ruiz, Ana"
        pieces.append(f"{pieces[1]} {pieces[0]}")
    for piece in dict.fromkeys((told, *pieces)):
        if words := _words(piece):
            yield words


def _words(name: str) -> tuple[str, ...]:
    """Without titles and degrees, unless nothing else is left: Ms. Ma is called Ma."""
    words = plain_name(name).split()
    left = [word for word in words if word not in _titles()]
    return tuple(left if left else words)


def _alike(shown: Sequence[str], known: Sequence[str]) -> float:
    if sorted(shown) == sorted(known) or "".join(shown) == "".join(known):
        return EQUAL
    spelled = float(fuzz.token_sort_ratio(" ".join(shown), " ".join(known)))
    return max(spelled if _agrees_at_all(shown, known) else min(spelled, 84.0), _by_parts(shown, known))


def _agrees_at_all(shown: Sequence[str], known: Sequence[str]) -> bool:
    """A whole name may be spelled a little differently, yet each of its words: "Ana Ruiz" is not "Ana
    Ruin"."""
    return all(
        max(JaroWinkler.normalized_similarity(word, other) for other in known) >= 0.85 for word in shown
    )


def _by_parts(shown: Sequence[str], known: Sequence[str]) -> float:
    """Forename with forename, surname with surname; the order may be turned round."""
    if len(shown) == 1:
        return _alone(shown[0], known)
    if len(known) == 1:
        return ALONE - 2 if known[0] in shown else 0.0
    straight = _forename_and_surname(shown, known)
    turned = _forename_and_surname((*shown[1:], shown[0]), known)
    return max(straight, turned - 1)


def _alone(word: str, known: Sequence[str]) -> float:
    """One word: the forename or the surname alone, or both run together as in an account's name."""
    if word in {known[0] + known[-1], known[0][0] + known[-1], known[-1] + known[0], known[0] + known[-1][0]}:
        return INITIAL
    if word == known[0] or word in known[1:]:
        return ALONE
    return ALONE - 1 if _known_as(word, known[0]) else 0.0


def _forename_and_surname(shown: Sequence[str], known: Sequence[str]) -> float:
    first = _forename(shown[0], known)
    last = _surnames(shown[1:], known[1:])
    if not first or not last:
        return 0.0
    return min(first, last) if max(first, last) > INITIAL else 0.0


def _forename(word: str, known: Sequence[str]) -> float:
    """Against the forename, or a second one that somebody goes by."""
    if word == known[0]:
        return EQUAL
    if _known_as(word, known[0]):
        return KNOWN_AS
    if len(word) == 1 or len(known[0]) == 1:
        return INITIAL if word[0] == known[0][0] else 0.0
    if any(word == second or _known_as(word, second) for second in known[1:-1]):
        return KNOWN_AS - 1
    if _misspelled(word, known[0]):
        return KNOWN_AS - 2
    short, long = sorted((word, known[0]), key=len)
    return BEGINNING if long.startswith(short) else 0.0


def _surnames(shown: Sequence[str], known: Sequence[str]) -> float:
    """A second surname or a middle name may be missing on either side, and a surname be an initial."""
    if list(shown) == list(known):
        return EQUAL
    both = set(shown) & set(known)
    if any(len(word) > 1 for word in both):
        # "Boise Clinic" after the name says nothing against it, another surname does.
        return SUBSET if both >= set(shown) or both >= set(known) else 84.0
    if shown[-1][0] == known[-1][0] and (len(shown[-1]) == 1 or len(known[-1]) == 1):
        return INITIAL - 1
    if shown[0][0] == known[0][0] and len(shown) == 1 and len(shown[0]) == 1:
        return INITIAL - 1
    joined = "".join(shown), "".join(known)
    if joined[0] == joined[1]:
        return EQUAL
    return KNOWN_AS - 2 if any(_misspelled(one, other) for one in shown for other in known) else 0.0


def _misspelled(one: str, other: str) -> bool:
    """Close enough to be a slip of the pen; short words are not."""
    if min(len(one), len(other)) < 4:
        return False
    return fuzz.ratio(one, other) >= 80 and one[0] == other[0]


def _known_as(one: str, other: str) -> bool:
    """Whether one is a nickname of the other, or both of a third: Bob, Rob and Robert; Lupe and Guadalupe."""
    if min(len(one), len(other)) < 2:
        return False
    mine, theirs = _called(one), _called(other)
    if one == other or one in theirs or other in mine:
        return True
    return not mine and not theirs and bool(_names(one) & _names(other))


@lru_cache(maxsize=4096)
def _called(name: str) -> frozenset[str]:
    """The nicknames of a formal name."""
    told = (short for formal, short in _nicknames() if formal == name)
    return frozenset({*_library().nicknames_of(name), *told})


@lru_cache(maxsize=4096)
def _names(nickname: str) -> frozenset[str]:
    """The formal names that a nickname stands for."""
    told = (formal for formal, short in _nicknames() if short == nickname)
    return frozenset({*_library().canonicals_of(nickname), *told})


@cache
def _library() -> NickNamer:
    return NickNamer()
