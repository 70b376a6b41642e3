"""Time zones as agendas write them: "PT", "(Pacific)", "Mountain Time (US & Canada)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.agendas.letters import flat
from bot.timekeeping.misread import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts.language_tables import in_every_language, language_tables, patterns
from prompts.time_zones import zone_names
from prompts.word_lists import either

_LETTERS = r"(?:[PMCE][SD]?T|P\.T\.|M\.T\.|C\.T\.|E\.T\.|AK[SD]?T|H[SD]T|AKT|P[SD]T/P[SD]T)"
_SPOKEN = [pair for one in language_tables().values() for pair in one.zones.spoken.items()]
_NAMED = {word for _, words in _SPOKEN for word in words if not re.fullmatch(_LETTERS, word.upper())}
_CITIES = {zone.rpartition("/")[2].replace("_", " ").lower() for zone, _ in _SPOKEN}
_PLACES = {"seattle", "spokane", "denver", "juneau", "idaho", "oregon", "washington"}
_MEANT = {
    **{word: word for word in _NAMED | _CITIES | _PLACES},
    "portland": "pacific",
    **{word: zone for one in language_tables().values() for word, zone in one.agenda.zones.meant.items()},
}
"""What `parse_zone` is asked, by the words for it."""
_LOCAL = in_every_language(lambda one: one.agenda.zones.local)
_NAME = either((*_MEANT, *_LOCAL))
_STANDARD = in_every_language(lambda one: one.agenda.zones.standard)
_DAYLIGHT = in_every_language(lambda one: one.agenda.zones.daylight)
_FULL = re.compile(
    rf"\b(?:(?P<name>{_NAME})(?:\s+(?P<kind>{either((*_STANDARD, *_DAYLIGHT))}))?"
    rf"{patterns(lambda one: one.agenda.zones.time)}(?P<city>\s*\((?!us)[a-z ]+\))?"
    rf"|{patterns(lambda one: one.agenda.zones.hour_of)}(?P<named>{_NAME}))\b"
)
_IANA = re.compile(r"\b(?:America|Pacific|US|Europe|Etc)/[A-Za-z_]+(?:/[A-Za-z_]+)?\b")
_ABBREVIATED = re.compile(
    rf"(?<![\w.])(?P<letters>{_LETTERS}|PT/PDT|UTC|GMT)(?![\w&]|\.\w)(?P<offset>\s?[+\-−–]\s?\d{{1,2}}(?::?\d{{2}})?)?"
)
_BARE = re.compile(rf"\b(?P<name>{_NAME})\b(?!/)")
_NEAR_TIME = re.compile(rf"\s*[,(\[]?\s*{patterns(lambda one: one.agenda.zones.near_time)}?$")
_ALL_TIMES = re.compile(rf"{patterns(lambda one: one.agenda.zones.all_times)}[^.\n]{{0,40}}$")


@dataclass(frozen=True, slots=True)
class Zone:
    """`name` is the IANA zone, empty where the words do not decide it (then `choices`). `kind` is standard or
    daylight where that is said."""

    name: str
    said: str
    begin: int
    end: int
    kind: Literal["standard", "daylight", ""] = ""
    choices: tuple[str, ...] = ()


def find_zones(text: str, hours_end: tuple[int, ...] = (), *, labelled: bool = False) -> list[Zone]:
    """Every zone in `text`, in order. A bare name ("Pacific") counts behind a time that ends at one of
    `hours_end`, after "all times are", or where a zone is expected (`labelled`)."""
    low, found = flat(text), []
    for match in _IANA.finditer(text):
        if match[0] in zone_names():
            found.append(Zone(match[0], match[0], match.start(), match.end()))
    for match in _FULL.finditer(low):
        word = match["name"] or match["named"]
        city = (match["city"] or "").strip(" ()")
        kind: Literal["standard", "daylight", ""] = ""
        if match["kind"]:
            kind = "standard" if match["kind"] in _STANDARD else "daylight"
        found.append(_zone(city if city and _known(city) else word, text, match, kind))
    for match in _ABBREVIATED.finditer(text):
        if labelled or _expected(low, match.start(), hours_end) or len(match["letters"].strip(".")) >= 3:
            found.append(_abbreviated(match, text))
    for match in _BARE.finditer(low):
        if labelled or _expected(low, match.start(), hours_end):
            found.append(_zone(match["name"], text, match))
    return _without_overlaps(found)


def _expected(low: str, begin: int, hours_end: tuple[int, ...]) -> bool:
    if any(end <= begin and _NEAR_TIME.fullmatch(low[end:begin]) for end in hours_end):
        return True
    return bool(_ALL_TIMES.search(low[:begin]))


def _abbreviated(match: re.Match[str], text: str) -> Zone:
    letters = match["letters"].replace(".", "").split("/")[0]
    if letters in {"UTC", "GMT"}:
        return Zone("" if match["offset"] else "UTC", match[0], match.start(), match.end())
    kind: Literal["standard", "daylight", ""] = ""
    if letters[-2] in "SD" and len(letters) > 2:
        kind = "standard" if letters[-2] == "S" else "daylight"
    return _zone({"AKT": "alaska time"}.get(letters, letters), text, match, kind)


@lru_cache(maxsize=256)
def _known(word: str) -> bool:
    return not isinstance(parse_zone(word), Misread)


def _zone(word: str, text: str, match: re.Match[str], kind: Literal["standard", "daylight", ""] = "") -> Zone:
    said = text[match.start() : match.end()]
    if word in _LOCAL:
        return Zone("", said, match.start(), match.end())
    read = parse_zone(_MEANT.get(word, word))
    if isinstance(read, Misread):
        return Zone("", said, match.start(), match.end(), choices=read.choices)
    return Zone(read, said, match.start(), match.end(), kind)


def _without_overlaps(found: list[Zone]) -> list[Zone]:
    kept: list[Zone] = []
    for zone in sorted(found, key=lambda one: (one.begin, -one.end)):
        if not kept or zone.begin >= kept[-1].end:
            kept.append(zone)
    return kept


def zone_of_calendar(name: str) -> str:
    """The IANA zone of a calendar's TZID, which may be one of Windows ("Pacific Standard Time"); empty when
    unknown."""
    name = name.strip().strip('"').lstrip("/")
    if name in zone_names():
        return name
    if name in WINDOWS_TO_OLSON:
        return str(WINDOWS_TO_OLSON[name])
    tail = "/".join(name.split("/")[-2:])
    if tail in zone_names():
        return tail
    found = find_zones(name, labelled=True)
    named = {one.name for one in found if one.name and one.name != "UTC"}
    return named.pop() if len(named) == 1 else ""
