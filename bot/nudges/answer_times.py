"""At what time of day a person answers most, learned from their own answers.

Only from answers that carry their person's name anyway: reminders, plans, partners. An anonymous form tells
nothing, not even when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.jobs import JobContext
from bot.nudges.cohort_people import homes_of
from bot.nudges.planner import replan_person
from bot.timekeeping.readers_hours import OFFICE_CLOSES, OFFICE_OPENS
from bot.timekeeping.zones import zone_for
from prompts import dates
from storage.breakouts import PartnerAnswer
from storage.learning import StickAnswer
from storage.people import Person
from storage.reflections import Commitment

FEWEST = 5
"""Answers from which on they say anything."""
REMEMBERS = timedelta(days=120)
LOOKS_BACK = timedelta(hours=2)
"""Who answered since is looked at again; housekeeping runs every hour."""
WINDOW = 60
"""Minutes: the hour in which most answers lie."""
STEP = 10
_OPENS = OFFICE_OPENS.hour * 60
_CLOSES = OFFICE_CLOSES.hour * 60


def usual_minute(minutes: Iterable[int]) -> int | None:
    """The beginning of the hour with the most answers, in minutes after midnight, within office hours.

    None for fewer than `FEWEST` answers, or where that hour holds less than half of them: then no time is
    theirs. Of several such hours the latest, so that a message comes
    just before. Pure.
    """
    answers = list(minutes)
    if len(answers) < FEWEST:
        return None
    count, start = max(
        (sum(start <= one < start + WINDOW for one in answers), start)
        for start in range(_OPENS, _CLOSES, STEP)
    )
    return start if 2 * count >= len(answers) else None


async def learn_answer_times(job_ctx: JobContext) -> None:
    """Run by housekeeping. People whose time changes get what is planned for them at the new one."""
    now = job_ctx.clock.now()
    async with job_ctx.database.read() as db:
        lately = set(await _answered(db, now - LOOKS_BACK))
    for person_id in sorted(lately):
        async with job_ctx.database.write() as db:
            person = await db.get_one(Person, person_id)
            if person.deleted_at is not None:
                continue
            zone = zone_for(person.zone, (await homes_of(db, [person_id]))[person_id])
            moments = (await _answered(db, now - REMEMBERS, person_id)).get(person_id, [])
            local = [dates.in_zone(one, zone) for one in moments]
            found = usual_minute(one.hour * 60 + one.minute for one in local)
            if found != person.answers_at:
                person.answers_at = found
                await replan_person(db, job_ctx.kinds, person_id, now)


async def _answered(
    db: AsyncSession, since: datetime, person_id: int | None = None
) -> dict[int, list[datetime]]:
    """When people answered, by person."""
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    queries = (
        (StickAnswer.person_id, col(StickAnswer.answered_at), col(StickAnswer.recalled).is_not(None)),
        (PartnerAnswer.person_id, col(PartnerAnswer.answered_at), None),
        (Commitment.person_id, col(Commitment.updated_at), col(Commitment.follow_up).is_not(None)),
    )
    for person, at, also in queries:
        query = select(person, at).where(at >= since)
        if also is not None:
            query = query.where(also)
        if person_id is not None:
            query = query.where(person == person_id)
        for who, moment in await db.execute(query):
            found[who].append(moment)
    return found
