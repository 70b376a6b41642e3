"""A stage with what reflections stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.privacy.feature import FEATURE as PRIVACY
from bot.reflections.feature import FEATURE as REFLECTIONS
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), (PRIVACY, COMMUNITIES, REFLECTIONS)) as stage:
        yield stage
