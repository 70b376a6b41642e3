"""A stage with every feature."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as stage:
        yield stage
