"""Time zones as agendas write them: "PT", "(Pacific)", "hora de la montaña", "Mountain Time (US & Canada)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.agendas.letters import flat
from bot.timekeeping.misread import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts.time_zones import zone_names

_NAME = r"(?:pacific|mountain|central|eastern|alaskan?|hawaii(?:[- ]aleutian)?|aleutian|arizona)"
_NOMBRE = r"(?:pacifico|montanas?|(?:montanas )?rocosas|centro|este|alaska|hawai|aleutianas|arizona)"
_CITY = r"(?:boise|anchorage|seattle|spokane|portland|los angeles|denver|chicago|new york|nueva york|honolulu|juneau|adak|phoenix)"
_STATE = r"(?:idaho|oregon|washington|local)"
_LETTERS = r"(?:[PMCE][SD]?T|P\.T\.|M\.T\.|C\.T\.|E\.T\.|AK[SD]?T|H[SD]T|AKT|P[SD]T/P[SD]T)"
_TIME = r"(?:\s+(?P<kind>standard|daylight|estandar|de verano))?"
_FULL = re.compile(
    rf"\b(?:(?P<name>{_NAME}){_TIME}\s+time(?P<city>\s*\((?!us)[a-z ]+\))?"
    rf"|(?:hora|tiempo|horario)(?:\s+(?:estandar|de verano))?\s+(?:de\s+las\s+|de\s+la\s+|del\s+|de\s+)?(?P<nombre>{_NOMBRE})"
    rf"|(?P<place>{_CITY})\s+time|hora\s+de\s+(?P<lugar>{_CITY})"
    rf"|(?P<state>{_STATE})\s+time|hora\s+(?P<estado>local|de (?:idaho|oregon|washington)))\b"
)
_IANA = re.compile(r"\b(?:America|Pacific|US|Europe|Etc)/[A-Za-z_]+(?:/[A-Za-z_]+)?\b")
_ABBREVIATED = re.compile(
    rf"(?<![\w.])(?P<letters>{_LETTERS}|PT/PDT|UTC|GMT)(?![\w&]|\.\w)(?P<offset>\s?[+\-−–]\s?\d{{1,2}}(?::?\d{{2}})?)?"
)
_BARE = re.compile(rf"\b(?P<name>{_NAME}|{_NOMBRE}|{_CITY}|{_STATE})\b(?!/)")
_NEAR_TIME = re.compile(r"\s*[,(\[]?\s*(?:hora\s+)?(?:del?\s+|de la\s+)?$")
_ALL_TIMES = re.compile(
    r"(?:all times|times are|times in|time ?zone|zone|zona(?: horaria)?|huso(?: horario)?|todas las horas|horas? en|horarios? en)[^.\n]{0,40}$"
)


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
        word = next(
            match[group] for group in ("name", "nombre", "place", "lugar", "state", "estado") if match[group]
        )
        city = (match["city"] or "").strip(" ()")
        kind: Literal["standard", "daylight", ""] = ""
        if match["kind"]:
            kind = "standard" if match["kind"] in {"standard", "estandar"} else "daylight"
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
    word = {"alaska": "alaska time", "alaskan": "alaska time", "hawai": "hawaii", "hawaii-aleutian": "hawaii",
            "hawaii aleutian": "hawaii", "rocosas": "montana", "montanas": "montana", "portland": "pacific",
            "nueva york": "america/new_york", "phoenix": "arizona"}.get(word, word).removeprefix("de ")  # fmt: skip
    if word == "local":
        return Zone("", said, match.start(), match.end())
    read = parse_zone(word)
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
