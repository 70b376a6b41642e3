"""Finding sessions and what belongs to them; another community's or cohort's are not found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of, row_id, staff_of
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.timekeeping.zones import zone_for
from prompts.words import sessions as words
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series
from storage.sessions import Objective, Segment, Session, SessionPresenter, SessionStatus


def end_of(session: Session) -> datetime:
    """UTC."""
    return session.starts_at + timedelta(minutes=session.minutes)


def status_of(session: Session, now: datetime) -> str:
    """scheduled, delivered or cancelled; a scheduled session whose end has passed is delivered."""
    return (
        "delivered"
        if session.status == SessionStatus.SCHEDULED and end_of(session) <= now
        else session.status
    )


async def session_meant(
    ctx: Context, typed: dict[str, Any], action: Action = Action.TAKE_PART, *, latest: bool = False
) -> tuple[Session, Cohort]:
    """The session by its number in the cohort meant; without a number the one that is on or comes next (with
    `latest` the one that began last), of a presenter's own where they present any. Raises `Refusal` with
    the numbers there are."""
    cohort = await ctx.cohort(typed.get("cohort") or "", action)
    mine = await sessions_of(ctx.db, cohort.id)
    if typed.get("number") is None and (
        planned := [one for one in mine if one.status != SessionStatus.CANCELLED]
    ):
        presented = await _presented_by(ctx.db, cohort.id, ctx.me.id)
        own = [one for one in planned if one.id in presented]
        return _nearest(own or planned, ctx.now, latest=latest), cohort
    for session in mine:
        if session.number == typed.get("number"):
            return session, cohort
    if not mine:
        raise Refusal(words.no_sessions(ctx.language, cohort=cohort.name))
    numbers = ", ".join(str(session.number) for session in mine)
    raise Refusal(words.no_such_session(ctx.language, cohort=cohort.name, numbers=numbers))


async def _presented_by(db: AsyncSession, cohort_id: int | None, person_id: int | None) -> set[int]:
    found = await db.scalars(
        select(SessionPresenter.session_id)
        .join(Session, col(Session.id) == SessionPresenter.session_id)
        .where(Session.cohort_id == cohort_id, SessionPresenter.person_id == person_id)
    )
    return set(found)


def _nearest(sessions: Sequence[Session], now: datetime, *, latest: bool) -> Session:
    """The next that is not over, or the last that has begun; where there is none, what comes closest."""
    by_time = sorted(sessions, key=lambda one: one.starts_at)
    if latest:
        return next((one for one in reversed(by_time) if one.starts_at <= now), by_time[0])
    return next((one for one in by_time if end_of(one) > now), by_time[-1])


async def session_by_id(
    ctx: Context, value: str, action: Action = Action.TAKE_PART
) -> tuple[Session, Cohort]:
    """The session behind a button, locked for a change. Raises `Refusal` when this community has none
    and when I have no part in its cohort, in the same words; and when I may not do `action` there."""
    found = await ctx.db.scalars(
        select(Session)
        .where(Session.id == row_id(value), Session.community_id == ctx.community.id)
        .with_for_update()
    )
    session = found.first()
    if session is None:
        raise Refusal(words.not_found(ctx.language))
    cohort = await ctx.db.get_one(Cohort, session.cohort_id)
    if not await _takes_part(ctx, session, cohort):
        raise Refusal(words.not_found(ctx.language))
    await ctx.require(action, cohort.series_id)
    ctx.about = cohort
    return session, cohort


async def _takes_part(ctx: Context, session: Session, cohort: Cohort) -> bool:
    """As participant, as staff of the series, or as presenter of this session."""
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is not None and enrollment.status in (EnrollmentStatus.INVITED, *TAKES_PART):
        return True
    if len(await ctx.roles(cohort.series_id)) > 1:
        return True
    return ctx.me.id in {person.id for person in await presenters_of(ctx.db, session.id)}


async def sessions_of(db: AsyncSession, cohort_id: int | None) -> list[Session]:
    """All of a cohort, by number."""
    return list(
        await db.scalars(select(Session).where(Session.cohort_id == cohort_id).order_by(col(Session.number)))
    )


async def objectives_of(db: AsyncSession, session_id: int | None) -> list[Objective]:
    rows = select(Objective).where(Objective.session_id == session_id).order_by(col(Objective.position))
    return list(await db.scalars(rows))


async def segments_of(db: AsyncSession, session_id: int | None) -> list[Segment]:
    rows = select(Segment).where(Segment.session_id == session_id).order_by(col(Segment.position))
    return list(await db.scalars(rows))


async def presenters_of(db: AsyncSession, session_id: int | None) -> list[Person]:
    rows = (
        select(Person)
        .join(SessionPresenter, col(SessionPresenter.person_id) == Person.id)
        .where(SessionPresenter.session_id == session_id, col(Person.deleted_at).is_(None))
        .order_by(col(SessionPresenter.id))
    )
    return list(await db.scalars(rows))


async def taking_part(db: AsyncSession, cohort_id: int | None, *also: str) -> list[Person]:
    """The people who take part (and those with a status of `also`), by name."""
    rows = (
        select(Person)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            Enrollment.cohort_id == cohort_id,
            col(Enrollment.status).in_((*TAKES_PART, *also)),
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return list(await db.scalars(rows))


async def prepares(db: AsyncSession, session: Session, person_id: int | None) -> bool:
    """Whether this person presents in the session or runs its cohort."""
    if person_id in {person.id for person in await presenters_of(db, session.id)}:
        return True
    cohort = await db.get_one(Cohort, session.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    return person_id in await staff_of(db, series, "facilitator", "administrator")


def my_zone(ctx: Context, session: Session) -> str:
    return zone_for(ctx.me.zone, session.zone)
