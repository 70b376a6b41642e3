"""What the answers to an evaluation come to. Every result carries its n; nothing is a percentage without one.

The functions take tallies (answer → how many gave it), which is what a grouped query returns; `tally` makes
one from a list. A missing answer, skipped or "prefer not to answer", is None and counts in no n.
`docs/formulas.md` gives each definition with its source and a worked example.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist
from typing import TypeVar

Answer = TypeVar("Answer")

AGREE, STRONGLY_AGREE = 4, 5
_Z_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """`count` out of `n`. With n = 0 there is no percentage."""

    count: int
    n: int

    def __post_init__(self) -> None:
        """Raise ValueError for a part that is negative or larger than the whole."""
        if not 0 <= self.count <= self.n:
            raise ValueError(f"{self.count} of {self.n} is not a share")

    @property
    def percent(self) -> float | None:
        """From 0 to 100, not rounded."""
        return 100 * self.count / self.n if self.n else None

    def rounded(self, places: int = 1) -> Decimal | None:
        """The percentage as printed: rounded half up from the exact fraction, the same on every surface."""
        if not self.n:
            return None
        return round_half_up(Decimal(100 * self.count) / self.n, places)


@dataclass(frozen=True)
class Interval:
    """A 95 % interval, both ends in percent."""

    low: float
    high: float


@dataclass(frozen=True)
class Recommendation:
    """Those who agree or strongly agree to recommend, of those who answered; 95 % Wilson interval."""

    share: Share
    interval: Interval | None

    @property
    def n(self) -> int:
        """How many answered."""
        return self.share.n


@dataclass(frozen=True)
class NetPromoter:
    """Promoters (9–10), passives (7–8) and detractors (0–6) of a 0–10 item."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        """How many answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> float | None:
        """% promoters − % detractors, from −100 to +100, not rounded."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None


@dataclass(frozen=True)
class RetrospectiveChange:
    """Self-reported: "before" and "now" (1–5) rated at one time, over complete pairs only."""

    forms: int
    n: int
    mean_before: float | None
    mean_now: float | None
    improved: Share
    same: Share
    declined: Share

    @property
    def mean_change(self) -> float | None:
        """Mean of now − before, in scale points."""
        if self.mean_before is None or self.mean_now is None:
            return None
        return self.mean_now - self.mean_before


@dataclass(frozen=True)
class Mean:
    """The mean of `n` ratings, in scale points; None when nobody answered."""

    value: float | None
    n: int


def tally(answers: Iterable[Answer | None]) -> dict[Answer, int]:
    """How many gave each answer; missing answers (None) are left out."""
    return dict(Counter(answer for answer in answers if answer is not None))


def response_rate(valid_responses: int, eligible_attendees: int) -> Share:
    """Valid responses ÷ eligible attendees."""
    return Share(valid_responses, eligible_attendees)


def recommendation(ratings: Mapping[int, int]) -> Recommendation:
    """(Agree + strongly agree) ÷ non-missing, of a tally over 1–5. Never derived from a 0–10 item."""
    _within(ratings, 1, 5)
    share = Share(ratings.get(AGREE, 0) + ratings.get(STRONGLY_AGREE, 0), sum(ratings.values()))
    return Recommendation(share, wilson_interval(share))


def wilson_interval(share: Share) -> Interval | None:
    """95 % interval of a proportion: Wilson 1927, JASA 22:209–212, without continuity correction."""
    if not share.n:
        return None
    n, p, z = share.n, share.count / share.n, _Z_95
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return Interval(100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach))


def net_promoter(ratings: Mapping[int, int]) -> NetPromoter:
    """Of a tally over 0–10 (Reichheld 2003). Never derived from a 1–5 item."""
    _within(ratings, 0, 10)
    return NetPromoter(
        promoters=sum(count for rating, count in ratings.items() if rating >= 9),
        passives=sum(count for rating, count in ratings.items() if rating in {7, 8}),
        detractors=sum(count for rating, count in ratings.items() if rating <= 6),
    )


def intent_to_apply(answers: Mapping[str, int]) -> Share:
    """Yes ÷ non-missing, of a tally over yes, maybe, no and na ("not applicable" is an answer)."""
    unknown = set(answers) - {"yes", "maybe", "no", "na"}
    if unknown:
        raise ValueError(f"not an answer about intent: {', '.join(sorted(unknown))}")
    return Share(answers.get("yes", 0), sum(answers.values()))


def mean_rating(ratings: Mapping[int, int]) -> Mean:
    """The mean of a tally of whole-number ratings."""
    n = sum(ratings.values())
    total = sum(rating * count for rating, count in ratings.items())
    return Mean(total / n if n else None, n)


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of `n` numbers, and where most of them lie; all None where too few gave one."""

    n: int
    median: float | None = None
    low: int | None = None
    high: int | None = None


def spread_of(numbers: Mapping[int, int], k: int) -> Spread:
    """Of a tally of whole numbers. `low` is the k-th smallest and `high` the k-th largest, from 2k numbers
    on: then k people or more stand at each and beyond. The least and the largest are one person's own."""
    ordered = list(Counter(numbers).elements()) if numbers else []
    ordered.sort()
    n = len(ordered)
    if n < 2 * k:
        return Spread(n)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return Spread(n, median, ordered[k - 1], ordered[n - k])


def retrospective_change(pairs: Mapping[tuple[int | None, int | None], int]) -> RetrospectiveChange:
    """Of a tally of (before, now) pairs over 1–5; a pair with a missing half counts as a form, not in n.

    Retrospective pre-test: Howard 1980, Evaluation Review 4:93–106.
    """
    complete = {(b, now): count for (b, now), count in pairs.items() if b is not None and now is not None}
    before = Counter({b: 0 for b, _ in complete})
    after = Counter({now: 0 for _, now in complete})
    for (b, now), count in complete.items():
        before[b] += count
        after[now] += count
    _within(before, 1, 5)
    _within(after, 1, 5)
    n = sum(complete.values())
    return RetrospectiveChange(
        forms=sum(pairs.values()),
        n=n,
        mean_before=mean_rating(before).value,
        mean_now=mean_rating(after).value,
        improved=Share(sum(count for (b, now), count in complete.items() if now > b), n),
        same=Share(sum(count for (b, now), count in complete.items() if now == b), n),
        declined=Share(sum(count for (b, now), count in complete.items() if now < b), n),
    )


def commitment_follow_through(answers: Mapping[str, int]) -> Share:
    """(Done + partly) ÷ follow-up respondents who had a commitment, of a tally over the answers below.

    `done`, `partly`, `not` and `changed` come from people with a commitment; `none` had none and is left out.
    """
    unknown = set(answers) - {"done", "partly", "not", "changed", "none"}
    if unknown:
        raise ValueError(f"not an answer about a commitment: {', '.join(sorted(unknown))}")
    had_one = sum(count for answer, count in answers.items() if answer != "none")
    return Share(answers.get("done", 0) + answers.get("partly", 0), had_one)


def round_half_up(value: Decimal | float, places: int = 1) -> Decimal:
    """As people round: 0.25 → 0.3 and −0.25 → −0.3. Exact for a Decimal; a float is read as it prints."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _within(ratings: Mapping[int, int], lowest: int, highest: int) -> None:
    outside = sorted(rating for rating in ratings if not lowest <= rating <= highest)
    if outside:
        raise ValueError(f"ratings must be from {lowest} to {highest}, not {outside}")
