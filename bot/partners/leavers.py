"""Somebody leaves the cohort after their round was told: those who were to meet them hear it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.nudges.cohort_people import reader_of
from bot.partners.announcements import left_text, still_here
from bot.partners.statistics import KIND, group_with, is_untold
from bot.timekeeping.readers_hours import next_allowed
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus

SECOND_THOUGHTS = timedelta(hours=1)
"""So long somebody may undo their leaving before anybody hears of it."""


async def tell_of_leavers(jobs: JobContext) -> None:
    """Housekeeping: one message to each who was told of a partner that left; a second run adds nothing."""
    now = jobs.clock.now()
    left = (
        select(BreakoutRound, Person)
        .join(BreakoutGroup, col(BreakoutGroup.round_id) == BreakoutRound.id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .join(Person, col(Person.id) == GroupMember.person_id)
        .join(
            Enrollment,
            (col(Enrollment.person_id) == Person.id) & (col(Enrollment.cohort_id) == BreakoutRound.cohort_id),
        )
        .where(
            BreakoutRound.kind == KIND,
            BreakoutRound.status == RoundStatus.OPEN,
            Enrollment.status == EnrollmentStatus.LEFT,
            col(Enrollment.left_at) >= BreakoutRound.opened_at,
            col(Enrollment.left_at) <= now - SECOND_THOUGHTS,
            col(Person.deleted_at).is_(None),
        )
    )
    async with jobs.database.read() as db:
        if (await db.execute(left.limit(1))).first() is None:
            return
    async with jobs.database.write() as db:
        for one, gone in (await db.execute(left)).all():
            if not await is_untold(db, one):
                await _tell_partners(db, one, gone, now)


async def _tell_partners(db: AsyncSession, one: BreakoutRound, gone: Person, now: datetime) -> None:
    seat = await group_with(db, one.id, gone.id)
    cohort = await db.get_one(Cohort, one.cohort_id)
    mates = [person for person in seat[1] if person != gone.id] if seat else []
    here = await still_here(db, one.cohort_id, mates)
    for mate in here:
        key = f"partner_left:{one.id}:{gone.id}:{mate.id}"
        if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is not None:
            continue
        others = [person for person in here if person.id != mate.id]
        text = left_text(mate.language, gone, others)
        due = next_allowed(now, reader_of(mate, cohort.zone), "waking")
        card = Card(title=words.told_title(mate.language), text=text)
        db.add(
            note(
                key,
                one.community_id,
                now,
                cohort_id=cohort.id,
                person_id=mate.id,
                card=card,
                due_at=due,
            )
        )
