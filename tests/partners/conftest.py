"""A stage with everything that learning partners need, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.partners.pairs import FEATURES
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        yield stage


@pytest.fixture
async def stage_on_each(database_url: str) -> AsyncIterator[Stage]:
    """The same on SQLite and on PostgreSQL."""
    async with staged(database_url, FEATURES) as stage:
        yield stage
