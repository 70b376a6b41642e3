"""The peer of the pairing benchmark: the genetic search of "good-enough golfers", from its description.

Per round: five shufflings to begin with; in each of 30 generations every candidate yields all swaps of
somebody out of its worst group and two random shufflings, each scored in full (the sum over pairs of squared
earlier meetings); of those that share the best score up to 100 stay; it ends early at a score of 0. As the
original does; only the scoring is done by numpy, so that Python is no handicap. A budget in seconds may cut
it short. Where groups do not come out even, the last seats are empty ones: they cost nothing beside a person,
and two in one group, like a pair that must never meet, cost as much as many repeats. Source:
github.com/islemaster/good-enough-golfers.
"""

from __future__ import annotations

import time
from collections.abc import Collection

import numpy as np
import numpy.typing as npt

GENERATIONS, RANDOM_MUTATIONS, BEGINNERS, KEPT = 30, 2, 5, 100
BARRED = 1_000
Ints = npt.NDArray[np.int64]


def golfers(
    groups: int,
    size: int,
    rounds: int,
    seed: int,
    budget: float,
    people: int | None = None,
    never: Collection[tuple[int, int]] = (),
) -> tuple[list[list[list[int]]], bool]:
    """The schedule, and whether every round got all its generations within `budget` seconds.

    `size` is the larger size where there are fewer `people` than seats.
    """
    rng = np.random.default_rng(seed)
    seats = groups * size
    here = seats if people is None else people
    met = np.zeros((seats, seats), dtype=np.int64)
    extra = np.zeros((seats, seats), dtype=np.int64)
    extra[here:, here:] = BARRED
    for a, b in never:
        extra[a, b] = extra[b, a] = BARRED
    np.fill_diagonal(extra, 0)
    schedule = []
    ends = time.process_time() + budget
    complete = True
    for _ in range(rounds):
        seated, finished = _one_round(met**2 + extra, groups, size, rng, ends)
        complete &= finished
        for group in seated:
            met[np.ix_(group, group)] += 1
        np.fill_diagonal(met, 0)
        met[here:] = met[:, here:] = 0
        schedule.append([[int(person) for person in group if person < here] for group in seated])
    return schedule, complete


def _one_round(
    squares: Ints, groups: int, size: int, rng: np.random.Generator, ends: float
) -> tuple[Ints, bool]:
    """The best round found, as an array of groups, and whether there was time for every generation."""
    candidates = _shuffled(BEGINNERS, groups, size, rng)
    scores = _scores(squares, candidates)
    for _ in range(GENERATIONS):
        if int(scores.sum(axis=1).min()) == 0:
            break
        pool, pool_scores = [candidates], [scores]
        for one, score in zip(candidates, scores, strict=True):
            if time.process_time() > ends:
                return candidates[int(scores.sum(axis=1).argmin())], False
            pool.append(_mutations(one, score, rng))
            pool_scores.append(_scores(squares, pool[-1]))
        totals = np.concatenate([score.sum(axis=1) for score in pool_scores])
        best = rng.permutation(np.flatnonzero(totals == totals.min()))[:KEPT]
        candidates, scores = np.concatenate(pool)[best], np.concatenate(pool_scores)[best]
    return candidates[int(scores.sum(axis=1).argmin())], True


def _shuffled(count: int, groups: int, size: int, rng: np.random.Generator) -> Ints:
    return np.array([rng.permutation(groups * size).reshape(groups, size) for _ in range(count)])


def _scores(squares: Ints, candidates: Ints) -> Ints:
    """The cost of every group of every candidate."""
    total = np.zeros(candidates.shape[:2], dtype=np.int64)
    for i in range(candidates.shape[2]):
        for j in range(i + 1, candidates.shape[2]):
            total += squares[candidates[:, :, i], candidates[:, :, j]]
    return total


def _mutations(candidate: Ints, scores: Ints, rng: np.random.Generator) -> Ints:
    """Every swap of a seat of the candidate's worst group with a seat elsewhere, and some shufflings."""
    groups, size = candidate.shape
    line = candidate[np.argsort(-scores, kind="stable")].reshape(-1)
    seats = np.array([(i, j) for i in range(size) for j in range(size, len(line))], dtype=np.int64)
    swapped = np.tile(line, (len(seats), 1))
    rows = np.arange(len(seats))
    swapped[rows, seats[:, 0]], swapped[rows, seats[:, 1]] = line[seats[:, 1]], line[seats[:, 0]]
    shuffled = _shuffled(RANDOM_MUTATIONS, groups, size, rng)
    return np.concatenate([swapped.reshape(-1, groups, size), shuffled])
