"""Whole schedules in the tight middle: simulated annealing over all rounds at once.

A step swaps two people of one round. Who has met whom is kept as bit masks (plain integers), so that the
change in repeats is four population counts, whatever the group size. Steps are counted, not seconds: the same
seed gives the same plan on a slow machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from random import Random

from bot.breakouts.engine.problem import Layer, Problem
from bot.breakouts.engine.seating import odd_mask

Schedule = list[list[list[int]]]
HOT, WARM, COLD = 0.5, 0.25, 0.16
STARTS, COOLINGS = 4, 60
STIR = 0.25


class _State:
    """The schedule as masks; `met1[i]` and `met2[i]` hold whom i meets at least once and at least twice."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        n = problem.people
        self.groups = [[list(group) for group in groups] for groups in schedule]
        self.home = [[-1] * n for _ in schedule]
        self.mask = [[sum(1 << p for p in group) for group in groups] for groups in schedule]
        self.count: list[list[int]] = problem.met.astype(int).tolist()
        for turn, groups in enumerate(self.groups):
            for number, group in enumerate(groups):
                for a in group:
                    self.home[turn][a] = number
                    for b in group:
                        self.count[a][b] += a != b
        self.met1 = [sum(1 << j for j, c in enumerate(row) if c > 0) for row in self.count]
        self.met2 = [sum(1 << j for j, c in enumerate(row) if c > 1) for row in self.count]

    def repeats(self) -> int:
        """Meetings beyond the first of each pair, history included."""
        return sum(c - 1 for row in self.count for c in row if c > 1) // 2

    def move(self, turn: int, person: int, old: int, new: int, other: int) -> None:
        """Count `person` out of one group and into another that `other` leaves at the same time."""
        count, met1, met2 = self.count, self.met1, self.met2
        mine, bit = count[person], 1 << person
        for mate in self.groups[turn][old]:
            if mate == person:
                continue
            left = mine[mate] - 1
            mine[mate] = count[mate][person] = left
            if left == 0:
                met1[person] ^= 1 << mate
                met1[mate] ^= bit
            elif left == 1:
                met2[person] ^= 1 << mate
                met2[mate] ^= bit
        for mate in self.groups[turn][new]:
            if mate == other:
                continue
            now = mine[mate] + 1
            mine[mate] = count[mate][person] = now
            if now == 1:
                met1[person] ^= 1 << mate
                met1[mate] ^= bit
            elif now == 2:
                met2[person] ^= 1 << mate
                met2[mate] ^= bit

    def swap(self, turn: int, a: int, b: int) -> None:
        """Let two people of one round change groups."""
        home, groups, mask = self.home[turn], self.groups[turn], self.mask[turn]
        ga, gb = home[a], home[b]
        self.move(turn, a, ga, gb, b)
        self.move(turn, b, gb, ga, a)
        groups[ga][groups[ga].index(a)] = b
        groups[gb][groups[gb].index(b)] = a
        both = 1 << a | 1 << b
        mask[ga] ^= both
        mask[gb] ^= both
        home[a], home[b] = gb, ga


def swappable(problem: Problem, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Whom annealing may swap for whom in a round: neither locked nor glued, of the same kind of group, and
    leads only for leads, so that what the round got right stays right."""
    held = set(problem.locks) | {person for unit in problem.glued for person in unit}
    odd = odd_mask([len(group) for group in groups])
    classes: dict[tuple[int, bool], list[int]] = {}
    for number, group in enumerate(groups):
        for person in group:
            if person not in held:
                lead = problem.rules.one_lead_per_group and bool(problem.leads[person])
                classes.setdefault((int(odd[number]), lead), []).append(person)
    return [sorted(people) for _, people in sorted(classes.items()) if len(people) > 1]


def anneal(
    problem: Problem,
    schedule: Schedule,
    seed: int,
    steps: int,
    bound: int = 0,
    progress: Callable[[float], None] | None = None,
    hot: float = HOT,
) -> Schedule:
    """The best schedule met on the way; never worse than the one given.

    `bound` is the number of repeats (history included) at which to stop. A start that is good already is
    better kept with a lower temperature to begin with (`hot=WARM`).
    """
    state = _State(problem, schedule)
    classes = [swappable(problem, groups) for groups in schedule]
    turns = [turn for turn, kinds in enumerate(classes) if kinds]
    if not turns:
        return schedule
    layers = problem.layers()
    best = _Best(state, layers)
    rng = Random(seed)
    for start in range(STARTS):
        for part in range(COOLINGS):
            heat = hot * (COLD / hot) ** (part / (COOLINGS - 1))
            _wander(state, [(turn, classes[turn]) for turn in turns], layers, heat, rng, best, steps)
            if not layers and best.cost <= bound:
                return best.groups
            if progress is not None:
                progress((start + (part + 1) / COOLINGS) / STARTS)
    return best.groups


class _Best:
    """The cheapest schedule met so far."""

    def __init__(self, state: _State, layers: Sequence[Layer]) -> None:
        self.cost: float = state.repeats() + _layer_cost(state, layers)
        self.now = self.cost
        self.groups = [[list(group) for group in groups] for groups in state.groups]

    def look(self, state: _State, change: float) -> None:
        """Keep the schedule if it is the cheapest."""
        self.now += change
        if self.now < self.cost - 1e-9:
            self.cost = self.now
            self.groups = [[list(group) for group in groups] for groups in state.groups]


def _wander(
    state: _State,
    turns: Sequence[tuple[int, list[list[int]]]],
    layers: Sequence[Layer],
    heat: float,
    rng: Random,
    best: _Best,
    steps: int,
) -> None:
    """A share of the steps at one temperature.

    Two people who both sit without a repeat are swapped only now and then: it cannot help, only stir.
    """
    random = rng.random
    flat = [
        (people, len(people), state.home[turn], state.mask[turn], turn)
        for turn, kinds in turns
        for people in kinds
        for _ in people
    ]
    choices = len(flat)
    met1, met2 = state.met1, state.met2
    for _ in range(steps // (STARTS * COOLINGS)):
        people, size, home, mask, turn = flat[int(random() * choices)]
        a, b = people[int(random() * size)], people[int(random() * size)]
        ga, gb = home[a], home[b]
        if ga == gb:
            continue
        with_a, with_b = mask[ga] ^ 1 << a, mask[gb] ^ 1 << b
        change: float = -(met2[a] & with_a).bit_count() - (met2[b] & with_b).bit_count()
        if not change and not layers and random() > STIR:
            continue
        change += (met1[a] & with_b).bit_count() + (met1[b] & with_a).bit_count()
        for cost, mates in layers:
            mine, theirs = mates[a], mates[b]
            change += cost * (
                (mine & with_b).bit_count()
                + (theirs & with_a).bit_count()
                - (mine & with_a).bit_count()
                - (theirs & with_b).bit_count()
            )
        if change > 0 and random() >= exp(-change / heat):
            continue
        state.swap(turn, a, b)
        best.look(state, change)


def _layer_cost(state: _State, layers: Sequence[Layer]) -> float:
    """What all pairs of all rounds cost apart from repeats."""
    seated = [
        (person, mask)
        for groups, masks in zip(state.groups, state.mask, strict=True)
        for group, mask in zip(groups, masks, strict=True)
        for person in group
    ]
    return (
        sum(cost * (mates[person] & mask).bit_count() for cost, mates in layers for person, mask in seated)
        / 2
    )
