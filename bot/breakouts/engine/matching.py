"""Partners for one round: the cheapest way to pair everybody, by maximum-weight matching."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from bot.breakouts.engine.problem import FAIR, MIX, NEVER, REPEAT, Ints, Problem

MATCHED_MOST = 1_000
DENSE_MOST = 200
CHEAPEST = 24
TRIOS_TRIED = 3
TRIOS_WEIGHED = 60
WAITING = 3 * MIX


def match_round(problem: Problem, present: Sequence[int], seed: Sequence[int]) -> list[list[int]] | None:
    """Pairs (and one trio when the number is odd) at the least total cost.

    The trio goes to people whose turn it is; of those, the three cheapest together. Above a few hundred
    people each person is offered only the cheapest candidates and some at random. None when the matching
    leaves somebody over: the caller then seats greedily.
    """
    rng = np.random.default_rng([*seed, 2])
    people = np.array(sorted(present), dtype=np.int64)
    costs = problem.rows(people)[:, people]
    if len(people) % 2 == 0:
        return _pairs(people, costs, list(range(len(people))), rng)
    best: list[list[int]] | None = None
    least = 0
    for trio in _trios(problem, people, costs, rng):
        rest = [i for i in range(len(people)) if i not in trio]
        pairs = _pairs(people, costs + _kept_for_a_trio(problem.odd[people], rest), rest, rng)
        if pairs is None:
            continue
        groups = [[int(people[i]) for i in trio], *pairs]
        at = {int(person): i for i, person in enumerate(people)}
        total = sum(int(costs[at[a], at[b]]) for group in groups for a, b in combinations(group, 2))
        if best is None or total < least:
            best, least = groups, total
    return best


def _trios(
    problem: Problem, people: Ints, costs: Ints, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """The cheapest few trios of people who sat in an odd group least often.

    One after which those whose turn comes next cannot make a trio of people who have not met costs the
    repeat that this will lead to: with 13 people in four rounds the last four have to make one.
    """
    turns = problem.odd[people]
    order = sorted(range(len(people)), key=lambda i: (int(turns[i]), rng.random()))
    third = turns[order[2]]
    pool = [i for i in order if turns[i] <= third][:24]

    def price(trio: tuple[int, ...]) -> int:
        together = sum(int(costs[a, b]) for a, b in combinations(trio, 2))
        return together + FAIR * sum(int(turns[i]) for i in trio)

    def price_with_next(trio: tuple[int, ...]) -> int:
        left = [i for i in pool if i not in trio]
        stuck = len(left) >= 3 and not _has_trio(left, problem.met[np.ix_(people, people)])
        return price(trio) + (REPEAT if stuck else 0)

    cheapest = sorted(combinations(pool, 3), key=price)[:TRIOS_WEIGHED]
    return sorted(cheapest, key=price_with_next)[:TRIOS_TRIED]


def _kept_for_a_trio(turns: Ints, rest: Sequence[int]) -> Ints:
    """What it costs to pair two people whose turn for the trio is still to come: they could not be in it
    together without a repeat. Less than a repeat, more than a pair of equals."""
    least = min((int(turns[i]) for i in rest), default=0)
    waiting = (turns == least).astype(np.int64)
    return WAITING * np.outer(waiting, waiting)


def _has_trio(rows: Sequence[int], met: npt.NDArray[np.int8]) -> bool:
    """Whether three of them have never met each other."""
    return any(not (met[a, b] or met[a, c] or met[b, c]) for a, b, c in combinations(rows, 3))


def _pairs(people: Ints, costs: Ints, rows: list[int], rng: np.random.Generator) -> list[list[int]] | None:
    """A perfect matching of these rows; None when there is none without a barred pair."""
    import rustworkx  # here, so that a bot without breakouts never pays for it

    if not rows:
        return []
    shuffled = rng.permutation(len(rows))
    some = np.array(rows)[shuffled]
    small = costs[np.ix_(some, some)]
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(some)))
    graph.add_edges_from(_edges(small, rng))
    if not graph.num_edges():
        return None
    top = int(small.max()) + 1
    matched = rustworkx.max_weight_matching(
        graph, max_cardinality=True, weight_fn=lambda cost: top - cost, verify_optimum=False
    )
    if len(matched) * 2 < len(some):
        return None
    return sorted(sorted((int(people[some[a]]), int(people[some[b]]))) for a, b in matched)


def _edges(costs: Ints, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Whom each person is offered: everybody in a small room, the cheapest and a few more in a large one."""
    n = len(costs)
    if n <= DENSE_MOST:
        return [(a, b, int(costs[a, b])) for a in range(n) for b in range(a + 1, n) if costs[a, b] < NEVER]
    noise = costs + rng.random((n, n))
    np.fill_diagonal(noise, np.inf)
    offered = np.argpartition(noise, CHEAPEST, axis=1)[:, :CHEAPEST]
    edges = {(min(a, b), max(a, b)) for a in range(n) for b in offered[a].tolist()}
    edges |= {(a, a + 1) for a in range(n - 1)} | {(a, n - 1 - a) for a in range(n // 2)}
    return [(a, b, int(costs[a, b])) for a, b in sorted(edges) if a != b and costs[a, b] < NEVER]
