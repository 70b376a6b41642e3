"""Which time zone a person means by a word such as "Boise", "Pacific" or "hora de Alaska"."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from rapidfuzz import fuzz, process

from bot.timekeeping.misread import Misread, misread, plain
from bot.timekeeping.zones import zone_names

_SPOKEN = {
    **dict.fromkeys(("pacific", "pacifico", "pt", "pst", "pdt"), "America/Los_Angeles"),
    # Boise's clocks agree with Denver's since 1974; the people served live nearer to Boise.
    **dict.fromkeys(("mountain", "montana", "montanas rocosas", "mt", "mst", "mdt"), "America/Boise"),
    **dict.fromkeys(("central", "centro", "ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("eastern", "este", "et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("alaska time", "hora de alaska", "akst", "akdt", "akt"), "America/Anchorage"),
    **dict.fromkeys(
        ("aleutian", "aleutian islands", "aleutianas", "hawaii-aleutian", "hawai-aleutianas", "hdt"),
        "America/Adak",
    ),
    **dict.fromkeys(("hawaii", "hst", "honolulu"), "Pacific/Honolulu"),
    **dict.fromkeys(("arizona",), "America/Phoenix"),
}
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
_SAYS_ONLY_ZONE = re.compile(r"^hora (?:de las|de la|del|de) | (?:time zone|time|zone)$")


def parse_zone(said: str) -> str | Misread:
    """The IANA zone meant by `said`: its own name in any case, a city, or what people call it.

    Never raises. A state that has two zones is asked back as `zone.two_in_state`; anything else unread is
    `zone.unclear`, with up to three names that look alike as choices.
    """
    words = plain(said)
    bare = _SAYS_ONLY_ZONE.sub("", words)
    for candidate in (words, bare):
        if zone := _SPOKEN.get(candidate) or _PLACES.get(candidate) or _by_name().get(candidate):
            return zone
        if candidate in _STATES:
            return misread("zone.two_in_state", said, *_STATES[candidate])
    alike = process.extract(bare, list(_by_name()), scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE_FROM)
    return misread("zone.unclear", said, *dict.fromkeys(_by_name()[name] for name, _, _ in alike))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Zones by their lower-case name and by their city; cities are those of the tz database's own table."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    listed = [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]
    cities = {plain(zone.rpartition("/")[2].replace("_", " ")): zone for zone in listed}
    whole = {name.lower(): name for name in zone_names() if "/" in name or name == "UTC"}
    return cities | whole
