"""What people write into a roster's cells, read into the values we keep. Pure; nothing is guessed.

Each reader answers a `Read`: the value, or several that it may be (then a person chooses), or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, get_args

from babel import Locale
from rapidfuzz import fuzz, process

from bot.core.us_states import state_code, state_names
from bot.tables import heading_words
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts.language_tables import in_every_language, language_tables, meanings
from prompts.people_words import JobRole, RosterWords, Setting
from prompts.word_lists import among

ALIKE_FROM = 75
"""Of 100: from here on a word is proposed for what somebody wrote."""
_ASIDE = re.compile(r"\s+[-–—]\s+|[()]")
_NO_STATE = re.compile(r"\b(?:state of|usa?|u\.s\.a?\.|\d{5}(?:-\d{4})?)", re.IGNORECASE)


@cache
def _between() -> re.Pattern[str]:
    """What stands between two values in one cell."""
    joins = among(in_every_language(lambda tables: (*tables.times.joins, *tables.zones.either)))
    return re.compile(rf"\s*(?:[,;/&+|]|{joins})\s*")


@dataclass(frozen=True, slots=True)
class Read:
    """`value` is empty when the cell says nothing we keep, or when it is to be asked: then `key` names the
    question's sentence and `likely` what it may be, likeliest first."""

    value: str = ""
    key: str = ""
    likely: tuple[str, ...] = ()


def read_state(said: str) -> Read:
    """``ID`` for "Idaho", "Wash.", "Washington, D.C.", "ID - Idaho" or "Boise, ID 83702"; two are asked."""
    if code := state_code(said):
        return Read(code)
    parts = [piece for part in _between().split(_NO_STATE.sub(" ", said)) for piece in _ASIDE.split(part)]
    several = tuple(dict.fromkeys(code for part in parts if (code := state_code(part))))
    if len(several) == 1:
        return Read(several[0])
    if several:
        return Read(key="several_states", likely=several)
    alike = process.extract(
        heading_words(said), state_names(), scorer=fuzz.ratio, limit=2, score_cutoff=ALIKE_FROM
    )
    return Read(key="unknown_state_code", likely=tuple(dict.fromkeys(code for _, _, code in alike)))


def read_zone(said: str) -> Read:
    """An IANA name for what people and Outlook write: "Pacific", "(UTC-08:00) Pacific Time (US & Canada)"."""
    read = parse_zone(said)
    if isinstance(read, Misread):
        return Read(
            key="two_zones" if read.key == "zone.two_in_state" else "unknown_zone", likely=read.choices
        )
    return Read(read)


def read_language(said: str, languages: Collection[str]) -> Read:
    """A code of `languages` for "Spanish", "Español", "es-US"; several are asked."""
    whole = _language(said, languages)
    if whole:
        return Read(whole)
    parts = [part for part in _between().split(said) if part.strip()]
    found = tuple(dict.fromkeys(code for part in parts if (code := _language(part, languages))))
    if len(found) == 1 and len(parts) == 1:
        return Read(found[0])
    return Read(
        key="not_one_of", likely=found or (tuple(languages) if heading_words(said) in _both() else ())
    )


def _language(said: str, languages: Collection[str]) -> str:
    words = heading_words(said)
    first = words.split(" ")[0] if words else ""
    names = _language_names(tuple(languages))
    return names.get(words) or (first if first in languages and len(words) <= 7 else "")


@lru_cache(maxsize=16)
def _language_names(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Codes by the language's name in every one of the languages, in English and in itself (by CLDR), and by
    what else it calls itself."""
    speakers = [Locale.parse(code) for code in dict.fromkeys(("en", *languages))]
    names = {
        heading_words(str(one.languages.get(code, code))): code for one in speakers for code in languages
    }
    tables = {code: told for code, told in language_tables().items() if code in languages}
    return names | {word: code for code, told in tables.items() for word in told.rosters.called}


# --- roles ------------------------------------------------------------------------------------------------


@cache
def _role_of() -> dict[str, str]:
    return meanings(lambda tables: tables.rosters.roles)


@cache
def _role_to_ask() -> dict[str, str]:
    return meanings(lambda tables: tables.rosters.roles_to_ask)


def read_role(said: str, roles: Collection[str]) -> Read:
    """One of `roles`. Words that may give somebody rights ("Hub team", "Owner") are asked, never taken."""
    words = heading_words(said)
    if role := _role_of().get(words):
        return Read(role)
    likely = _role_to_ask().get(words)
    parts = dict.fromkeys(role for part in _between().split(words) if (role := _role_of().get(part.strip())))
    return Read(key="not_one_of", likely=(likely,) if likely else tuple(parts))


def is_role(said: str) -> bool:
    words = heading_words(said)
    return words in _role_of() or words in _role_to_ask()


# Each word decides by itself; the first kind that has one wins.


@cache
def _job_words() -> dict[str, frozenset[str]]:
    return _words_of(get_args(JobRole), lambda one: one.job_roles)


@cache
def _setting_words() -> dict[str, frozenset[str]]:
    return _words_of(get_args(Setting), lambda one: one.settings)


@cache
def _platform_words() -> dict[str, frozenset[str]]:
    brands = {"slack": frozenset({"slack"}), "teams": frozenset({"teams", "microsoft", "msteams"})}
    return {"either": _both(), **brands}


@cache
def _both() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.both))


def _words_of(
    kinds: Iterable[str], words: Callable[[RosterWords], Mapping[Any, Iterable[str]]]
) -> dict[str, frozenset[str]]:
    """The words of every language, by kind in this order."""
    every = [words(tables.rosters) for tables in language_tables().values()]
    return {kind: frozenset(word for told in every for word in told.get(kind, ())) for kind in kinds}


def read_job_role(said: str, job_roles: Collection[str]) -> Read:
    return Read(_by_word(said, job_roles, _job_words()) or "other")


def read_setting(said: str, settings: Collection[str]) -> Read:
    return Read(_by_word(said, settings, _setting_words()) or "other")


def read_platform(said: str, platforms: Collection[str]) -> Read:
    found = _by_word(said, platforms, _platform_words())
    return Read(found) if found else Read(key="not_one_of")


def _by_word(said: str, choices: Iterable[str], words_of: Mapping[str, frozenset[str]]) -> str:
    words = heading_words(said)
    whole = words.replace(" ", "_")
    if whole in choices:
        return whole
    spoken = {*words.split(), *map(" ".join, pairwise(words.split()))}
    return next((kind for kind, told in words_of.items() if spoken & told), "")


# --- taking part ------------------------------------------------------------------------------------------

COMES, AWAY = "comes", "leave_out"


@cache
def _comes() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: (*tables.yes, *tables.rosters.comes)))


@cache
def _stays_away() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: (*tables.no, *tables.rosters.stays_away)))


@cache
def _undecided() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.rosters.undecided))


def read_attending(said: str) -> Read:
    """Whether the tool counts somebody in. Who waits for an approval is asked."""
    words = heading_words(said)
    if words in _stays_away():
        return Read(AWAY)
    if words in _undecided():
        return Read(key="undecided", likely=(AWAY, COMES))
    return Read(COMES)


def is_attending_word(said: str) -> bool:
    words = heading_words(said)
    return words in _comes() or words in _stays_away() or words in _undecided()
