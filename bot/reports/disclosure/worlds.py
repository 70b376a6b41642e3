"""Tables as a reader holds them, numbers that must not be worked out, other worlds that print the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Self

from bot.reports.disclosure.register import Pair, Room
from bot.reports.scopes import Scope


class Meetings(NamedTuple):
    """Of one room: pairs who did not meet in another world, and as many who did instead."""

    lost: frozenset[Pair]
    gained: frozenset[Pair]


class World(NamedTuple):
    """How another world differs: who stands in another group, and who met, by room."""

    moved: Mapping[int, str]
    meetings: Mapping[int, Meetings]


@dataclass(frozen=True, slots=True)
class Column:
    """One table at one cut. `hidden` is None where it is withheld; then nothing of it is shown."""

    scope: Scope
    cut: date
    counts: Mapping[str, int]
    hidden: frozenset[str] | None
    people: int
    """Who is counted in it (see `Register`)."""
    series: frozenset[int] = frozenset()
    """The series that are over at its cut."""
    instead: tuple[frozenset[str] | None, ...] = ()
    """What may be hidden instead, less useful each: only where it would be published now."""

    def shows(self, group: str) -> bool:
        return self.hidden is not None and group not in self.hidden


@dataclass(frozen=True, slots=True)
class Target:
    """A number of people of `group` that must not be worked out: those of a column, or those in it and not in
    a narrower or earlier one."""

    group: str
    value: int
    inside: int
    """Who is counted in it: of one person more or less here the number is one more or less."""
    column: int
    less: int | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """A published table of who met in these series; `hidden` cells are not told apart."""

    name: str
    series: frozenset[int]
    hidden: frozenset[str]

    def cell(self, states: tuple[str, str], organisations: tuple[str, str]) -> str:
        """Under which cell a pair is counted."""
        if self.name == "ties":
            cell = "|".join(sorted(states))
        elif self.name == "across_states":
            cell = "unknown" if "" in states else "within" if states[0] == states[1] else "across"
        else:
            same = "same" if organisations[0] == organisations[1] else "different"
            cell = "unknown" if "" in organisations else same
        return "(hidden)" if cell in self.hidden else cell


@dataclass(frozen=True, slots=True)
class Held:
    """All that a reader holds about the characteristic `name`; the `told` of everybody, by characteristic."""

    name: str
    told: Mapping[str, Sequence[str]]
    columns: Sequence[Column]
    ties: Sequence[Ties] = ()
    rooms: Sequence[Room] = ()

    @property
    def groups(self) -> Sequence[str]:
        return self.told[self.name]

    def shown(self) -> Iterator[Column]:
        return (column for column in self.columns if column.hidden is not None)

    def with_less(self, place: int) -> Self:
        """With a column as it would be published instead."""
        column = self.columns[place]
        return self.with_column(place, replace(column, hidden=column.instead[0], instead=column.instead[1:]))

    def with_column(self, place: int, column: Column) -> Self:
        return replace(self, columns=[*self.columns[:place], column, *self.columns[place + 1 :]])

    def cell(self, ties: Ties, pair: Pair, moved: Mapping[int, str]) -> str:
        """Under which cell a pair is counted when some stand in other groups."""
        one, other = pair
        states, organisations = (
            (moved.get(one, told[one]), moved.get(other, told[other]))
            if name == self.name
            else (told[one], told[other])
            for name, told in (("state", self.told["state"]), ("organisation", self.told["organisation"]))
        )
        return ties.cell(states, organisations)


def is_witness(held: Held, target: Target, world: World) -> bool:
    """Whether the world prints the same tables and has another number in the target's place. Plain counting,
    apart from whatever found the world."""
    moved = [(person, held.groups[person], group) for person, group in world.moved.items()]
    for column in held.shown():
        change: dict[str, int] = {}
        for person, before, after in moved:
            if column.people >> person & 1:
                change[before] = change.get(before, 0) - 1
                change[after] = change.get(after, 0) + 1
        if any(count and column.shows(group) for group, count in change.items()):
            return False
    if held.ties and not _meet_alike(held, world):
        return False
    difference = sum(
        (after == target.group) - (before == target.group)
        for person, before, after in moved
        if target.inside >> person & 1
    )
    return difference != 0 and target.value + difference >= 0


def _meet_alike(held: Held, world: World) -> bool:
    """Whether as many pairs met in each room, and every table of who met says the same."""
    changes: list[Counter[str]] = [Counter() for _ in held.ties]
    for number, room in enumerate(held.rooms):
        lost, gained = world.meetings.get(number, Meetings(frozenset(), frozenset()))
        if len(lost) != len(gained) or not lost <= room.pairs or (room.pairs - lost) & gained:
            return False
        if any(one >= other or not (room.people >> one & room.people >> other & 1) for one, other in gained):
            return False
        about = {pair for pair in room.pairs if pair[0] in world.moved or pair[1] in world.moved} | lost
        for ties, change in zip(held.ties, changes, strict=True):
            if room.series in ties.series:
                change.subtract(held.cell(ties, pair, {}) for pair in about)
                change.update(held.cell(ties, pair, world.moved) for pair in (about - lost) | gained)
    return not any(any(change.values()) for change in changes)
