"""A stage with communities and learning."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.learning.feature import FEATURE as LEARNING
from bot.reflections.feature import FEATURE as REFLECTIONS
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(
        sqlite_with_tables(tmp_path / "test.db"), (COMMUNITIES, REFLECTIONS, LEARNING)
    ) as stage:
        yield stage
