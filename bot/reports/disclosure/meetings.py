"""Who met in another world: where somebody stands in another group, other pairs meet instead.

Tables of who met count pairs by the groups of both. No reader knows which two people a pair was, only that
both came to the cohort; so in another world as many other pairs may have met, as long as every table says
the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bot.reports.disclosure.register import Pair, Room, persons
from bot.reports.disclosure.worlds import Held, Meetings, Ties, World

MOST_LOOKED_AT = 20_000
"""Pairs of one room that are tried."""


def with_meetings(held: Held, moved: Mapping[int, str]) -> World | None:
    """The world in which these stand in other groups, and pairs met so that every table of who met says what
    it says; None where no such pairs are found."""
    meetings: dict[int, Meetings] = {}
    for number, room in enumerate(held.rooms if held.ties else ()):
        tables = _told_apart(ties for ties in held.ties if room.series in ties.series)
        if tables and any(room.people >> person & 1 for person in moved):
            found = _met_instead(held, room, tables, moved)
            if found is None:
                return None
            meetings[number] = found
    return World(moved, meetings)


def _told_apart(tables: Iterable[Ties]) -> list[Ties]:
    """One of those that sort pairs alike."""
    return list({(ties.name, ties.hidden): ties for ties in tables}.values())


def _met_instead(held: Held, room: Room, tables: list[Ties], moved: Mapping[int, str]) -> Meetings | None:
    """What is counted otherwise now is lost, unless another such pair made up for it."""

    def cells(pair: Pair, those: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(held.cell(ties, pair, those) for ties in tables)

    about = sorted(pair for pair in room.pairs if pair[0] in moved or pair[1] in moved)
    missing = Counter(cells(pair, {}) for pair in about)
    lost: set[Pair] = set()
    for pair in about:
        now = cells(pair, moved)
        if missing[now] > 0:
            missing[now] -= 1
        else:
            lost.add(pair)
    gained: set[Pair] = set()
    for looked_at, pair in enumerate(_pairs(room)):
        if len(gained) == len(lost):
            return Meetings(frozenset(lost), frozenset(gained))
        if looked_at > MOST_LOOKED_AT:
            return None
        if pair not in room.pairs and missing[now := cells(pair, moved)] > 0:
            missing[now] -= 1
            gained.add(pair)
    return Meetings(frozenset(lost), frozenset(gained)) if len(gained) == len(lost) else None


def _pairs(room: Room) -> Iterator[Pair]:
    """All pairs of a room, so that those of one person stand far apart."""
    people = list(persons(room.people))
    for apart in range(1, len(people)):
        yield from zip(people, people[apart:], strict=False)
