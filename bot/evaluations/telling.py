"""What may be said of answers without telling everybody's.

"0 of 5" tells the answer of each of the five, and "1 of 21" tells the one person what all others said. So a
share is said exactly only when at least two people stand on either side of it; else it is a band. Of fewer
than ten answers it is always a band, because the response rate beside it is exact. Every band fits at least
two counts. The same holds for a mean and a score at the end of their scale. [own]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from bot.statistics.formulas import Mean, NetPromoter, Share

FEWEST = 2
"""People who must stand on either side of an exact share."""
ENOUGH = 10
"""Answers from which on a share may be exact."""
_NEAR_THE_END = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`, both possible; None is the end of the scale. Shares in percent."""

    low: float | None
    high: float | None


def in_words(band: Band | None, text: Callable[[float], str]) -> str:
    """``≥ 90%``, ``≤ 10%`` or ``20%–80%``; empty without a band."""
    if band is None:
        return ""
    if band.low is None:
        return f"≤ {text(band.high or 0)}"
    return f"≥ {text(band.low)}" if band.high is None else f"{text(band.low)}–{text(band.high)}"


def band_of_share(share: Share) -> Band | None:
    """The band of any share; None where it may be said exactly."""
    if not share.n or FEWEST <= share.count <= share.n - FEWEST:
        return None
    edge = 10 if share.n >= ENOUGH else 20 if share.n >= 5 else 50
    return Band(None, edge) if share.count < FEWEST else Band(100 - edge, None)


def band_of_answers(share: Share) -> Band | None:
    """The band of a share of answers; None where it may be said exactly."""
    if share.n >= ENOUGH or not share.n:
        return band_of_share(share)
    edges = [50] if share.n < 5 else [20, 80] if share.n < 7 else [20, 50, 80]
    percent = Fraction(100 * share.count, share.n)
    lower = [edge for edge in edges if edge < percent or (edge == percent and edge >= 50 and share.n >= 5)]
    low = max(lower, default=None)
    return Band(low, min((edge for edge in edges if low is None or edge > low), default=None))


def band_of_rest(share: Share) -> Band:
    """The band of a share that would give away another one of the same whole."""
    return band_of_answers(share) or _third(share)


def _third(share: Share) -> Band:
    percent = Fraction(100 * share.count, share.n)
    if percent <= 20:
        return Band(None, 20)
    return Band(80, None) if percent >= 80 else Band(20, 80)


def band_of_mean(mean: Mean, low: int = 1, high: int = 5) -> Band | None:
    """The band of a mean of which all answers, or all but one step, are at one end of the scale."""
    if mean.value is None:
        return None
    total = round(mean.value * mean.n)
    if high * mean.n - total < FEWEST:
        return Band(float(high - _NEAR_THE_END), None)
    return Band(None, float(low + _NEAR_THE_END)) if total - low * mean.n < FEWEST else None


def band_of_score(score: NetPromoter) -> Band | None:
    """The band of a net promoter score of which all, or all but one, are promoters or detractors."""
    edge = 80 if score.n >= ENOUGH else floor((100 - Fraction(200, max(1, score.n))) / 10) * 10
    if score.n - score.promoters < FEWEST:
        return Band(edge, None)
    return Band(None, -edge) if score.n - score.detractors < FEWEST else None
