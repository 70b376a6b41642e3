"""Who stands in which group and came to which series: persons by number, never by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Room:
    """One cohort: who of it came, and which two of them were in a group together."""

    series: int
    people: int
    pairs: frozenset[Pair]
    """The lower number first."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A cohort of a series, with how many are of each kind, and what else is known of that. Kinds that are
    not in `most` cannot be."""

    series: int
    counts: Mapping[str, int]
    least: Mapping[str, int]
    most: Mapping[str, int]

    def is_fixed(self) -> bool:
        """Whether what else is known of it leaves its numbers no choice."""
        return all(self.least.get(kind, 0) == most for kind, most in self.most.items())


@dataclass(frozen=True, slots=True)
class Register:
    """Sets of persons are bits of an integer: person 0 is the lowest."""

    groups: Mapping[str, Sequence[str]]
    """By characteristic (state, role …): the group of each person."""
    members: Mapping[int, int]
    """By series: who came to it."""
    over_on: Mapping[int, date]
    """By series: the first day on whose cut it is over."""
    rooms: Sequence[Room] = ()
    completion: Sequence[Unit] = ()
    """Of each cohort of a series that is over: how many ``completed`` and ``not``."""

    def is_over(self, series: int, cut: date) -> bool:
        return series in self.over_on and self.over_on[series] <= cut

    def counted(self, series: Iterable[int], cut: date) -> int:
        """Everybody in a table of these series at a cut: those who came to one that was over by then."""
        people = 0
        for one in series:
            if self.is_over(one, cut):
                people |= self.members.get(one, 0)
        return people

    def largest_employers(self, people: int, characteristic: str) -> Counter[str]:
        """By group: how many of these people work for the one organisation that most of them work for."""
        found: Counter[str] = Counter()
        told = Counter(
            (self.groups[characteristic][person], self.groups["organisation"][person])
            for person in persons(people)
        )
        for (group, organisation), count in told.items():
            if organisation:
                found[group] = max(found[group], count)
        return found


def persons(people: int) -> Iterator[int]:
    """The numbers of a set of persons."""
    while people:
        lowest = people & -people
        yield lowest.bit_length() - 1
        people ^= lowest
