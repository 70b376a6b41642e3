"""Quantiles of Student's t distribution, for which we need no statistics library."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log, pi, sqrt
from statistics import NormalDist


@lru_cache(maxsize=512)
def t_quantile(share: float, degrees: int) -> float:
    """The value below which `share` (above 0.5) of the t distribution lies. Newton's method on the density,
    from the normal quantile; degrees of freedom of at least 3 (fewer count as 3)."""
    n = max(3, degrees)
    value = NormalDist().inv_cdf(share)
    for _ in range(60):
        step = (_below(value, n) - share) / _density(value, n)
        value -= step
        if abs(step) < 1e-10:
            break
    return value


def _density(value: float, n: int) -> float:
    return exp(lgamma((n + 1) / 2) - lgamma(n / 2) - (n + 1) / 2 * log(1 + value * value / n)) / sqrt(n * pi)


def _below(value: float, n: int) -> float:
    """The distribution function by Simpson's rule from 0: exact to ten digits for values below 20."""
    steps = 400
    width = value / steps
    inner = sum((4 if at % 2 else 2) * _density(at * width, n) for at in range(1, steps))
    return 0.5 + width / 3 * (_density(0, n) + inner + _density(value, n))
