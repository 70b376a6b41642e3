"""Questions to the database that reports ask: counts, never people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import and_, col, or_

from storage.evaluations import AnonymousAnswer, ConfidentialAnswer
from storage.people import Person
from storage.series import Enrollment
from storage.sessions import Attendance, Session


def attended() -> ColumnElement[bool]:
    """Whether a row of `Attendance`, joined to its `Session`, counts: somebody said so, or else at least
    half of the session's minutes."""
    enough = col(Attendance.minutes) * 2 >= col(Session.minutes)
    return or_(
        col(Attendance.marked).is_(True),
        and_(col(Attendance.marked).is_(None), col(Attendance.minutes).is_not(None), enough),
    )


async def attendance_spread(
    db: AsyncSession, cohorts: ColumnElement[bool], now: datetime
) -> list[tuple[int, int, int]]:
    """(cohort id, sessions attended, people who attended so many), of the enrolled and of sessions begun."""
    each = (
        select(
            col(Session.cohort_id).label("cohort_id"),
            col(Attendance.person_id).label("person_id"),
            func.count(distinct(col(Session.id))).label("sessions"),
        )
        .join(Session, col(Session.id) == Attendance.session_id)
        .join(
            Enrollment,
            and_(
                col(Enrollment.cohort_id) == Session.cohort_id,
                col(Enrollment.person_id) == Attendance.person_id,
            ),
        )
        .where(cohorts, attended(), col(Session.status) != "cancelled", col(Session.starts_at) <= now)
        .group_by(col(Session.cohort_id), col(Attendance.person_id))
        .subquery()
    )
    rows = await db.execute(
        select(each.c.cohort_id, each.c.sessions, func.count()).group_by(each.c.cohort_id, each.c.sessions)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def unique_people(
    db: AsyncSession, cohorts: ColumnElement[bool], now: datetime, by: str = ""
) -> dict[str, int]:
    """Distinct people who attended; by one of their attributes (``setting``, ``state``, ``job_role``),
    or all under an empty label."""
    group = literal("") if not by else getattr(Person, by)
    rows = await db.execute(
        select(group, func.count(distinct(col(Person.id))))
        .select_from(Attendance)
        .join(Session, col(Session.id) == Attendance.session_id)
        .join(
            Enrollment,
            and_(
                col(Enrollment.cohort_id) == Session.cohort_id,
                col(Enrollment.person_id) == Attendance.person_id,
            ),
        )
        .join(Person, col(Person.id) == Attendance.person_id)
        .where(cohorts, attended(), col(Session.status) != "cancelled", col(Session.starts_at) <= now)
        .group_by(group)
    )
    return {str(row[0]): row[1] for row in rows}


async def counts_by_cohort(
    db: AsyncSession, cohorts: ColumnElement[bool], now: datetime
) -> dict[int, tuple[int, int]]:
    """(sessions delivered, people enrolled) of each cohort."""
    held = await db.execute(
        select(col(Session.cohort_id), func.count())
        .where(cohorts, col(Session.status) != "cancelled", col(Session.starts_at) <= now)
        .group_by(col(Session.cohort_id))
    )
    delivered = {row[0]: row[1] for row in held}
    enrolled = await db.execute(
        select(col(Enrollment.cohort_id), func.count())
        .where(
            col(Enrollment.cohort_id).in_(delivered),
            or_(
                col(Enrollment.status).in_(["active", "paused"]),
                col(Enrollment.left_at).is_not(None) & col(Enrollment.consented_at).is_not(None),
            ),
        )
        .group_by(col(Enrollment.cohort_id))
    )
    people = {row[0]: row[1] for row in enrolled}
    return {cohort: (count, people.get(cohort, 0)) for cohort, count in delivered.items()}


async def answer_tally(
    db: AsyncSession, evaluations: Sequence[int], *names: str
) -> dict[tuple[str, ...], int]:
    """How many gave each answer (or each combination of answers) to these fields; "" for a missing one."""
    tally: Counter[tuple[str, ...]] = Counter()
    for table in (AnonymousAnswer, ConfidentialAnswer):
        fields = [cast("Any", table.answers)[name].as_string() for name in names]
        rows = await db.execute(
            select(*fields, func.count()).where(col(table.evaluation_id).in_(evaluations)).group_by(*fields)
        )
        for row in rows:
            tally[tuple("" if value is None else str(value) for value in row[:-1])] += row[-1]
    return dict(tally)
