"""Whose place is which in a ready-made schedule, when there is more to keep than repeats.

A rule or a design says only that *points* meet without repeats. Which person becomes which point is free, and
points that never meet are where people belong who must not. Swap points, best first, with a short tabu list.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.breakouts.engine.problem import NEVER, Flags, Ints, Problem

Schedule = list[list[list[int]]]
PLACED_MOST = 1_200
STEPS = 600


def place(problem: Problem, schedule: Schedule, groups: int, method: str, seed: int) -> Schedule | None:
    """The schedule with people for points, never-pairs and mix kept as well as they fit in.

    None when a group would be without a lead that could have one.

    One lead in every group is promised only by the Latin rule, whose first row has one person in every group.
    """
    rng = np.random.default_rng([seed, 1])
    n = problem.people
    first_row: Flags = np.zeros(n, dtype=np.bool_)
    point_of = rng.permutation(n)
    if problem.rules.one_lead_per_group:
        if method != "latin" or int(problem.leads.sum()) < groups:
            return None
        order = np.lexsort((rng.random(n), ~problem.leads))
        point_of[order] = np.concatenate([rng.permutation(groups), groups + rng.permutation(n - groups)])
        first_row = point_of < groups
    if not problem.plain:
        if n > PLACED_MOST:
            return None
        static = problem.static_rows(np.arange(n)).astype(np.int64)
        _improve(static, _meetings(schedule, n), point_of, first_row, rng)
    who = np.argsort(point_of).tolist()
    placed = [[[who[point] for point in group] for group in seated] for seated in schedule]
    if problem.rules.one_lead_per_group and not _all_led(problem, placed):
        return None
    return placed


def _all_led(problem: Problem, schedule: Schedule) -> bool:
    return all(problem.leads[group].any() for groups in schedule for group in groups)


def _meetings(schedule: Sequence[Sequence[Sequence[int]]], people: int) -> Ints:
    """How often two points meet in the whole schedule."""
    met = np.zeros((people, people), dtype=np.int64)
    for groups in schedule:
        for size in sorted({len(group) for group in groups}):
            seats = np.array([group for group in groups if len(group) == size])
            met[seats[:, :, None], seats[:, None, :]] += 1
    np.fill_diagonal(met, 0)
    return met


def _improve(
    static: Ints, meetings: Ints, point_of: Ints, first_row: Flags, rng: np.random.Generator
) -> None:
    """Swap points (in place) until nothing costs or the steps are used up."""
    n = len(point_of)
    met = meetings[np.ix_(point_of, point_of)]
    until = np.zeros(n, dtype=np.int64)
    own = (static * met).sum(axis=1)
    cost = least = int(own.sum()) // 2
    best = point_of.copy()
    for step in range(1, STEPS + 1):
        hot = np.flatnonzero(own > 0)
        if not len(hot):
            break
        worst = hot[own[hot] >= NEVER]
        a = int(rng.choice(worst if len(worst) else hot))
        change = met @ static[a] + static @ met[a] - own[a] - own + 2 * static[a] * met[a]
        barred = (first_row != first_row[a]) | ((until > step) & (cost + change >= least))
        barred[a] = True
        change[barred] = NEVER * n
        b = int(np.argmin(change + rng.random(n)))
        if change[b] >= NEVER * n:
            continue
        cost += int(change[b])
        point_of[[a, b]] = point_of[[b, a]]
        met[[a, b]] = met[[b, a]]
        met[:, [a, b]] = met[:, [b, a]]
        own = (static * met).sum(axis=1)
        until[a] = until[b] = step + 3 + int(rng.integers(6))
        if cost < least:
            least, best = cost, point_of.copy()
    point_of[:] = best
