"""The engine: from people, rules and history to a plan, by whichever method fits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from bot.breakouts.engine.anneal import WARM, Schedule, anneal
from bot.breakouts.engine.bound import lower_bound
from bot.breakouts.engine.clashes import contradicts, refuse, sits_barred, visible_clash
from bot.breakouts.engine.explain import explain
from bot.breakouts.engine.matching import MATCHED_MOST, match_round
from bot.breakouts.engine.model import Clash, History, Member, Plan, Round, Rules
from bot.breakouts.engine.placing import place
from bot.breakouts.engine.problem import Problem, compile_problem
from bot.breakouts.engine.rounds import make_round
from bot.breakouts.engine.seating import odd_mask
from bot.breakouts.engine.sizes import group_count, group_sizes
from bot.breakouts.engine.structured import method_and_schedule

ANNEALED_MOST = 400
STEPS = 1_500_000
STEPS_A_SEAT = 7_000
Progress = Callable[[float], None]


def plan(
    members: Sequence[Member],
    rules: Rules,
    rounds: int = 1,
    history: History | None = None,
    seed: int = 0,
    absent_by_round: Mapping[int, Collection[str]] | None = None,
    progress: Progress | None = None,
    effort: float = 1.0,
) -> Plan:
    """So many rounds of groups, and why they look as they do.

    `absent_by_round` numbers rounds from 0. `progress` is called with the share done, from 0 to 1. `effort`
    scales the search (1: within seconds). The same input, in any order, gives the same plan in any process.
    Raises `Clash` when the rules cannot all be kept.
    """
    past = history or History()
    problem = compile_problem(members, rules, past)
    present = _present(problem, rounds, absent_by_round or {})
    sizes = [_sizes(len(here), rules) for here in present]
    clash = visible_clash(members, rules, sizes, [[problem.ids[p] for p in here] for here in present])
    if clash is not None:
        raise refuse(clash, members, rules, max(map(len, present)))
    method, schedule = _solve(problem, present, sizes, seed, effort, progress)
    if schedule is None:
        raise refuse(None, members, rules, max(map(len, present)))
    if progress is not None:
        progress(1.0)
    named = tuple(_named(problem, groups) for groups in schedule)
    return Plan(named, explain(members, rules, named, past, method, seed))


def pair_up(
    members: Sequence[Member],
    rules: Rules | None = None,
    history: History | None = None,
    seed: int = 0,
) -> Plan:
    """Learning partners for one round: pairs, and a trio that rotates when the number is odd."""
    wished = rules or Rules()
    partners = Rules(
        size=2,
        mix=wished.mix,
        share=wished.share,
        never=wished.never,
        apart=wished.apart,
        together=wished.together,
        locks=wished.locks,
    )
    return plan(members, partners, 1, history, seed)


def _present(
    problem: Problem, rounds: int, absent_by_round: Mapping[int, Collection[str]]
) -> list[list[int]]:
    """Who is there, round by round."""
    if rounds < 1:
        raise Clash("A plan needs at least one round.", ("size",))
    away = [set(absent_by_round.get(turn, ())) for turn in range(rounds)]
    return [[i for i, person in enumerate(problem.ids) if person not in gone] for gone in away]


def _sizes(people: int, rules: Rules) -> tuple[int, ...]:
    return group_sizes(people, group_count(people, rules))


def _named(problem: Problem, groups: Sequence[Sequence[int]]) -> Round:
    """Ids again; groups keep their number, which a lock may point at."""
    return tuple(tuple(sorted(problem.ids[person] for person in group)) for group in groups)


def _solve(
    problem: Problem,
    present: list[list[int]],
    sizes: list[tuple[int, ...]],
    seed: int,
    effort: float,
    progress: Progress | None,
) -> tuple[str, Schedule | None]:
    """The method chosen, and its schedule."""
    if any(contradicts(problem, here) for here in present):
        return "none", None
    tight = _tightness(problem, sizes) > 0.5 and problem.people <= ANNEALED_MOST and len(sizes) > 1
    ready = _ready_made(problem, present, sizes, seed, tight)
    if ready is not None and not sits_barred(problem, ready[1]):
        return ready
    steps = int(effort * min(STEPS, STEPS_A_SEAT * sum(map(len, present))))
    if ready is not None and problem.people <= ANNEALED_MOST:
        mended = anneal(problem, ready[1], seed, steps, progress=progress, hot=WARM)
        if not sits_barred(problem, mended):
            return "annealing", mended
    method, schedule = _round_by_round(problem, present, sizes, seed, 0.05 if tight else effort, progress)
    if schedule is None or sits_barred(problem, schedule):
        return method, None
    again = _repeats(problem, schedule) if len(schedule) > 1 and problem.people <= ANNEALED_MOST else 0
    bound = _bound(problem, present, sizes) if again else 0
    if again > bound:
        better = anneal(problem, schedule, seed, steps, bound + _past_repeats(problem), progress)
        if not sits_barred(problem, better) and better != schedule:
            method, schedule = "annealing", better
    longer = _extended(problem, present, sizes, seed) if again > bound and tight else None
    if longer is None or sits_barred(problem, longer):
        return method, schedule
    if _repeats(problem, longer) < _repeats(problem, schedule):
        return "design and tabu", longer
    return method, schedule


def _extended(
    problem: Problem, present: list[list[int]], sizes: list[tuple[int, ...]], seed: int
) -> Schedule | None:
    """As many rounds as a rule or a design gives without a repeat, and the others one at a time."""
    for fewer in range(len(present) - 1, 1, -1):
        ready = _ready_made(problem, present[:fewer], sizes[:fewer], seed, tight=True)
        if ready is None:
            continue
        met = problem.met.copy()
        for groups in ready[1]:
            problem.record(groups)
        _, rest = _round_by_round(problem, present[fewer:], sizes[fewer:], seed, 0.3, None)
        problem.met = met
        return [*ready[1], *rest] if rest is not None else None
    return None


def _ready_made(
    problem: Problem, present: list[list[int]], sizes: list[tuple[int, ...]], seed: int, tight: bool
) -> tuple[str, Schedule] | None:
    """A rule's or a design's schedule, when everybody is always there and nobody has met.

    Barred pairs may be left in it where they do not fit: annealing mends them. In a loose room with a mix to
    mind, search mixes better than a rule does.
    """
    if any(len(here) < problem.people for here in present) or len(set(sizes[0])) > 1:
        return None
    if problem.met.any() or problem.glued or problem.locks:
        return None
    if (problem.traits or problem.shares) and not tight:
        return None
    leads = problem.rules.one_lead_per_group
    found = method_and_schedule(problem.people, len(sizes[0]), len(present), rows=leads)
    placed = place(problem, found[1], len(sizes[0]), found[0], seed) if found else None
    return (found[0], placed) if found and placed is not None else None


def _tightness(problem: Problem, sizes: list[tuple[int, ...]]) -> float:
    """Meetings wanted ÷ people there are to meet."""
    wanted = sum(max(round_sizes) - 1 for round_sizes in sizes)
    return wanted / max(1, problem.people - 1)


def _round_by_round(
    problem: Problem,
    present: list[list[int]],
    sizes: list[tuple[int, ...]],
    seed: int,
    effort: float,
    progress: Progress | None,
) -> tuple[str, Schedule | None]:
    """Each round knows those before it; pairs by matching, larger groups by greedy seating and tabu."""
    pairs = max(max(round_sizes) for round_sizes in sizes) <= 3 and problem.rules.size == 2
    matched = pairs and not problem.glued and not problem.locks and problem.people <= MATCHED_MOST
    met, odd = problem.met.copy(), problem.odd.copy()
    schedule: Schedule = []
    for turn, (here, round_sizes) in enumerate(zip(present, sizes, strict=True)):
        groups = match_round(problem, here, (seed, turn)) if matched else None
        if groups is None:
            groups = make_round(problem, here, round_sizes, (seed, turn), effort)
        if groups is None:
            return "tabu", None
        problem.record(groups)
        for number in np.flatnonzero(odd_mask([len(group) for group in groups])):
            problem.odd[groups[number]] += 1
        schedule.append(groups)
        if progress is not None:
            progress((turn + 1) / (len(present) * 2))
    problem.met, problem.odd = met, odd
    return ("matching" if matched else "tabu"), schedule


def _repeats(problem: Problem, schedule: Schedule) -> int:
    """Meetings of the schedule between people who had met already."""
    met = problem.met.copy()
    again = 0
    for groups in schedule:
        for group in groups:
            seats = np.array(group)
            block = met[np.ix_(seats, seats)]
            again += int(np.triu(block > 0, 1).sum())
            met[np.ix_(seats, seats)] = np.minimum(block, 100) + 1
    return again


def _past_repeats(problem: Problem) -> int:
    """Repeats that the history holds already."""
    return int(np.maximum(problem.met.astype(int) - 1, 0).sum()) // 2


def _bound(problem: Problem, present: list[list[int]], sizes: list[tuple[int, ...]]) -> int:
    ids = problem.ids
    before = {(ids[a], ids[b]): 1 for a, b in zip(*np.nonzero(np.triu(problem.met > 0, 1)), strict=True)}
    barred = [(ids[a], ids[b]) for a, b in sorted(problem.barred)]
    return lower_bound(
        [[ids[p] for p in here] for here in present], sizes, barred, before, problem.rules.together
    )
