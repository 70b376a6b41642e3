"""What people recall, by idea and by time after the series: shares with n and interval, small ones hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.learning.recall_plan import RecallPlan
from bot.statistics.formulas import Share, wilson_interval
from prompts import dates
from prompts.text import Marked
from prompts.words import learning as words
from storage.learning import StickAnswer
from storage.people import Person

LEAST_EACH_SIDE = 2
"""A share is told only when so many people are on both of its sides; else unanimity would tell on each."""


@dataclass(frozen=True, slots=True)
class RecallShares:
    """By idea, and by reminder (counted from 1): how many said that they had it, of those who said."""

    by_idea: dict[int, Share]
    by_place: dict[int, Share]


async def recall_shares(db: AsyncSession, plan: RecallPlan) -> RecallShares:
    """Of the core ideas' answers after the series; who deleted their data no longer counts."""
    found = await db.scalars(
        select(StickAnswer)
        .join(Person)
        .where(
            col(StickAnswer.idea_id).in_(list(plan.places)),
            StickAnswer.place > 0,
            col(StickAnswer.recalled).is_not(None),
            col(Person.deleted_at).is_(None),
        )
    )
    answers = list(found)
    return RecallShares(
        by_idea=_shares((one.idea_id, one.recalled) for one in answers),
        by_place=_shares((one.place, one.recalled) for one in answers),
    )


def _shares(answers: Iterable[tuple[int, bool | None]]) -> dict[int, Share]:
    n: Counter[int] = Counter()
    had: Counter[int] = Counter()
    for name, recalled in answers:
        n[name] += 1
        had[name] += bool(recalled)
    return {name: Share(had[name], count) for name, count in n.items()}


def told(share: Share | None, k: int, language: str) -> Marked:
    """``78 % of 23 (58–90 %)``; hidden below k answers, and a bound where nearly all or nobody said so."""
    if share is None or share.n < k:
        return words.recall_hidden(language)
    if share.n - share.count < LEAST_EACH_SIDE:
        return words.recall_most(language, n=dates.number(language, share.n))
    if share.count < LEAST_EACH_SIDE:
        return words.recall_few(language, n=dates.number(language, share.n))
    interval = wilson_interval(share)
    assert interval is not None
    return words.recall_share(
        language,
        percent=dates.decimal(language, Decimal(share.percent or 0), 0),
        n=dates.number(language, share.n),
        low=dates.decimal(language, Decimal(interval.low), 0),
        high=dates.decimal(language, Decimal(interval.high), 0),
    )
