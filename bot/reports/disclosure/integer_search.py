"""Finding a witness by integer programming (HiGHS), among all groups at once.

Persons who are in the same tables, shown or not, are one class. Variables are how many of a class stand in
each group; what is shown of each table must come out the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np

from bot.reports.disclosure.integer_program import Bounds, Row, solve
from bot.reports.disclosure.meetings import with_meetings
from bot.reports.disclosure.worlds import Held, Target, World

MOST_VARIABLES = 20_000
_NEAR_ENOUGH = 0.5
"""Any world with few people in other groups will do."""


def program_of(held: Held) -> Program | None:
    """None where there are too many of these worlds."""
    classes: dict[int, list[int]] = defaultdict(list)
    for person in range(len(held.groups)):
        key = 0
        for people in {column.people for column in held.columns}:
            key = key << 1 | (people >> person & 1)
        classes[key].append(person)
    groups = sorted(set(held.groups))
    if len(classes) * len(groups) > MOST_VARIABLES or not classes:
        return None
    return Program(held, groups, list(classes.values()))


class Program:
    """Rows: the size of each class, then every shown group of every table. All as in truth."""

    def __init__(self, held: Held, groups: list[str], classes: list[list[int]]) -> None:
        self.held, self.groups, self.classes = held, groups, classes
        self.place = {group: place for place, group in enumerate(groups)}
        wide = len(groups)
        truth = np.zeros(len(classes) * wide)
        for row, alike in enumerate(classes):
            for group, count in Counter(held.groups[person] for person in alike).items():
                truth[row * wide + self.place[group]] = count
        shown = [
            (column.people, self.place[group])
            for column in held.shown()
            for group in groups
            if column.shows(group)
        ]
        places = np.arange(len(truth)).reshape(len(classes), wide)
        sums = [list(mine) for mine in places]
        sums += [
            [places[row, place] for row, alike in enumerate(classes) if people >> alike[0] & 1]
            for people, place in shown
        ]
        self.rows = [Row(mine, truth[mine].sum(), truth[mine].sum()) for mine in sums]
        self.truth, self.wide = truth, wide

    def search(self, target: Target, k: int, seconds: float) -> World | None:
        """A world in which the number is larger, up to k; else one in which it is smaller; few people
        stand in another group. None where there is none among these worlds, or it takes too long."""
        aim = [
            row * self.wide + self.place[target.group]
            for row, alike in enumerate(self.classes)
            if target.inside >> alike[0] & 1
        ]
        for sign in (-1, 1):  # larger first
            found = self._solve(aim, target, sign, k, seconds)
            if found is not None and (world := with_meetings(self.held, found)) is not None:
                return world
        return None

    def _solve(
        self, aim: list[int], target: Target, sign: int, k: int, seconds: float
    ) -> dict[int, str] | None:
        now = float(self.truth[aim].sum())
        limits = (now + 1, now + max(1, k - target.value)) if sign < 0 else (0.0, now - 1)
        if limits[1] < limits[0]:
            return None
        rows = [*self.rows, Row(aim, *limits)]
        if not self._is_possible(rows):
            return None
        # Those who stay in a group, then those who join it.
        many = len(self.truth)
        twice = [
            replace(row, variables=[*row.variables, *(many + at for at in row.variables)]) for row in rows
        ]
        none, all_of_them = np.zeros(many), np.full(many, np.inf)
        found = solve(
            twice,
            Bounds(np.zeros(2 * many), np.concatenate([self.truth, all_of_them])),
            cost=np.concatenate([none, np.ones(many)]),
            seconds=seconds,
            gap=_NEAR_ENOUGH,
        )
        if found is None:
            return None
        stay, join = found.reshape(2, -1)
        return self._world(stay + join)

    def _is_possible(self, rows: list[Row]) -> bool:
        """With parts of people: nearly always as good as with whole ones, and much quicker to deny."""
        some = Bounds(np.zeros(len(self.truth)), np.full(len(self.truth), np.inf))
        return solve(rows, some, whole=False) is not None

    def _world(self, counts: np.ndarray) -> dict[int, str]:
        """Persons for the counts: whoever can stay in their group does."""
        world: dict[int, str] = {}
        for row, people in enumerate(self.classes):
            wanted = Counter(
                {group: int(counts[row * self.wide + place]) for group, place in self.place.items()}
            )
            waiting: list[int] = []
            for person in people:
                group = self.held.groups[person]
                if wanted[group] > 0:
                    wanted[group] -= 1
                else:
                    waiting.append(person)
            world |= dict(zip(waiting, wanted.elements(), strict=True))
        return world
