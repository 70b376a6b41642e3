"""Stages with everything that keeps something about a person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.privacy.feature import FEATURE as PRIVACY
from bot.reflections.feature import FEATURE as REFLECTIONS
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged

FEATURES = (PRIVACY, COMMUNITIES, REFLECTIONS)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        yield stage


@pytest.fixture
async def stage_on_each(database_url: str) -> AsyncIterator[Stage]:
    """The same on SQLite and on PostgreSQL."""
    async with staged(database_url, FEATURES) as stage:
        yield stage
