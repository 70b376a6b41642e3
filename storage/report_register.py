"""Who came to which series and who met: what a proof about published tables needs to know of persons.

Ids only; nothing of it is kept.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.people import Person
from storage.reports import CHARACTERISTICS, counted, held, met_pairs, pick
from storage.series import Cohort, Series
from storage.sessions import Attendance, Session, SessionStatus


async def people_of_cohorts(
    db: AsyncSession, community_id: int, before: datetime
) -> list[tuple[int, int, int]]:
    """(series, cohort, person) for everybody who was counted at a session of the cohort."""
    columns = (col(Cohort.series_id), col(Cohort.id), col(Attendance.person_id))
    rows = await db.execute(counted(community_id, before, (), *columns).distinct())
    return [(row[0], row[1], row[2]) for row in rows]


async def groups_of_people(db: AsyncSession, community_id: int) -> list[tuple[int, dict[str, str]]]:
    """Everybody's characteristics, by id."""
    rows = await db.execute(
        pick(Person.id, *CHARACTERISTICS.values()).where(col(Person.community_id) == community_id)
    )
    return [(row[0], dict(zip(CHARACTERISTICS, row[1:], strict=True))) for row in rows]


async def last_sessions(
    db: AsyncSession, community_id: int
) -> list[tuple[int, datetime | None, datetime | None]]:
    """Of every series: when its last session that is not cancelled begins, and when it was closed."""
    rows = await db.execute(
        pick(Cohort.series_id, func.max(Session.starts_at), Series.closed_at)
        .join(Session, col(Session.cohort_id) == Cohort.id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .where(col(Session.community_id) == community_id, col(Session.status) != SessionStatus.CANCELLED)
        .group_by(col(Cohort.series_id), col(Series.closed_at))
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def pairs_of_cohorts(
    db: AsyncSession, community_id: int, before: datetime
) -> list[tuple[int, int, int]]:
    """(cohort, person, person) for every two who met in a group."""
    met = met_pairs(community_id, before)
    rows = await db.execute(pick(met.c.cohort_id, met.c.one, met.c.two))
    return [(row[0], row[1], row[2]) for row in rows]


async def attended_sessions(
    db: AsyncSession, community_id: int, before: datetime
) -> list[tuple[int, int, int, int]]:
    """(series, cohort, person, session) for everybody who was counted at a session."""
    columns = (col(Cohort.series_id), col(Cohort.id), col(Attendance.person_id), col(Session.id))
    rows = await db.execute(counted(community_id, before, (), *columns))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def held_sessions(
    db: AsyncSession, community_id: int, before: datetime
) -> list[tuple[int, int, int, datetime]]:
    """(series, cohort, session, when it began), in order of time."""
    rows = await db.execute(
        pick(Cohort.series_id, Cohort.id, Session.id, Session.starts_at)
        .join(Session, col(Session.cohort_id) == Cohort.id)
        .where(col(Session.community_id) == community_id, held(before))
        .order_by(col(Session.starts_at), col(Session.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def completion_shares(db: AsyncSession, community_id: int) -> dict[int, float]:
    """The completion rule of every series."""
    rows = await db.execute(
        pick(Series.id, Series.completion_share).where(col(Series.community_id) == community_id)
    )
    return {row[0]: row[1] for row in rows}
