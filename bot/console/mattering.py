"""Which of a cohort's planned messages matter today: those that wait for a person first, then the soonest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.console.planned_groups import Group
from bot.nudges.cohort_plan import APPROVAL

MOST = 3
"""More than these nobody decides on at once; the page has them all."""
NEAR = timedelta(days=7)
"""What waits is told so long before its time."""


def awaits_approval(group: Group) -> bool:
    """Whether it stays until a facilitator releases it, because the series demands that."""
    return group.held and group.nudge.reason == APPROVAL


def within(groups: Iterable[Group], until: datetime) -> list[Group]:
    return [one for one in groups if one.first <= until]


def that_matter(groups: Sequence[Group], now: datetime, most: int = MOST) -> list[Group]:
    """At most so many, in the order in which to look at them: what waits for approval, what is held and due
    within `NEAR`, then what goes out by itself, soonest first. Pure."""
    near = now + NEAR

    def rank(group: Group) -> tuple[int, datetime]:
        waits = group.held and group.first <= near
        return (0 if waits and awaits_approval(group) else 1 if waits else 2, group.first)

    return sorted(groups, key=rank)[:most]
