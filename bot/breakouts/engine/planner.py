"""The engine: from people, rules and history to a plan, by whichever method fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.breakouts.engine.clashes import packing_clash, refuse, visible_clash
from bot.breakouts.engine.explain import certified, explain
from bot.breakouts.engine.model import Clash, History, Member, Plan, Round, Rules
from bot.breakouts.engine.problem import Problem, compile_problem
from bot.breakouts.engine.sizes import group_count, group_sizes
from bot.breakouts.engine.solving import Progress, SolvingState, solve


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
    here = [[problem.ids[person] for person in round_] for round_ in present]
    clash = visible_clash(members, rules, sizes, here) or packing_clash(rules, sizes, here)
    if clash is not None:
        raise refuse(clash, members, rules, max(map(len, here)))
    solved = solve(SolvingState(problem, present, sizes, seed, effort, progress))
    if solved.schedule is None:
        raise refuse(None, members, rules, max(map(len, here)))
    if progress is not None:
        progress(1.0)
    named = tuple(_named(problem, groups) for groups in solved.schedule)
    why = explain(members, rules, named, past, solved.method, seed, solved.fairness_cost)
    return Plan(named, why, certified(rules, past, why))


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
        common=wished.common,
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
