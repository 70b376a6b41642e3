"""The one time-zone database: the pinned `tzdata` package, never the machine's own.

Everything that plans or shows a time loads its zone here, so that every process agrees with every other and
a change of law arrives with an update of the dependency. `ZoneInfo(name)` reads the machine's files first,
which may be years old: a test refuses it everywhere else.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


class UnknownZone(ValueError):
    """Not a zone of the tz database."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone name of the tz database, aliases included."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split())


@lru_cache(maxsize=1)
def zones_of_countries() -> dict[str, str]:
    """ISO codes of countries by zone, from the database's own table: no aliases, no ``UTC``."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """The rules of the IANA zone `name`; raises UnknownZone."""
    if name not in zone_names():
        raise UnknownZone(name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)
