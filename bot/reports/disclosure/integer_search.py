"""Finding a witness by integer programming (HiGHS), among all groups at once.

Persons who are in the same tables are one class. Variables are how many of a class stand in each group; what
is shown of each table must come out the same. Persons of published ties stay as they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from bot.reports.disclosure.worlds import Held, Target, World

MOST_VARIABLES = 20_000


def search(held: Held, target: Target, k: int, seconds: float) -> World | None:
    """A world in which the number is as large as possible, up to k; else as small as possible. None where
    there is none among these worlds, it takes too long, or there are too many."""
    shown = list(held.shown())
    classes: dict[int, list[int]] = defaultdict(list)
    tied = {person for ties in held.ties for pair in ties.pairs for person in pair}
    for person in range(len(held.groups)):
        if person in tied:
            continue
        key = target.inside >> person & 1
        for column in shown:
            key = key << 1 | (column.people >> person & 1)
        classes[key].append(person)
    groups = sorted(set(held.groups))
    if len(classes) * len(groups) > MOST_VARIABLES or not classes:
        return None
    program = _Program(held, target, groups, list(classes.values()))
    for sign in (-1, 1):  # most first
        found = program.solve(sign, k, seconds)
        if found is not None:
            return found
    return None


class _Program:
    """Rows: the size of each class, then every shown group of every table. All as in truth."""

    def __init__(self, held: Held, target: Target, groups: list[str], classes: list[list[int]]) -> None:
        self.held, self.target, self.groups, self.classes = held, target, groups, classes
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
        rows = lil_array((len(classes) + len(shown), len(classes) * wide))
        for row in range(len(classes)):
            rows[row, row * wide : (row + 1) * wide] = 1
        for index, (people, place) in enumerate(shown, start=len(classes)):
            for row, alike in enumerate(classes):
                if people >> alike[0] & 1:
                    rows[index, row * wide + place] = 1
        self.rows, self.truth, self.wide = rows.tocsr(), truth, wide
        self.aim = np.zeros(len(truth))
        for row, alike in enumerate(classes):
            if target.inside >> alike[0] & 1:
                self.aim[row * wide + self.place[target.group]] = 1

    def solve(self, sign: int, k: int, seconds: float) -> World | None:
        least, most = self.rows @ self.truth, self.rows @ self.truth
        now = float(self.aim @ self.truth)
        limits = (now + 1, now + max(1, k - self.target.value)) if sign < 0 else (0.0, now - 1)
        if limits[1] < limits[0]:
            return None
        constraints = [LinearConstraint(self.rows, least, most), LinearConstraint(self.aim, *limits)]
        found = milp(
            sign * self.aim,
            constraints=constraints,
            bounds=Bounds(0, np.inf),
            integrality=np.ones(len(self.truth)),
            options={"time_limit": seconds},
        )
        return None if found.x is None else self._world(np.rint(found.x).astype(int))

    def _world(self, counts: np.ndarray) -> World:
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
