"""A stage with communities and breakouts, whose draws are the same in every run."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.breakouts import changing, starting
from bot.breakouts.feature import FEATURE
from bot.communities.feature import FEATURE as COMMUNITIES
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged

FEATURES = (COMMUNITIES, FEATURE)


@pytest.fixture(autouse=True)
def _numbered_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = count(1)
    for module in (starting, changing):
        monkeypatch.setattr(module, "new_seed", lambda: next(seeds))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        yield stage


@pytest.fixture
async def stage_on_each(database_url: str) -> AsyncIterator[Stage]:
    """The same on SQLite and on PostgreSQL."""
    async with staged(database_url, FEATURES) as stage:
        yield stage
