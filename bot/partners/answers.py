"""Who is with whom, and what they said to "did you meet?"."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer, PartnerPause
from storage.people import Person
from storage.series import Cohort

ANSWERS = ("yes", "scheduled", "not_yet", "no")


async def group_of(
    db: AsyncSession,
    cohort_id: int | None,
    person_id: int | None,
    *,
    session_id: int | None = None,
    round_id: int | None = None,
) -> BreakoutGroup | None:
    """The person's group in the session's round, in the round given, or else in their last one."""
    query = (
        select(BreakoutGroup)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(
            BreakoutRound.cohort_id == cohort_id,
            BreakoutRound.kind == "partners",
            GroupMember.person_id == person_id,
        )
        .order_by(col(BreakoutRound.id).desc())
    )
    if session_id is not None:
        query = query.where(BreakoutRound.session_id == session_id)
    if round_id is not None:
        query = query.where(BreakoutRound.id == round_id)
    return (await db.scalars(query)).first()


async def members_of(db: AsyncSession, group_id: int | None) -> list[Person]:
    """Who is in the group and has not been deleted, by id."""
    found = await db.scalars(
        select(Person)
        .join(GroupMember, col(GroupMember.person_id) == Person.id)
        .where(GroupMember.group_id == group_id, col(Person.deleted_at).is_(None))
        .order_by(col(Person.id))
    )
    return list(found)


async def answer_of(db: AsyncSession, group_id: int | None, person_id: int | None) -> PartnerAnswer | None:
    found = await db.scalars(
        select(PartnerAnswer).where(PartnerAnswer.group_id == group_id, PartnerAnswer.person_id == person_id)
    )
    return found.first()


async def silent_rounds(db: AsyncSession, cohort: Cohort, people: Collection[int]) -> dict[int, int]:
    """How many rounds in a row, up to the last, each of `people` left without an answer since they came
    back from a pause."""
    rows = await db.execute(
        select(GroupMember.person_id, BreakoutRound.opened_at, PartnerAnswer.id)
        .join(BreakoutGroup, col(BreakoutGroup.id) == GroupMember.group_id)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .outerjoin(
            PartnerAnswer,
            (col(PartnerAnswer.group_id) == BreakoutGroup.id)
            & (col(PartnerAnswer.person_id) == GroupMember.person_id),
        )
        .where(BreakoutRound.cohort_id == cohort.id, BreakoutRound.kind == "partners")
        .order_by(col(BreakoutRound.id))
    )
    pauses = await db.scalars(select(PartnerPause).where(PartnerPause.cohort_id == cohort.id))
    since = {one.person_id: one.since for one in pauses}
    silence = dict.fromkeys(people, 0)
    for person_id, opened_at, answer_id in rows:
        if person_id in silence and not (person_id in since and opened_at <= since[person_id]):
            silence[person_id] = silence[person_id] + 1 if answer_id is None else 0
    return silence
