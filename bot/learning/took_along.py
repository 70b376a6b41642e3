"""What one person took along from a series: the data of their personal page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.learning.gathering import approved_ideas, sessions_of_cohort, themes_of, was_there
from bot.learning.recall_plan import DROPPED
from bot.timekeeping.zones import zone_for
from storage.learning import RecallChoice, StickAnswer
from storage.people import Person
from storage.reflections import Commitment
from storage.series import Cohort, Enrollment, Series
from storage.sessions import KeyIdea, Session, Theme


@dataclass(frozen=True, slots=True)
class TookAlong:
    """`ideas` are the approved ones; `commitments` the person's own, all of them, oldest first; `attended`
    the sessions they were at; `asked` what they said to the questions, oldest first. Nothing here is
    another person's."""

    series: Series
    ideas: tuple[KeyIdea, ...]
    themes: tuple[Theme, ...]
    commitments: tuple[Commitment, ...]
    attended: tuple[Session, ...]
    zone: str
    """The reader's own, else that of their newest cohort."""
    asked: tuple[StickAnswer, ...] = ()


async def what_i_took_along(db: AsyncSession, person_id: int, series_id: int) -> TookAlong | None:
    """None when the person was never enrolled in the series (or it does not exist)."""
    series = await db.get(Series, series_id)
    cohorts = list(
        await db.scalars(
            select(Cohort)
            .join(Enrollment)
            .where(
                Cohort.series_id == series_id,
                Enrollment.person_id == person_id,
                col(Enrollment.status).not_in(["invited", "waiting"]),
            )
            .order_by(col(Cohort.id))
        )
    )
    cohort_ids = [cohort.id for cohort in cohorts]
    if series is None or not cohorts:
        return None
    person = await db.get_one(Person, person_id)
    sessions = [one for cohort_id in cohort_ids for one in await sessions_of_cohort(db, cohort_id)]
    session_ids = [session.id for session in sessions]
    commitments = await db.scalars(
        select(Commitment)
        .where(Commitment.person_id == person_id, col(Commitment.cohort_id).in_(cohort_ids))
        .order_by(col(Commitment.created_at), col(Commitment.id))
    )
    ideas = await _for_the_page(db, cohort_ids, session_ids)
    asked = await db.scalars(
        select(StickAnswer)
        .where(StickAnswer.person_id == person_id, col(StickAnswer.idea_id).in_([one.id for one in ideas]))
        .order_by(col(StickAnswer.answered_at))
    )
    return TookAlong(
        series=series,
        ideas=tuple(ideas),
        themes=tuple(await themes_of(db, session_ids)),
        commitments=tuple(commitments),
        attended=tuple([one for one in sessions if await was_there(db, one, person_id)]),
        asked=tuple(asked),
        zone=zone_for(person.zone, cohorts[-1].zone),
    )


async def _for_the_page(db: AsyncSession, cohort_ids: list[int], session_ids: list[int]) -> list[KeyIdea]:
    """The approved ideas, without those that a facilitator left out altogether."""
    dropped = set(
        await db.scalars(
            select(RecallChoice.idea_id).where(
                col(RecallChoice.cohort_id).in_(cohort_ids), RecallChoice.role == DROPPED
            )
        )
    )
    return [one for one in await approved_ideas(db, session_ids) if one.id not in dropped]
