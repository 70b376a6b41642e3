"""A day before a message goes to a whole cohort, its facilitators see it, with edit, hold and send now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.console.naming import name_of
from bot.console.planned_groups import Group, open_groups
from bot.console.previewing import LOOKS_BACK, composed_for, shown_before, still_lacking, with_note
from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.core.lookup import staff_of
from bot.core.notes import note
from bot.nudges.cohort_people import reader_of
from bot.sessions.lookup import end_of
from bot.timekeeping.readers_hours import Reader, next_allowed
from prompts import dates
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.series import Cohort, Series, SeriesStatus
from storage.sessions import Session

AHEAD = timedelta(hours=24)
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
PREVIEW = "message_preview"


async def show_ahead(job_ctx: JobContext) -> None:
    """Write the previews of what is due within a day; each message is shown to each facilitator once."""
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        for cohort in await _cohorts(db):
            groups = await open_groups(db, cohort.id, until=a_workday_ahead(now, cohort.zone))
            for group in groups:
                if job_ctx.kinds[group.nudge.kind].shown_ahead and await _can_be_judged(db, group.nudge, now):
                    await _show(db, job_ctx, cohort, group)


def a_workday_ahead(now: datetime, zone: str) -> datetime:
    """What is due until then is shown now: a day ahead, and on a Friday or Saturday until Monday's end, for
    nobody is written to about it on a Sunday."""
    weekday = dates.in_zone(now, zone).weekday()
    return now + AHEAD + timedelta(days=max(0, min(2, 6 - weekday)) if weekday in (FRIDAY, SATURDAY) else 0)


def _not_on_a_sunday(now: datetime, reader: Reader) -> datetime:
    """Now, outside quiet hours; on a Sunday the next morning in office hours."""
    awake = next_allowed(now, reader, "waking")
    return awake if reader.local(awake).weekday() != SUNDAY else next_allowed(awake, reader)


async def _can_be_judged(db: AsyncSession, nudge: Nudge, now: datetime) -> bool:
    """What looks back on a session says nothing before that session was."""
    if nudge.kind != LOOKS_BACK:
        return True
    session = await db.get(Session, nudge.session_id)
    return session is not None and end_of(session) <= now


async def _cohorts(db: AsyncSession) -> Sequence[Cohort]:
    found = await db.scalars(select(Cohort).join(Series).where(Series.status != SeriesStatus.ARCHIVED))
    return found.all()


async def _show(db: AsyncSession, job_ctx: JobContext, cohort: Cohort, group: Group) -> None:
    now, nudge = job_ctx.clock.now(), group.nudge
    series = await db.get_one(Series, cohort.series_id)
    community = await db.get_one(Community, cohort.community_id)
    for person_id in sorted(await staff_of(db, series, "facilitator")):
        person = await db.get_one(Person, person_id)
        key = f"ahead:{nudge.group}:{cohort.id}:{person.id}"
        if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is not None:
            continue
        first = series.languages[0]
        language = person.language if person.language in series.languages else first
        composed = await composed_for(
            db, nudge, person, community, job_ctx.links, cohort, language, now, job_ctx.kinds
        )
        if not isinstance(composed, Card):
            continue
        name = await name_of(db, person.language, nudge)
        card = shown_before(
            person.language, nudge, name, cohort, series, composed, language, group.copies, person.zone
        )
        card = with_note(card, await still_lacking(db, nudge, person.language))
        db.add(
            note(
                key,
                cohort.community_id,
                now,
                person_id=person.id,
                cohort_id=cohort.id,
                card=card,
                kind=PREVIEW,
                due_at=_not_on_a_sunday(now, reader_of(person, cohort.zone)),
                expires_at=group.last,
            )
        )
