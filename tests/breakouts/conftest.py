"""A stage with communities and breakouts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.breakouts.feature import FEATURE
from bot.communities.feature import FEATURE as COMMUNITIES
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(f"sqlite:///{tmp_path}/test.db", (COMMUNITIES, FEATURE)) as stage:
        yield stage
