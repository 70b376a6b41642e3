"""A stage with the features of communities and their files alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE
from bot.starting.feature import FEATURE as STARTING
from bot.transfer.feature import FEATURE as TRANSFER
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), (FEATURE, STARTING, TRANSFER)) as stage:
        yield stage
