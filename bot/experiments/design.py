"""The power of a micro-randomised trial. Pure.

Each person is drawn into one of two arms anew at each occasion (a person's own copy of a message), by a
keyed digest of the sealed seed and the message's key (`bot.statistics.draws`): nobody can foresee a draw, and
the plan cannot be changed without the audit trail showing it. Klasnja and others (2015), Health Psychology
34: 1220-1228.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from bot.statistics.draws import SHARE

POWER = 0.8
LEVEL = 0.05
LEAST_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class Power:
    """`detectable` is the smallest difference between the arms' shares that is found in `POWER` of such
    trials; `enough` whether that is no more than `wanted`."""

    people: int
    occasions: int
    detectable: float
    wanted: float

    @property
    def enough(self) -> bool:
        return self.people >= LEAST_PEOPLE and self.detectable <= self.wanted


def power(people: int, occasions: int, usual: float, wanted: float, share: float = SHARE) -> Power:
    """For `people` with `occasions` each, where `usual` is the share that answers today.

    Variance of the difference ≤ (v₁/share + v₀/(1 − share)) ÷ (people × occasions), v = q(1 − q) of each
    arm's share q, taken at its larger of the two; Liao and others (2016), Statistics in Medicine 35: 1944-71.
    """
    new = min(1.0, max(0.0, usual + wanted))
    largest = max(usual * (1 - usual), new * (1 - new), 0.01)
    normal = NormalDist()
    z = normal.inv_cdf(1 - LEVEL / 2) + normal.inv_cdf(POWER)
    trials = max(1, people * occasions)
    return Power(people, occasions, z * sqrt(largest / (share * (1 - share) * trials)), wanted)
