"""Housekeeping: what was kept long enough goes, hour by hour. Counts stay as they are.

- Reflections, and the words of commitments, go 180 days after the last session of their series.
- Answers to the invitations of a series go with them.
- Copies of sent messages lose their words after 90 days.
- Somebody whose project years all ended more than three years ago is emptied as by ``delete``.
- So is everybody of a community 90 days after the bot was taken away from the last of its workspaces.
- The names that outside readers of reports were given go three years after their links ended.
- The audit is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, func, select

from bot.core.jobs import JobContext
from bot.privacy.deleting import forget_person
from bot.privacy.unserved import people_unserved
from bot.reflections.reflecting import forget_shared
from storage.database import Database
from storage.links import ReportLink
from storage.nudges import InboxEvent, LatestDeed, Nudge
from storage.people import Duty, Person
from storage.reflections import Commitment, Reflection
from storage.series import Cohort, Enrollment, ProjectYear, Series
from storage.sessions import InvitationReply, Session
from storage.token_buckets import TokenBucket

REFLECTIONS_KEPT = timedelta(days=180)
MESSAGES_KEPT = timedelta(days=90)
PEOPLE_KEPT_YEARS = 3
LABELS_KEPT_YEARS = 3
PACES_KEPT = timedelta(hours=1)
AT_ONCE = 200
"""Rows of one kind in one run: the rest goes an hour later."""


async def keep_retention(jobs: JobContext) -> None:
    """Forget what is past its time, in short transactions."""
    now = jobs.clock.now()
    async with jobs.database.write() as db:
        await _forget_reflections(db, now)
    async with jobs.database.write() as db:
        await _forget_messages(db, now)
    async with jobs.database.write() as db:
        await _forget_outside_readers(db, now)
    for person_id in await _to_empty(jobs.database, now):
        async with jobs.database.write() as db:
            person = await db.get_one(Person, person_id)
            await forget_person(db, person)
            person.deleted_at = now
    await _empty_the_write_ahead_log(jobs.database)


async def _forget_reflections(db: AsyncSession, now: datetime) -> None:
    last = func.max(Session.starts_at)
    over = list(
        await db.scalars(
            select(Session.cohort_id).group_by(col(Session.cohort_id)).having(last < now - REFLECTIONS_KEPT)
        )
    )
    for mine in await db.scalars(
        select(Reflection).where(col(Reflection.cohort_id).in_(over)).limit(AT_ONCE)
    ):
        await forget_shared(db, mine)
        await db.delete(mine)
    sessions = select(Session.id).where(col(Session.cohort_id).in_(over))
    await db.execute(delete(InvitationReply).where(col(InvitationReply.session_id).in_(sessions)))
    await db.execute(
        update(Commitment)
        .where(
            col(Commitment.cohort_id).in_(over), (col(Commitment.action) != "") | (col(Commitment.cue) != "")
        )
        .values(cue="", action="", due_on=None)
    )


async def _forget_messages(db: AsyncSession, now: datetime) -> None:
    """The words of notes that went out, and the keys of events that were handled, long ago."""
    before = now - MESSAGES_KEPT
    await db.execute(
        update(Nudge).where(col(Nudge.sent_at) < before, col(Nudge.card).is_not(None)).values(card=None)
    )
    gone = select(Person.id).where(col(Person.deleted_at).is_not(None))
    late = col(Nudge.message).is_not(None) | col(Nudge.card).is_not(None)
    await db.execute(  # on its way while its reader was deleted
        update(Nudge)
        .where(col(Nudge.person_id).in_(gone), late)
        .values(card=None, message=None, address=None)
    )
    await db.execute(
        delete(InboxEvent).where(col(InboxEvent.state) == "done", col(InboxEvent.received_at) < before)
    )
    await db.execute(delete(LatestDeed).where(col(LatestDeed.happened_at) < before))
    await db.execute(delete(TokenBucket).where(col(TokenBucket.full_at) < now - PACES_KEPT))


async def _forget_outside_readers(db: AsyncSession, now: datetime) -> None:
    """A label is often somebody's name. The link's row stays: the record of who saw what names its number."""
    before = now - timedelta(days=366 * LABELS_KEPT_YEARS)
    ended = (col(ReportLink.expires_at) < before) | (col(ReportLink.revoked_at) < before)
    await db.execute(update(ReportLink).where(col(ReportLink.label) != "", ended).values(label=""))


async def _to_empty(database: Database, now: datetime) -> list[int]:
    """Each person once, whatever the reason."""
    async with database.read() as db:
        long_gone = await _long_gone(db, now.date())
        unserved = await people_unserved(db, now, AT_ONCE)
        return list(dict.fromkeys([*_whole(long_gone), *_whole(unserved)]))


async def _long_gone(db: AsyncSession, today: date) -> Iterable[int | None]:
    """People without a duty whose every enrollment is in a project year that ended too long ago."""
    last_years = (
        select(Enrollment.person_id, func.max(ProjectYear.ends_on).label("ended"))
        .join(Cohort, col(Cohort.id) == Enrollment.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .join(ProjectYear, col(ProjectYear.id) == Series.year_id)
        .group_by(col(Enrollment.person_id))
        .subquery()
    )
    return await db.scalars(
        select(Person.id)
        .join(last_years, last_years.c.person_id == Person.id)
        .where(
            last_years.c.ended < _years_before(today, PEOPLE_KEPT_YEARS),
            col(Person.deleted_at).is_(None),
            col(Person.id).not_in(select(Duty.person_id)),
        )
        .order_by(col(Person.id))
        .limit(AT_ONCE)
    )


def _whole(found: Iterable[int | None]) -> list[int]:
    return [one for one in found if one is not None]


def _years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


async def _empty_the_write_ahead_log(database: Database) -> None:
    """SQLite keeps old versions of pages beside its file until it starts that log anew."""
    if database.is_sqlite:
        await database.begin_log_anew()
