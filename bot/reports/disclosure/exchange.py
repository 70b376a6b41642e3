"""Finding a witness by exchange: as many persons of one group as of another take each other's place.

Two persons may exchange groups when every table that shows either group counts both of them or neither. So
the persons of the two groups fall into blocks of equals, and how far a hidden number can move is how many of
one group stand inside it and of the other outside, block by block. That is exact for two groups at a time;
`integer_search` tries all at once where it does not do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.reports.disclosure.worlds import Held, Target, World

Block = tuple[list[int], list[int]]
"""Persons of the one group, and of the other."""


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
                if len(moves) >= wanted:
                    return _world(moves[:wanted], target.group, other)
                if moves and another is None:
                    another = _world(moves[:1], target.group, other)
        return another

    def _is_fixed(self, target: Target, other: str) -> bool:
        """Whether the target's own table shows the other group: nobody can come from it."""
        column = self.held.columns[target.column]
        return target.less is None and column.shows(other)

    def _moves(self, target: Target, other: str, k: int) -> Iterator[tuple[list[tuple[int, int]], int]]:
        """Exchanges (who leaves the target's group, who joins it) that raise the number, and how many make it
        k; then those that lower it, and how many make it nought."""
        up: list[tuple[int, int]] = []
        down: list[tuple[int, int]] = []
        for mine, theirs in self._of(target.group, other):
            mine_in, mine_out = _split(mine, target.inside)
            theirs_in, theirs_out = _split(theirs, target.inside)
            up += zip(mine_out, theirs_in, strict=False)
            down += zip(mine_in, theirs_out, strict=False)
        yield up, max(1, k - target.value)
        yield down, target.value

    def _of(self, one: str, other: str) -> list[Block]:
        key = (one, other) if one <= other else (other, one)
        if key not in self._blocks:
            self._blocks[key] = list(self._made(*key))
        blocks = self._blocks[key]
        return blocks if key == (one, other) else [(theirs, mine) for mine, theirs in blocks]

    def _made(self, one: str, other: str) -> Iterator[Block]:
        told = [column.people for column in self.held.shown() if column.shows(one) or column.shows(other)]
        blocks: dict[int, Block] = {}
        for place, group in enumerate((one, other)):
            for person in self._free(self._by_group[group], one, other):
                key = 0
                for people in told:
                    key = key << 1 | (people >> person & 1)
                blocks.setdefault(key, ([], []))[place].append(person)
        return (block for block in blocks.values() if block[0] and block[1])

    def _free(self, people: Iterable[int], one: str, other: str) -> list[int]:
        """Those whose exchange no table of who met would tell."""
        return [person for person in people if not self._is_tied(person, one, other)]

    def _is_tied(self, person: int, one: str, other: str) -> bool:
        for index, ties in enumerate(self.held.ties):
            partners = self._partners(index).get(person)
            if not partners:
                continue
            if ties.cells:
                if one in ties.cells or other in ties.cells:
                    return True
            elif "" in (one, other) or {self.held.groups[each] for each in partners} & {one, other}:
                return True
        return False

    _met: dict[int, dict[int, set[int]]] = field(default_factory=dict)

    def _partners(self, index: int) -> dict[int, set[int]]:
        if index not in self._met:
            found: dict[int, set[int]] = {}
            for one, other in self.held.ties[index].pairs:
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
            self._met[index] = found
        return self._met[index]


def _split(people: list[int], inside: int) -> tuple[list[int], list[int]]:
    return (
        [person for person in people if inside >> person & 1],
        [person for person in people if not inside >> person & 1],
    )


def _world(moves: list[tuple[int, int]], group: str, other: str) -> World:
    world: dict[int, str] = {}
    for leaves, joins in moves:
        world[leaves], world[joins] = other, group
    return world
