"""Which session a round is for, and who is there."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.identity import switched_off
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus
from storage.sessions import Attendance, Session, SessionStatus

DOORS_OPEN = timedelta(minutes=30)
RUNS_OVER = timedelta(hours=1)


async def session_for(db: AsyncSession, cohort_id: int, now: datetime) -> Session | None:
    """The session that is live (from half an hour before to an hour after), else the next, else none."""
    found = await db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort_id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at))
    )
    for session in found:
        if now <= session.starts_at + timedelta(minutes=session.minutes) + RUNS_OVER:
            return session
    return None


def has_begun(session: Session, now: datetime) -> bool:
    return now >= session.starts_at - DOORS_OPEN


async def attended(db: AsyncSession, session: Session) -> set[int]:
    """Who checked in, was marked present, or was there for at least half of the minutes."""
    rows = await db.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.person_id for row in rows if was_there(row, session.minutes)}


def was_there(row: Attendance, minutes: int) -> bool:
    """What somebody said outweighs the minutes of a report."""
    if row.marked is not None:
        return row.marked
    return row.minutes is None or 2 * row.minutes >= minutes


async def enrolled(db: AsyncSession, cohort: Cohort) -> set[int]:
    """The people who take part in the cohort now, without those who pause or whose account is off."""
    found = await db.scalars(
        select(Enrollment.person_id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Person.deleted_at).is_(None),
        )
    )
    people = set(found)
    return people - await switched_off(db, people)
