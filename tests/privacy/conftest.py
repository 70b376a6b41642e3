"""Stages with everything that keeps something about a person."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

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


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Whoever sets up the process's logs leaves them to the next test as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
