"""One round being made: who sits where, what it costs, and what a swap would change.

Keep-together units and single people are both *items*; a swap exchanges two items of the same size, for all
candidates at once (numpy), so that a room of thousands is still quick.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.breakouts.engine.problem import FAIR, LEAD, REPEAT, TURN, Flags, Ints, Problem

Items = list[list[int]]


class Seating:
    """A round in the making. Groups are numbered; `group[person]` is −1 for whoever is not seated."""

    def __init__(
        self, problem: Problem, present: Sequence[int], sizes: Sequence[int], rng: np.random.Generator
    ) -> None:
        self.problem = problem
        self.rng = rng
        self.sizes = arranged(problem, present, sizes)
        self.present = np.array(sorted(present), dtype=np.int64)
        self.items = items_of(problem, present)
        self.item_of = np.full(problem.people, -1, dtype=np.int64)
        for number, item in enumerate(self.items):
            self.item_of[item] = number
        self.item_size = np.array([len(item) for item in self.items])
        self.fixed = np.array([any(person in problem.locks for person in item) for item in self.items])
        self.group = np.full(problem.people, -1, dtype=np.int64)
        self.item_group = np.full(len(self.items), -1, dtype=np.int64)
        self.seated: list[list[int]] = [[] for _ in self.sizes]
        self.room = np.array(self.sizes, dtype=np.int64)
        self.lead_count = np.zeros(len(self.sizes), dtype=np.int64)
        self.own = np.zeros(problem.people, dtype=np.int64)
        self._price_seats()

    def _price_seats(self) -> None:
        """What an odd seat costs each item: nothing for those whose turn it is."""
        turns = self.problem.odd - int(self.problem.odd[self.present].min())
        self.turn_cost = self._per_item(turns * turn_price(self.sizes))
        self.item_leads = self._per_item(self.problem.leads.astype(np.int64))
        self.odd = odd_mask(self.sizes)
        self.lead_price = LEAD if self.problem.rules.one_lead_per_group else 0

    def _per_item(self, values: Ints) -> Ints:
        seats = self.item_of[self.present]
        summed = np.bincount(seats, weights=values[self.present], minlength=len(self.items))
        return np.asarray(summed, dtype=np.int64)

    def _per_group(self, seats: Ints, values: Ints) -> Ints:
        summed = np.bincount(self.group[seats], weights=values[seats], minlength=len(self.sizes))
        return np.asarray(summed, dtype=np.int64)

    def seat(self, item: int, group: int) -> None:
        """Put an item into a group."""
        for person in self.items[item]:
            self.group[person] = group
            self.seated[group].append(person)
        self.room[group] -= len(self.items[item])
        self.item_group[item] = group
        self.lead_count[group] += self.item_leads[item]

    def joining(self, item: int) -> Ints:
        """What joining each group as it is now would cost an item."""
        row = self.problem.rows(np.array(self.items[item])).sum(axis=0)
        placed = self.present[self.group[self.present] >= 0]
        cost = self._per_group(placed, row)
        cost += self.odd * self.turn_cost[item]
        if self.item_leads[item]:
            cost -= self.lead_price * (self.lead_count == 0)
        return cost

    def price(self) -> None:
        """Work out what everyone's seat costs them now."""
        for group in range(len(self.sizes)):
            self._price_group(group)

    def _price_group(self, group: int) -> None:
        seats = np.array(self.seated[group], dtype=np.int64)
        if len(seats):
            self.own[seats] = self.problem.rows(seats)[:, seats].sum(axis=1)

    def total(self) -> int:
        """The cost of the round: pairs, odd seats out of turn, groups without a lead."""
        pairs = int(self.own[self.present].sum()) // 2
        turns = int((self.turn_cost * self.odd[self.item_group]).sum())
        return pairs + turns + self.lead_price * int((self.lead_count == 0).sum())

    def hot_items(self) -> Ints:
        """Items whose seat is worse than a matter of mix: they are worth a swap."""
        cost: Flags = self._per_item(self.own) >= REPEAT
        cost |= (self.turn_cost * self.odd[self.item_group]) > 0
        if self.lead_price and (self.lead_count > 1).any():
            cost |= (self.lead_count == 0)[self.item_group]
        hot: Ints = np.flatnonzero(cost & ~self.fixed)
        return hot

    def swap_changes(self, item: int) -> Ints:
        """How the total changes when `item` changes places with each other item; huge where it cannot."""
        home = int(self.item_group[item])
        mine = self.problem.rows(np.array(self.items[item])).sum(axis=0)
        seats = self.present
        by_group = self._per_group(seats, mine)
        mates = np.array([p for p in self.seated[home] if self.item_of[p] != item], dtype=np.int64)
        theirs = self.problem.rows(mates).sum(axis=0) if len(mates) else np.zeros_like(mine)
        others = self.item_group
        changes: Ints = by_group[others] - by_group[home] + self._per_item(theirs - self.own - mine)
        changes += (self.turn_cost[item] - self.turn_cost) * (
            self.odd[others].astype(np.int64) - int(self.odd[home])
        )
        if self.lead_price:
            moved = self.item_leads - self.item_leads[item]
            now, then = self.lead_count[home], self.lead_count[others]
            changes += self.lead_price * (
                (now + moved == 0).astype(np.int64) + (then - moved == 0) - (now == 0) - (then == 0)
            )
        barred = (others == home) | self.fixed | (self.item_size != self.item_size[item])
        changes[barred] = np.iinfo(np.int64).max // 4
        return changes

    def swap(self, a: int, b: int) -> None:
        """Let two items change places."""
        at, to = int(self.item_group[a]), int(self.item_group[b])
        for item, old, new in ((a, at, to), (b, to, at)):
            for person in self.items[item]:
                self.seated[old].remove(person)
                self.seated[new].append(person)
                self.group[person] = new
            self.item_group[item] = new
            self.lead_count[old] -= self.item_leads[item]
            self.lead_count[new] += self.item_leads[item]
        self._price_group(at)
        self._price_group(to)

    def groups(self) -> list[list[int]]:
        """The groups as they are now, people in order."""
        return [sorted(seated) for seated in self.seated]


def odd_mask(sizes: Sequence[int]) -> Ints:
    """1 for the groups of the rarer size (the larger size when both are as common)."""
    sizes_now = list(sizes)
    kinds = sorted(set(sizes_now), key=lambda size: (sizes_now.count(size), -size))
    return np.array([len(kinds) > 1 and size == kinds[0] for size in sizes_now], dtype=np.int64)


def turn_price(sizes: Sequence[int]) -> int:
    """What an odd seat out of turn costs: much for a trio among pairs, little for a five among fours."""
    return FAIR if min(sizes) <= 2 else TURN


def items_of(problem: Problem, present: Sequence[int]) -> Items:
    """The keep-together units as far as they are present, and everybody else alone."""
    here = set(present)
    units = [[person for person in unit if person in here] for unit in problem.glued]
    units = [unit for unit in units if unit]
    taken = {person for unit in units for person in unit}
    return units + [[person] for person in sorted(here - taken)]


def arranged(problem: Problem, present: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """The sizes, larger ones first for the groups that more people are locked into."""
    here = set(present)
    held = [0] * len(sizes)
    for person, group in problem.locks.items():
        if person in here and 0 <= group < len(sizes):
            held[group] += 1
    order = sorted(range(len(sizes)), key=lambda group: (-held[group], group))
    out = [0] * len(sizes)
    for group, size in zip(order, sorted(sizes, reverse=True), strict=True):
        out[group] = size
    return out
