"""Which method makes the schedule: a rule or design where one fits, else search, the best of what was
found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.breakouts.engine.anneal import HOT, WARM, Schedule, anneal
from bot.breakouts.engine.bound import lower_bound
from bot.breakouts.engine.clashes import contradicts, sits_barred
from bot.breakouts.engine.matching import MATCHED_MOST, match_round
from bot.breakouts.engine.placing import place
from bot.breakouts.engine.problem import REPEAT, Problem
from bot.breakouts.engine.rounds import make_round
from bot.breakouts.engine.seating import odd_mask, turn_price
from bot.breakouts.engine.structured import method_and_schedule
from bot.breakouts.engine.uneven import evened, uneven

ANNEALED_MOST = 400
STEPS = 800_000
STEPS_A_SEAT = 7_000
TIGHT = 0.5
Progress = Callable[[float], None]


@dataclass(frozen=True)
class SolvingState:
    """What is to be solved: who is there and how large the groups are, round by round."""

    problem: Problem
    present: list[list[int]]
    sizes: list[tuple[int, ...]]
    seed: int
    effort: float = 1.0
    progress: Progress | None = None

    @property
    def annealed(self) -> bool:
        """Whether whole schedules are searched: several rounds, and not too many people."""
        return len(self.sizes) > 1 and self.problem.people <= ANNEALED_MOST

    @property
    def tight(self) -> bool:
        """Whether people meet more than half of the others."""
        wanted = sum(max(round_sizes) - 1 for round_sizes in self.sizes)
        return self.annealed and wanted > TIGHT * max(1, self.problem.people - 1)

    @property
    def steps(self) -> int:
        """How many swaps annealing may propose."""
        return int(self.effort * min(STEPS, STEPS_A_SEAT * sum(map(len, self.present))))

    def first(self, rounds: int) -> SolvingState:
        """The same with fewer rounds."""
        return SolvingState(self.problem, self.present[:rounds], self.sizes[:rounds], self.seed, self.effort)

    def after(self, rounds: int) -> SolvingState:
        """The rounds that remain."""
        return SolvingState(self.problem, self.present[rounds:], self.sizes[rounds:], self.seed, self.effort)


@dataclass(frozen=True)
class Solved:
    """A schedule (None when the rules leave no way), and the repeats that fair odd seats cost it."""

    method: str
    schedule: Schedule | None
    fairness_cost: int = 0


def solve(room: SolvingState) -> Solved:
    """The schedule with the fewest repeats that the methods find within the effort."""
    problem = room.problem
    if any(contradicts(problem, here) for here in room.present):
        return Solved("none", None)
    ready = _ready_made(room)
    if ready is not None and not sits_barred(problem, ready[1]):
        return Solved(*ready)
    if ready is not None and problem.people <= ANNEALED_MOST:
        mended = anneal(problem, ready[1], room.seed, room.steps, progress=room.progress, hot=WARM)
        if not sits_barred(problem, mended.schedule):
            return Solved("annealing", mended.schedule)
    method, schedule = _round_by_round(room, 0.05 if room.tight else room.effort)
    if schedule is None or sits_barred(problem, schedule):
        return Solved(method, None)
    if not room.annealed and method != "matching":
        return Solved(method, schedule)
    again = _repeats(problem, schedule)
    bound = _bound(room) if again else 0
    if again <= bound:
        return Solved(method, schedule)
    if not room.annealed:
        return Solved(method, schedule, _cost_of_turns(room, method, again))
    return _improved(room, Solved(method, schedule), bound)


def _improved(room: SolvingState, found: Solved, bound: int) -> Solved:
    """The best of what search, a design for another number of people and annealing find."""
    problem = room.problem
    start = _near_design(room) if room.tight else None
    hot = HOT
    if start is not None and _better(problem, start.schedule, found.schedule):
        found, hot = start, WARM
    if _repeats(problem, found.schedule) > bound:
        assert found.schedule is not None
        goal = bound + _past_repeats(problem)
        better = anneal(problem, found.schedule, room.seed, room.steps, goal, room.progress, hot)
        if better.schedule != found.schedule and not sits_barred(problem, better.schedule):
            found = Solved("annealing", better.schedule, better.fairness_cost)
    if room.tight and _repeats(problem, found.schedule) > bound:
        longer = _extended(room)
        if _better(problem, longer, found.schedule):
            return Solved("design and tabu", longer)
    return found


def _near_design(room: SolvingState) -> Solved | None:
    """A design for about as many people, fitted to those who are there."""
    problem = room.problem
    groups = len(room.sizes[0])
    if problem.met.any() or problem.glued or problem.locks:
        return None
    if any(len(round_sizes) != groups for round_sizes in room.sizes):
        return None
    leads = problem.rules.one_lead_per_group
    people, rounds = problem.people, len(room.sizes)
    even = people % groups == 0
    base = method_and_schedule(people, groups, rounds, rows=leads) if even else None
    base = base or uneven(people, groups, rounds, rows=leads)
    placed = place(problem, base[1], groups, base[0], room.seed) if base else None
    if placed is None:
        return None
    there = evened(placed, room.present, room.sizes)
    return Solved("fitted design", there) if not sits_barred(problem, there) else None


def _better(problem: Problem, one: Schedule | None, other: Schedule | None) -> bool:
    """Whether the first keeps the rules and costs less, in repeats and turns, than the second."""
    if one is None or sits_barred(problem, one):
        return False
    return other is None or _cost(problem, one) < _cost(problem, other)


def _cost(problem: Problem, schedule: Schedule) -> int:
    """Repeats, and each odd seat as often as its holder had one before."""
    times, unfair = problem.odd.copy(), 0
    for groups in schedule:
        sizes = [len(group) for group in groups]
        for number in np.flatnonzero(odd_mask(sizes)):
            unfair += turn_price(sizes) * int(times[groups[number]].sum())
            times[groups[number]] += 1
    return REPEAT * _repeats(problem, schedule) + unfair


def _extended(room: SolvingState) -> Schedule | None:
    """As many rounds as a rule or a design gives without a repeat, and the others one at a time."""
    problem = room.problem
    for fewer in range(len(room.present) - 1, 1, -1):
        ready = _ready_made(room.first(fewer), tight=True)
        if ready is None:
            continue
        met = problem.met.copy()
        for groups in ready[1]:
            problem.record(groups)
        _, rest = _round_by_round(room.after(fewer), 0.3)
        problem.met = met
        return [*ready[1], *rest] if rest is not None else None
    return None


def _ready_made(room: SolvingState, *, tight: bool | None = None) -> tuple[str, Schedule] | None:
    """A rule's or a design's schedule, when everybody is always there, nobody has met and groups come out
    even.

    Barred pairs may be left in it where they do not fit: annealing mends them. In a loose room with a mix to
    mind, search mixes better than a rule does.
    """
    problem, sizes = room.problem, room.sizes
    if any(len(here) < problem.people for here in room.present) or len(set(sizes[0])) > 1:
        return None
    if problem.met.any() or problem.glued or problem.locks:
        return None
    if (problem.traits or problem.shares) and not (room.tight if tight is None else tight):
        return None
    leads = problem.rules.one_lead_per_group
    found = method_and_schedule(problem.people, len(sizes[0]), len(room.present), rows=leads)
    placed = place(problem, found[1], len(sizes[0]), found[0], room.seed) if found else None
    return (found[0], placed) if found and placed is not None else None


def _round_by_round(
    room: SolvingState, effort: float, *, in_turn: bool = True
) -> tuple[str, Schedule | None]:
    """Each round knows those before it; pairs by matching, larger groups by greedy seating and tabu.

    With `in_turn` off, odd seats go to anybody.
    """
    problem = room.problem
    pairs = max(max(round_sizes) for round_sizes in room.sizes) <= 3 and problem.rules.size == 2
    matched = pairs and not problem.glued and not problem.locks and problem.people <= MATCHED_MOST
    met, odd = problem.met.copy(), problem.odd.copy()
    if not in_turn:
        problem.odd = np.zeros_like(odd)
    schedule: Schedule = []
    for turn, (here, round_sizes) in enumerate(zip(room.present, room.sizes, strict=True)):
        groups = match_round(problem, here, (room.seed, turn)) if matched else None
        if groups is None:
            groups = make_round(problem, here, round_sizes, (room.seed, turn), effort)
        if groups is None:
            break
        problem.record(groups)
        for number in np.flatnonzero(odd_mask([len(group) for group in groups])) if in_turn else ():
            problem.odd[groups[number]] += 1
        schedule.append(groups)
        if room.progress is not None:
            room.progress((turn + 1) / (len(room.present) * 2))
    problem.met, problem.odd = met, odd
    if len(schedule) < len(room.present):
        return "tabu", None
    return ("matching" if matched else "tabu"), schedule


def _cost_of_turns(room: SolvingState, method: str, again: int) -> int:
    """How many repeats fewer there would be if odd seats went to anybody."""
    if method != "matching" or all(len(set(round_sizes)) == 1 for round_sizes in room.sizes):
        return 0
    _, free = _round_by_round(room, room.effort, in_turn=False)
    return max(0, again - _repeats(room.problem, free)) if free is not None else 0


def _repeats(problem: Problem, schedule: Schedule | None) -> int:
    """Meetings of the schedule between people who had met already."""
    met = problem.met.copy()
    again = 0
    for groups in schedule or ():
        for group in groups:
            seats = np.array(group)
            block = met[np.ix_(seats, seats)]
            again += int(np.triu(block > 0, 1).sum())
            met[np.ix_(seats, seats)] = np.minimum(block, 100) + 1
    return again


def _past_repeats(problem: Problem) -> int:
    """Repeats that the history holds already."""
    return int(np.maximum(problem.met.astype(int) - 1, 0).sum()) // 2


def _bound(room: SolvingState) -> int:
    problem = room.problem
    ids = problem.ids
    before = {(ids[a], ids[b]): 1 for a, b in zip(*np.nonzero(np.triu(problem.met > 0, 1)), strict=True)}
    barred = [(ids[a], ids[b]) for a, b in sorted(problem.barred)]
    present = [[ids[p] for p in here] for here in room.present]
    return lower_bound(present, room.sizes, barred, before, problem.rules.together).repeats
