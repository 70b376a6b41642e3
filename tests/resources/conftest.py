"""A stage with a furnished cohort, sessions, and the features that a page needs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.resources.feature import FEATURE as RESOURCES
from tests.communities.support import enroll
from tests.learning.support import series_with_sessions
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), (COMMUNITIES, RESOURCES)) as stage:
        cohort, _ = await series_with_sessions(stage)
        await stage.person("fay", "facilitator")
        await enroll(stage, cohort, await stage.person("ana"))
        yield stage
