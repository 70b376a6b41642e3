"""What the demo shows of the load and of recall, from what the far sides accepted.

A message counts for a person when it went to them alone: by the ledger's own recipients and clock. Join links
and what a person asked for (a reply to a command or a press carries no nudge) are not counted, except that
no two messages at all may share a minute.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from bot.features import all_kinds

WEEK = timedelta(days=7)
APART = all_kinds().apart
LOST = frozenset({"budget", "stale", "weekly_cap", "not_here"})
"""Reasons by which a check-in is lost; answered before, let go, left or stopped are its writer's own."""


@dataclass(frozen=True, slots=True)
class Got:
    """One message that one person got."""

    person: str
    at: datetime
    kind: str
    text: str

    @property
    def counts(self) -> bool:
        return self.kind not in APART


@dataclass(frozen=True, slots=True)
class ToldLoad:
    """What a person was told to expect since a moment, who stayed and changed nothing since."""

    person: str
    since: datetime
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What `throughline demo` and the simulator print at their end. Shares from 0 to 1."""

    recalls_per_core_idea_min: int
    recalls_per_core_idea_median: float
    core_ideas: int
    ideas_approved: int
    ideas_dropped_without_decision: int
    check_ins_planned: int
    check_ins_lost_share: float
    messages_in_7_days_max: int
    messages_in_7_days_median: float
    messages_in_7_days_p95: int
    messages_a_day_max: int
    messages_per_person_median: float
    same_minute_pairs: int
    told_load_within_20_percent_share: float
    told_load_people: int
    told_load_median_ratio: float
    opt_outs_per_100: float
    opt_outs: int
    messages: int

    def as_json(self) -> dict[str, object]:
        return {name: round(value, 4) for name, value in asdict(self).items()}

    def lines(self) -> list[str]:
        """For people to read."""
        return [
            f"recalls per core idea: {self.recalls_per_core_idea_min} at least, for each of "
            f"{self.core_ideas} ideas and everybody still reading (median "
            f"{self.recalls_per_core_idea_median:g})",
            f"approved ideas: {self.ideas_approved}, disappeared without a decision: "
            f"{self.ideas_dropped_without_decision}",
            f"check-ins: {self.check_ins_planned}, lost {self.check_ins_lost_share:.1%}",
            f"messages in a person's fullest 7 days: median {self.messages_in_7_days_median:g}, "
            f"95 % {self.messages_in_7_days_p95}, at most {self.messages_in_7_days_max}; on a day at most "
            f"{self.messages_a_day_max}; in the same minute {self.same_minute_pairs} pairs",
            f"told beforehand and got: {self.told_load_within_20_percent_share:.0%} of "
            f"{self.told_load_people} people within ±20 % (median got ÷ told "
            f"{self.told_load_median_ratio:.2f})",
            f"stops and pauses: {self.opt_outs}, {self.opt_outs_per_100:.2f} per 100 messages",
        ]


def fullest_week(moments: Iterable[datetime]) -> int:
    """The most messages that fall into any seven days."""
    ordered, most, start = sorted(moments), 0, 0
    for end, moment in enumerate(ordered):
        while ordered[start] <= moment - WEEK:
            start += 1
        most = max(most, end - start + 1)
    return most


def fullest_day(moments: Iterable[datetime], offset: timedelta = timedelta()) -> int:
    """The most on one calendar day (`offset` from UTC)."""
    days: defaultdict[object, int] = defaultdict(int)
    for moment in moments:
        days[(moment + offset).date()] += 1
    return max(days.values(), default=0)


def same_minute(moments: Iterable[datetime]) -> int:
    """Pairs of neighbouring messages in one minute of the clock."""
    minutes = [moment.replace(second=0, microsecond=0) for moment in sorted(moments)]
    return sum(one == other for one, other in pairwise(minutes))


def per_person(got: Iterable[Got]) -> Mapping[str, list[Got]]:
    found: defaultdict[str, list[Got]] = defaultdict(list)
    for one in got:
        found[one.person].append(one)
    return found


def percentile(values: Sequence[int], share: float) -> int:
    """The smallest value that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0


def within(told: Sequence[ToldLoad], got: Mapping[str, list[Got]], by: float = 0.2) -> tuple[float, float]:
    """The share of people who got the number told to within `by` of it, and the median of got ÷ told."""
    ratios = []
    for one in told:
        came = sum(each.counts and each.at > one.since for each in got.get(one.person, ()))
        ratios.append(came / one.total if one.total else 1.0)
    if not ratios:
        return 1.0, 1.0
    return sum(abs(ratio - 1) <= by + 1e-9 for ratio in ratios) / len(ratios), median(ratios)


def asked(messages: Iterable[Got], questions: Iterable[str]) -> int:
    """In how many of somebody's messages a question stands, in whatever language."""
    wanted = [plain_words(question) for question in questions if question]
    return sum(any(one in plain_words(message.text) for one in wanted) for message in messages)


def plain_words(text: str) -> str:
    """Only letters and digits: what platforms escape or wrap differently is the same here."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"&#?\w+;|[^\w]|_", "", folded)
