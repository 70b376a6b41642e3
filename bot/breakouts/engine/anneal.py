"""Whole schedules in the tight middle: simulated annealing over all rounds at once.

A step swaps two people of one round. Who has met whom is kept as bit masks (plain integers), so that the
change in repeats is four population counts, whatever the group size. Steps are counted, not seconds: the same
seed gives the same plan on a slow machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp
from random import Random

from bot.breakouts.engine.problem import REPEAT, Layer, Problem
from bot.breakouts.engine.seating import odd_mask, turn_price

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
        sizes = [[len(group) for group in groups] for groups in schedule]
        self.odd = [odd_mask(round_sizes).tolist() for round_sizes in sizes]
        self.turns: list[int] = problem.odd.tolist()
        self.fair = max(map(turn_price, sizes)) / REPEAT if any(map(any, self.odd)) else 0.0
        self.mask = [[sum(1 << p for p in group) for group in groups] for groups in schedule]
        self.count: list[list[int]] = problem.met.astype(int).tolist()
        for turn, groups in enumerate(self.groups):
            for number, group in enumerate(groups):
                for a in group:
                    self.home[turn][a] = number
                    self.turns[a] += self.odd[turn][number]
                    for b in group:
                        self.count[a][b] += a != b
        self.met1 = [sum(1 << j for j, c in enumerate(row) if c > 0) for row in self.count]
        self.met2 = [sum(1 << j for j, c in enumerate(row) if c > 1) for row in self.count]

    def repeats(self) -> int:
        """Meetings beyond the first of each pair, history included."""
        return sum(c - 1 for row in self.count for c in row if c > 1) // 2

    def unfairness(self) -> float:
        """What the odd seats cost: each as often as its holder had one before, less what cannot be helped."""
        low, more = divmod(sum(self.turns), len(self.turns))
        least = low * (low - 1) // 2 * len(self.turns) + low * more
        return self.fair * (sum(times * (times - 1) // 2 for times in self.turns) - least)

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
        shifted = self.odd[turn][ga] - self.odd[turn][gb]
        self.turns[a] -= shifted
        self.turns[b] += shifted


def swappable(problem: Problem, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Whom annealing may swap for whom in a round: neither locked nor glued, and leads only for leads, so
    that what the round got right stays right.
    """
    held = set(problem.locks) | {person for unit in problem.glued for person in unit}
    classes: dict[bool, list[int]] = {}
    for group in groups:
        for person in group:
            if person not in held:
                lead = problem.rules.one_lead_per_group and bool(problem.leads[person])
                classes.setdefault(lead, []).append(person)
    return [sorted(people) for _, people in sorted(classes.items()) if len(people) > 1]


def anneal(
    problem: Problem,
    schedule: Schedule,
    seed: int,
    steps: int,
    bound: int = 0,
    progress: Callable[[float], None] | None = None,
    hot: float = HOT,
) -> Annealed:
    """The best schedule met on the way; never worse than the one given.

    `bound` is the number of repeats (history included) at which to stop: at once where nothing else counts,
    after one cooling where odd seats are to be shared out as well. A start that is good already is better
    kept with a lower temperature to begin with (`hot=WARM`).
    """
    state = _State(problem, schedule)
    classes = [swappable(problem, groups) for groups in schedule]
    turns = [turn for turn, kinds in enumerate(classes) if kinds]
    if not turns:
        return Annealed(schedule, 0)
    layers = problem.layers()
    best = _Best(state, layers)
    rng = Random(seed)
    for start in range(STARTS):
        for part in range(COOLINGS):
            heat = hot * (COLD / hot) ** (part / (COOLINGS - 1))
            _wander(state, [(turn, classes[turn]) for turn in turns], layers, heat, rng, best, steps)
            if not layers and best.cost <= bound:
                return best.kept()
            if progress is not None:
                progress((start + (part + 1) / COOLINGS) / STARTS)
        if not layers and best.cost - best.unfair <= bound + 1e-9:
            break
    return best.kept()


@dataclass(frozen=True)
class Annealed:
    """A schedule, and how many repeats fewer the best one has that cares for no turns."""

    schedule: Schedule
    fairness_cost: int


class _Best:
    """The cheapest schedule met so far; `unfair` is the part of its cost that the odd seats are, and `least`
    the cost of the cheapest without that part."""

    def __init__(self, state: _State, layers: Sequence[Layer]) -> None:
        self.cost: float = state.repeats() + _layer_cost(state, layers) + state.unfairness()
        self.now = self.cost
        self.unfair = self.unfair_now = state.unfairness()
        self.least = self.cost - self.unfair
        self.groups = [[list(group) for group in groups] for groups in state.groups]

    def look(self, state: _State, change: float, unfair: float) -> None:
        """Keep the schedule if it is the cheapest."""
        self.now += change
        self.unfair_now += unfair
        if self.now - self.unfair_now < self.least:
            self.least = self.now - self.unfair_now
        if self.now < self.cost - 1e-9:
            self.cost, self.unfair = self.now, self.unfair_now
            self.groups = [[list(group) for group in groups] for groups in state.groups]

    def kept(self) -> Annealed:
        """The cheapest, and what its turns cost."""
        return Annealed(self.groups, int(self.cost - self.unfair - self.least + 0.01))


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
        (people, len(people), state.home[turn], state.mask[turn], state.odd[turn], turn)
        for turn, kinds in turns
        for people in kinds
        for _ in people
    ]
    choices = len(flat)
    met1, met2, seats, fair = state.met1, state.met2, state.turns, state.fair
    for _ in range(steps // (STARTS * COOLINGS)):
        people, size, home, mask, odd, turn = flat[int(random() * choices)]
        a, b = people[int(random() * size)], people[int(random() * size)]
        ga, gb = home[a], home[b]
        if ga == gb:
            continue
        with_a, with_b = mask[ga] ^ 1 << a, mask[gb] ^ 1 << b
        change: float = -(met2[a] & with_a).bit_count() - (met2[b] & with_b).bit_count()
        if not change and not layers and odd[ga] == odd[gb] and random() > STIR:
            continue
        change += (met1[a] & with_b).bit_count() + (met1[b] & with_a).bit_count()
        unfair = 0.0
        if odd[ga] != odd[gb]:
            unfair = fair * (seats[b] - seats[a] + 1 if odd[ga] else seats[a] - seats[b] + 1)
            change += unfair
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
        best.look(state, change, unfair)


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
