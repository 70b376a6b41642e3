"""Both doors, connected to their far sides, for somebody who does not play by the rules."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import structlog

from adapters.playground.teams import TeamsSide
from bot.core.clock import MovedClock
from tests.adapters.slack.world import World, made_world
from tests.adapters.teams.conftest import clock, side
from tests.adapters.teams.house import Application, at_home
from tests.adapters.teams.small_feature import FEATURE

__all__ = ["clock", "side"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Slack's door."""
    async with made_world(tmp_path) as made:
        yield made


@pytest.fixture
async def application(side: TeamsSide, clock: MovedClock, tmp_path: Path) -> AsyncIterator[Application]:
    """Teams' door."""
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (FEATURE,)) as made:
        yield made


@pytest.fixture
def quiet() -> Iterator[None]:
    """No logs: thousands of refusals and failures are provoked, and drawing a traceback takes longer than
    what is tested."""
    before = structlog.get_config()
    structlog.configure(processors=[_dropped])
    yield
    structlog.configure(**before)


def _dropped(*_: object) -> NoReturn:
    raise structlog.DropEvent
