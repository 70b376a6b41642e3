"""Both doors, connected to their far sides, for somebody who does not play by the rules."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.playground.teams import TeamsSide
from bot.clock import MovedClock
from tests.adapters.slack.world import World, made_world
from tests.adapters.teams.conftest import clock, side
from tests.adapters.teams.house import House, at_home
from tests.adapters.teams.small_feature import FEATURE

__all__ = ["clock", "side"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Slack's door."""
    async with made_world(tmp_path) as made:
        yield made


@pytest.fixture
async def house(side: TeamsSide, clock: MovedClock, tmp_path: Path) -> AsyncIterator[House]:
    """Teams' door."""
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (FEATURE,)) as made:
        yield made
