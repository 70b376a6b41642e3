"""Tables as a reader holds them, numbers that must not be worked out, other worlds that print the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.reports.disclosure.register import Pair
from bot.reports.scopes import Scope

World = Mapping[int, str]
"""The persons who stand in another group than in truth, and which."""


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
    """A published table of who met: `pairs` that it counts; `cells` names groups by which it tells them apart
    one by one (empty: it tells only whether both are of one group)."""

    pairs: frozenset[Pair]
    cells: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """All that a reader holds about one characteristic."""

    groups: Sequence[str]
    columns: Sequence[Column]
    ties: Sequence[Ties] = ()

    def shown(self) -> Iterator[Column]:
        return (column for column in self.columns if column.hidden is not None)

    def with_less(self, place: int) -> Held:
        """With a column as it would be published instead."""
        column = self.columns[place]
        poorer = replace(column, hidden=column.instead[0], instead=column.instead[1:])
        return replace(self, columns=[*self.columns[:place], poorer, *self.columns[place + 1 :]])


def is_witness(held: Held, target: Target, world: World) -> bool:
    """Whether the world prints the same tables and has another number in the target's place. Plain counting,
    apart from whatever found the world."""
    moved = [(person, held.groups[person], group) for person, group in world.items()]
    for column in held.shown():
        change: dict[str, int] = {}
        for person, before, after in moved:
            if column.people >> person & 1:
                change[before] = change.get(before, 0) - 1
                change[after] = change.get(after, 0) + 1
        if any(count and column.shows(group) for group, count in change.items()):
            return False
    if any(_told(held, ties, world) != _told(held, ties, {}) for ties in held.ties):
        return False
    difference = sum(
        (after == target.group) - (before == target.group)
        for person, before, after in moved
        if target.inside >> person & 1
    )
    return difference != 0 and target.value + difference >= 0


def _told(held: Held, ties: Ties, world: World) -> dict[tuple[str, ...], int]:
    """What a table of who met prints in this world, about the pairs of those who moved in any."""
    found: dict[tuple[str, ...], int] = {}
    for one, other in ties.pairs:
        mine, theirs = (world.get(each, held.groups[each]) for each in (one, other))
        cell = tuple(sorted((mine, theirs)))
        if not ties.cells:
            cell = ("unknown",) if "" in cell else ("same",) if mine == theirs else ("different",)
        elif not ties.cells.issuperset(cell):
            cell = ("hidden",)
        found[cell] = found.get(cell, 0) + 1
    return found
