"""A cohort with one delivered session, evaluated by its people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.evaluations.feature import FEATURE as EVALUATIONS
from bot.sessions.feature import FEATURE as SESSIONS
from storage.sessions import Attendance
from tests.communities.support import channel_for, enroll, furnish
from tests.support.stage import Stage, staged

STARTS = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=90)
PEOPLE = 8


@asynccontextmanager
async def evaluated(url: str, people: int = PEOPLE, there: int | None = None) -> AsyncIterator[Stage]:
    """`people` enrolled as p0, p1 …; the first `there` of them attended (all but one, unless given)."""
    async with staged(url, (COMMUNITIES, SESSIONS, EVALUATIONS)) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator")
        enrolled = [await stage.person(f"p{number}") for number in range(people)]
        for person in enrolled:
            await enroll(stage, cohort, person)
        await stage.command("fay", 'session new "Steadying" 2027-02-23 12:00 90')
        async with stage.database.write() as db:
            for person in enrolled[: people - 1 if there is None else there]:
                db.add(
                    Attendance(
                        session_id=1,
                        person_id=person.id,
                        marked=True,
                        source="facilitator",
                        recorded_at=STARTS,
                    )
                )
        stage.clock.move_to(ENDS)
        yield stage
