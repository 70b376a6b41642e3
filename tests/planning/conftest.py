"""A cohort of seven in two states with one session, its facilitator and its presenter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.planning.feature import FEATURE as PLANNING
from bot.privacy.feature import FEATURE as PRIVACY
from bot.sessions.feature import FEATURE as SESSIONS
from storage.people import Duty
from storage.sessions import SessionPresenter
from tests.communities.support import channel_for, enroll, furnish
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(
        sqlite_with_tables(tmp_path / "test.db"), (PRIVACY, COMMUNITIES, SESSIONS, PLANNING)
    ) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator")
        for number in range(13):
            state = "AK" if number < 6 else "WA"
            await enroll(stage, cohort, await stage.person(f"p{number}", state=state))
        pat = await stage.person("pat")
        await stage.command("fay", 'session new "Steady" 2027-02-23 12:00 90')
        async with stage.database.write() as db:
            db.add(Duty(person_id=pat.id, role="presenter", series_id=1))
            db.add(SessionPresenter(session_id=1, person_id=pat.id))
        yield stage
