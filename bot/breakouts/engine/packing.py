"""Whether the visible hard rules of one round fit its groups at all, decided exactly, and which do not.

Only rules that a facilitator can see come here, so that whatever is found may be named.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

NODES = 5_000
"""Seatings looked at before the question is left open."""
NAMED_MOST = 80
"""Of more wishes than these it is not worked out which few are the cause."""


@dataclass(frozen=True)
class Wish:
    """One visible rule: its `kind` is "apart" or "together" (of all its people) or "locks" (into `group`)."""

    kind: str
    people: tuple[str, ...]
    group: int = -1


def cause(wishes: Sequence[Wish], sizes: Sequence[int], here: Collection[str]) -> tuple[Wish, ...]:
    """Some of these wishes that cannot all be kept, each of them needed: the first ones are left out first.

    Empty when they can, or when that is too hard to say.
    """
    left = [
        wish for wish in wishes if len(set(wish.people) & set(here)) >= (1 if wish.kind == "locks" else 2)
    ]
    if len(left) > NAMED_MOST or _fit(left, sizes, here) is not False:
        return ()
    for wish in tuple(left):
        fewer = [other for other in left if other is not wish]
        if _fit(fewer, sizes, here) is False:
            left = fewer
    return tuple(left)


def _fit(wishes: Sequence[Wish], sizes: Sequence[int], here: Collection[str]) -> bool | None:
    """Whether some seating keeps these wishes; None when so many were looked at that it stays open.

    People without a wish fill the seats that are left, so that only the others are seated.
    """
    people = sorted({person for wish in wishes for person in wish.people if person in here})
    units = _units(people, [wish.people for wish in wishes if wish.kind == "together"])
    unit_of = {person: number for number, unit in enumerate(units) for person in unit}
    foes: list[set[int]] = [set() for _ in units]
    held: dict[int, int] = {}
    for wish in wishes:
        numbers = [unit_of[person] for person in wish.people if person in unit_of]
        if wish.kind == "apart":
            for a, b in combinations(numbers, 2):
                if a == b:
                    return False
                foes[a].add(b)
                foes[b].add(a)
        elif wish.kind == "locks" and held.setdefault(numbers[0], wish.group) != wish.group:
            return False
    return _Seats(units, foes, held, sizes).seat_all()


def _units(people: Sequence[str], together: Sequence[tuple[str, ...]]) -> list[set[str]]:
    """People who are kept together, and each of the others alone."""
    units = [{person} for person in people]
    for wish in together:
        joined = [unit for unit in units if unit & set(wish)]
        if joined:
            units = [*(unit for unit in units if not unit & set(wish)), set().union(*joined)]
    return sorted(units, key=lambda unit: sorted(unit))


class _Seats:
    """Units on the way into groups: the hardest first, and of empty groups without a lock only one is
    tried.
    """

    def __init__(
        self,
        units: Sequence[Collection[str]],
        foes: Sequence[set[int]],
        held: dict[int, int],
        sizes: Sequence[int],
    ) -> None:
        self.weight = [len(unit) for unit in units]
        self.foes, self.held = foes, held
        self.order = sorted(
            range(len(units)), key=lambda u: (u not in held, -self.weight[u], -len(foes[u]), u)
        )
        self.small, self.large = min(sizes), max(sizes)
        self.larger = sum(size == self.large for size in sizes) if self.small < self.large else len(sizes)
        self.taken = [0] * len(sizes)
        self.inside: list[set[int]] = [set() for _ in sizes]
        self.locked = set(held.values())
        self.nodes = 0

    def seat_all(self) -> bool | None:
        """Whether everybody finds a seat; None when the limit was reached before."""
        found = self._seat(0)
        return None if not found and self.nodes > NODES else found

    def _seat(self, at: int) -> bool:
        self.nodes += 1
        if at == len(self.order) or self.nodes > NODES:
            return at == len(self.order)
        unit = self.order[at]
        for group in self._open(unit):
            self.taken[group] += self.weight[unit]
            self.inside[group].add(unit)
            if self._roomy() and self._seat(at + 1):
                return True
            self.taken[group] -= self.weight[unit]
            self.inside[group].remove(unit)
        return False

    def _open(self, unit: int) -> list[int]:
        if unit in self.held:
            at = self.held[unit]
            wanted = [at] if 0 <= at < len(self.taken) else []
        else:
            empty = [g for g, taken in enumerate(self.taken) if not taken and g not in self.locked]
            wanted = [g for g in range(len(self.taken)) if g not in empty[1:]]
        return [
            g
            for g in wanted
            if self.taken[g] + self.weight[unit] <= self.large and not self.foes[unit] & self.inside[g]
        ]

    def _roomy(self) -> bool:
        """Whether no more groups than may are of the larger size."""
        return self.small == self.large or sum(t > self.small for t in self.taken) <= self.larger
