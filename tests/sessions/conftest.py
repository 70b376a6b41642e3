"""A stage with communities and sessions, a furnished cohort with its channel, and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.sessions.feature import FEATURE as SESSIONS
from tests.communities.support import channel_for, enroll, furnish
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged

FEATURES = (COMMUNITIES, SESSIONS)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator", zone="America/Los_Angeles")
        for user, zone in (("ana", "America/Adak"), ("ben", "America/Anchorage"), ("cy", "America/Boise")):
            await enroll(stage, cohort, await stage.person(user, zone=zone, email=f"{user}@example.org"))
        yield stage
