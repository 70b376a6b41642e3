"""Finding a witness by exchange: as many persons of one group as of another take each other's place.

Two persons may exchange groups when every table that shows either group counts both of them or neither; who
is in none of these tables may change alone. So the persons of the two groups fall into blocks of equals, and
how far a hidden number can move is how many of one group stand inside it and of the other outside, block by
block. That is exact for two groups at a time; `integer_search` tries all at once where it does not do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from bot.reports.disclosure.meetings import with_meetings
from bot.reports.disclosure.worlds import Held, Target, World

TRIES = 4
Block = tuple[list[int], list[int], bool]
"""Persons of the one group, and of the other; whether no table that shows either counts them."""
Move = dict[int, str]
"""One person or two who stand in another group."""


@dataclass(slots=True)
class Exchanges:
    """Searches one `Held`; remembers the blocks of each two groups."""

    held: Held
    _blocks: dict[tuple[str, str], list[Block]] = field(default_factory=dict)
    _by_group: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person, group in enumerate(self.held.groups):
            self._by_group.setdefault(group, []).append(person)

    def witness(self, target: Target, k: int) -> World | None:
        """A world in which the number is nought, or k and more; else any other one; None where none is found
        in this way."""
        another: World | None = None
        for other in sorted(self._by_group, key=lambda group: (-len(self._by_group[group]), group)):
            if other == target.group or self._is_fixed(target, other):
                continue
            for moves, wanted in self._moves(target, other, k):
                if len(moves) >= wanted and (found := self._world(moves, wanted)):
                    return found
                if moves and another is None:
                    another = self._world(moves, 1)
        return another

    def _world(self, moves: list[Move], wanted: int) -> World | None:
        """With meetings to match; other persons are tried where none match the first."""
        for first in range(min(TRIES, len(moves) - wanted + 1)):
            moved = dict(chain.from_iterable(move.items() for move in moves[first : first + wanted]))
            if (found := with_meetings(self.held, moved)) is not None:
                return found
        return None

    def _is_fixed(self, target: Target, other: str) -> bool:
        """Whether the target's own table shows the other group: nobody can come from it."""
        column = self.held.columns[target.column]
        return target.less is None and column.shows(other)

    def _moves(self, target: Target, other: str, k: int) -> Iterator[tuple[list[Move], int]]:
        """Changes that raise the number, and how many make it k; then those that lower it, and how many make
        it nought."""
        up: list[Move] = []
        down: list[Move] = []
        for mine, theirs, alone in self._of(target.group, other):
            mine_in, mine_out = _split(mine, target.inside)
            theirs_in, theirs_out = _split(theirs, target.inside)
            if alone:
                up += [{joins: target.group} for joins in theirs_in]
                down += [{leaves: other} for leaves in mine_in]
                continue
            for moves, leaving, joining in ((up, mine_out, theirs_in), (down, mine_in, theirs_out)):
                pairs = zip(leaving, joining, strict=False)
                moves += [{leaves: other, joins: target.group} for leaves, joins in pairs]
        yield up, max(1, k - target.value)
        yield down, target.value

    def _of(self, one: str, other: str) -> list[Block]:
        key = (one, other) if one <= other else (other, one)
        if key not in self._blocks:
            self._blocks[key] = list(self._made(*key))
        blocks = self._blocks[key]
        return blocks if key == (one, other) else [(theirs, mine, alone) for mine, theirs, alone in blocks]

    def _made(self, one: str, other: str) -> Iterator[Block]:
        told = [column.people for column in self.held.shown() if column.shows(one) or column.shows(other)]
        found: dict[int, tuple[list[int], list[int]]] = {}
        for place, group in enumerate((one, other)):
            for person in self._by_group[group]:
                key = 0
                for people in told:
                    key = key << 1 | (people >> person & 1)
                found.setdefault(key, ([], []))[place].append(person)
        for key, (mine, theirs) in found.items():
            if not key or (mine and theirs):
                yield mine, theirs, not key


def _split(people: list[int], inside: int) -> tuple[list[int], list[int]]:
    return (
        [person for person in people if inside >> person & 1],
        [person for person in people if not inside >> person & 1],
    )
