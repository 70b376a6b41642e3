"""What came of a micro-randomised trial: the estimator that belongs to its design. Pure.

Weighted and centred least squares: the outcome on a few things known before the draw, and on the arm minus
its chance; so the difference is right even if the former are badly chosen (Boruvka, Almirall, Witkiewitz and
Murphy 2018, JASA 113: 1112-1121). Its variance is the sandwich over people, each person's residuals enlarged
as Mancl and DeRouen (2001) do for few of them, with the t distribution of people minus coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from bot.experiments.design import LEAST_PEOPLE
from bot.experiments.student import t_quantile
from bot.statistics.draws import SHARE

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One message to one person: the arm (0 or 1) that was drawn, and whether they did what it asks."""

    person: int
    number: int
    arm: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference of shares, new arm minus usual one, with its 95 % interval."""

    difference: float
    lower: float
    upper: float
    people: int
    occasions: int

    @property
    def found(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.lower > 0 or self.upper < 0


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing is said: `reason` is people, k or arms."""

    reason: str


def effect(occasions: Sequence[Occasion], k: int = 5, share: float = SHARE) -> Effect | Silent:
    """The effect, or why nothing may be said: fewer than `LEAST_PEOPLE`, or fewer than `k` people with an
    answer, or without one, in either arm."""
    people = sorted({occasion.person for occasion in occasions})
    if len(people) < LEAST_PEOPLE:
        return Silent("people")
    for arm in (0, 1):
        for answered in (True, False):
            who = {
                occasion.person
                for occasion in occasions
                if occasion.arm == arm and occasion.answered is answered
            }
            if len(who) < k:
                return Silent("k")
    return _estimated(sorted(occasions, key=lambda one: (one.person, one.number)), people, share)


def _estimated(occasions: Sequence[Occasion], people: Sequence[int], share: float) -> Effect:
    rows, outcome = _rows(occasions, share)
    who = np.array([occasion.person for occasion in occasions])
    bread = np.linalg.pinv(rows.T @ rows)
    beta = bread @ rows.T @ outcome
    left = outcome - rows @ beta
    meat = np.zeros_like(bread)
    for person in people:
        mine = who == person
        own = rows[mine]
        leverage = own @ bread @ own.T
        enlarged = np.linalg.solve(np.eye(len(own)) - leverage, left[mine])
        score = own.T @ enlarged
        meat += np.outer(score, score)
    variance = bread @ meat @ bread
    difference = float(beta[-1])
    half = t_quantile(0.975, len(people) - rows.shape[1]) * sqrt(max(0.0, float(variance[-1, -1])))
    return Effect(difference, difference - half, difference + half, len(people), len(occasions))


def _rows(occasions: Sequence[Occasion], share: float) -> tuple[Matrix, Matrix]:
    """An intercept, the occasion's number, the share of their earlier ones that the person answered, and the
    centred arm, which is the last column."""
    answered: dict[int, list[bool]] = {}
    rows, outcome = [], []
    for one in occasions:
        before = answered.setdefault(one.person, [])
        earlier = (sum(before) + 1) / (len(before) + 2)
        rows.append([1.0, float(one.number), earlier, one.arm - share])
        outcome.append(float(one.answered))
        before.append(one.answered)
    return np.array(rows), np.array(outcome)
