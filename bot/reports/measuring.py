"""The numbers of a report, from aggregates of the database. Hiding small ones is left to who shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.evaluations.formulas import (
    Recommendation,
    RetrospectiveChange,
    Share,
    intent_to_apply,
    recommendation,
    retrospective_change,
)
from bot.evaluations.instruments import Instrument
from bot.reports.reach import completed
from storage.evaluations import Evaluation
from storage.reports import answer_tally, attendance_spread, counts_by_cohort, unique_people
from storage.series import Cohort, Series
from storage.sessions import Session


@dataclass(frozen=True, slots=True)
class Measures:
    """What a report says. Participations are person-sessions; shares carry their n."""

    unique: int
    participations: int
    completion: Share
    by_setting: dict[str, int]
    recommendation: Recommendation
    intent: Share
    change: RetrospectiveChange


async def measure(
    db: AsyncSession, community_id: int, series_id: int | None, now: datetime
) -> Measures | None:
    """Of one series, or of the whole community; None while no session has begun."""
    cohorts = select(Cohort.id).where(Cohort.community_id == community_id)
    if series_id is not None:
        cohorts = cohorts.where(Cohort.series_id == series_id)
    of_scope: ColumnElement[bool] = col(Session.cohort_id).in_(cohorts)
    counts = await counts_by_cohort(db, of_scope, now)
    if not counts:
        return None
    spread = await attendance_spread(db, of_scope, now)
    shares = await _completion_shares(db, list(counts))
    finished = sum(people for cohort, n, people in spread if completed(n, counts[cohort][0], shares[cohort]))
    evaluations = list(
        await db.scalars(
            select(Evaluation).where(
                col(Evaluation.cohort_id).in_(cohorts),
                # An open form would show, by subtraction, what the next person answers.
                (col(Evaluation.state) == "closed") | (col(Evaluation.closes_at) <= now),
            )
        )
    )
    ratings = await _tally(db, evaluations, "recommendation")
    intents = await _tally(db, evaluations, "intent")
    return Measures(
        unique=(await unique_people(db, of_scope, now)).get("", 0),
        participations=sum(n * people for _, n, people in spread),
        completion=Share(finished, sum(people for _, _, people in spread)),
        by_setting=await unique_people(db, of_scope, now, "setting"),
        recommendation=recommendation({int(rating): count for rating, count in ratings.items()}),
        intent=intent_to_apply(intents),
        change=await _change(db, evaluations),
    )


async def _completion_shares(db: AsyncSession, cohort_ids: list[int]) -> dict[int, Fraction]:
    rows = await db.execute(
        select(Cohort.id, Series.completion_share).join(Series).where(col(Cohort.id).in_(cohort_ids))
    )
    return {row[0] or 0: Fraction(str(row[1])) for row in rows}


def _fields(evaluation: Evaluation, measure: str) -> list[str]:
    items = Instrument.model_validate(evaluation.instrument).items
    return [item.id for item in items if item.measures == measure]


async def _tally(db: AsyncSession, evaluations: Sequence[Evaluation], measure: str) -> Counter[str]:
    """Answers to every item of a measure, by answer; one query for each field name."""
    total: Counter[str] = Counter()
    for name, ids in _by_field(evaluations, measure).items():
        for (answer,), count in (await answer_tally(db, ids, name)).items():
            if answer:
                total[answer] += count
    return total


async def _change(db: AsyncSession, evaluations: Sequence[Evaluation]) -> RetrospectiveChange:
    pairs: Counter[tuple[int | None, int | None]] = Counter()
    for name, ids in _by_field(evaluations, "retrospective").items():
        for (before, now), count in (await answer_tally(db, ids, f"{name}.before", f"{name}.now")).items():
            pairs[(int(before) if before else None, int(now) if now else None)] += count
    return retrospective_change(pairs)


def _by_field(evaluations: Sequence[Evaluation], measure: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in evaluations:
        for name in _fields(one, measure):
            found.setdefault(name, []).append(one.id or 0)
    return found
