"""A stage with sessions and a pulse."""

from collections.abc import AsyncIterator

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.pulse.feature import FEATURE as PULSE
from bot.sessions.feature import FEATURE as SESSIONS
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """On SQLite and on PostgreSQL."""
    async with staged(database_url, (COMMUNITIES, SESSIONS, PULSE)) as stage:
        yield stage
