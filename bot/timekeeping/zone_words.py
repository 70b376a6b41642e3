"""Which time zone a person means by a word such as "Boise", "Pacific" or "hora de Alaska"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import fuzz, process
from tzlocal.windows_tz import win_tz

from bot.timekeeping.misread import Misread, misread, plain
from prompts.language_tables import ZoneWords, alternation, language_tables
from prompts.time_zones import zone_names, zones_of_countries

# Places of the states served that the tz database does not name.
_PLACES = {
    **dict.fromkeys(
        ("seattle", "spokane", "tacoma", "yakima", "eugene", "coeur d'alene"), "America/Los_Angeles"
    ),
    **dict.fromkeys(("nampa", "pocatello", "twin falls", "idaho falls"), "America/Boise"),
    **dict.fromkeys(("fairbanks", "kodiak"), "America/Anchorage"),
}
# A state is no zone: these have two each, and "Washington" may be the other one.
_STATES = {
    **dict.fromkeys(("oregon", "or"), ("America/Los_Angeles", "America/Boise")),
    **dict.fromkeys(("idaho", "id"), ("America/Boise", "America/Los_Angeles")),
    **dict.fromkeys(("alaska", "ak"), ("America/Anchorage", "America/Adak")),
    **dict.fromkeys(("washington", "wa"), ("America/Los_Angeles", "America/New_York")),
}
_ALIKE_FROM = 75
"""Of 100: "boize" is read as meaning Boise, and no city is proposed for a word that looks like none."""
_OFFSET = re.compile(r"^\((?:utc|gmt)[^)]*\) *")


@lru_cache(maxsize=1)
def _spoken() -> dict[str, str]:
    """Zones by what people call them, in every language."""
    every = (pair for tables in language_tables().values() for pair in tables.zones.spoken.items())
    return {word: zone for zone, words in every for word in words}


def _patterns(pattern: Callable[[ZoneWords], str]) -> str:
    """What every language has for it, one or the other."""
    told = (pattern(tables.zones) for tables in language_tables().values())
    return f"(?:{'|'.join(filter(None, told))})"


@lru_cache(maxsize=1)
def _says_only_zone() -> re.Pattern[str]:
    return re.compile(f"^{_patterns(lambda one: one.before)}|{_patterns(lambda one: one.after)}$")


@lru_cache(maxsize=1)
def _for_whom() -> re.Pattern[str]:
    return re.compile(rf" *\({_patterns(lambda one: one.country)}[^)]*\)$")


@lru_cache(maxsize=1)
def _either() -> re.Pattern[str]:
    return re.compile(f" ?/ ?| {alternation(lambda tables: tables.zones.either)} ")


def parse_zone(said: str) -> str | Misread:
    """The IANA zone meant by `said`: its own name in any case, a city, or what people call it.

    Never raises. A state that has two zones is asked back as `zone.two_in_state`; anything else unread is
    `zone.unclear`, with up to three names that look alike as choices.
    """
    words = plain(said)
    named = _for_whom().sub("", _OFFSET.sub("", words))
    bare = _says_only_zone().sub("", named)
    if named != words and bare == "alaska":
        return "America/Anchorage"  # with its offset before it, it is the zone and not the state
    if (zone := _windows().get(named)) and bare not in _spoken() and named != "utc":
        return zone
    if zone := _of_both_seasons(words):
        return zone
    for candidate in (words, named, bare):
        if zone := _spoken().get(candidate) or _PLACES.get(candidate) or _by_name().get(candidate):
            return zone
        if candidate in _STATES:
            return misread("zone.two_in_state", said, *_STATES[candidate])
    alike = process.extract(bare, list(_by_name()), scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE_FROM)
    return misread("zone.unclear", said, *dict.fromkeys(_by_name()[name] for name, _, _ in alike))


def _of_both_seasons(words: str) -> str | None:
    """``PST/PDT`` and ``EST or EDT`` name one zone by its two abbreviations."""
    zones = {_spoken().get(part) for part in _either().split(words)}
    return zones.pop() if len(zones) == 1 else None


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    """Zones by the names that Windows and Outlook have for them (by CLDR)."""
    return {name.casefold(): zone for name, zone in win_tz.items()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Zones by their lower-case name and by their city; cities are those of the tz database's own table."""
    cities = {plain(zone.rpartition("/")[2].replace("_", " ")): zone for zone in zones_of_countries()}
    whole = {name.lower(): name for name in zone_names() if "/" in name or name == "UTC"}
    return cities | whole
