"""A tenant with a small feature behind the real door; the far side plays Teams."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
from bot.core.clock import MovedClock
from bot.installations.feature import FEATURE as INSTALLATIONS
from tests.adapters.teams.house import Application, at_home
from tests.adapters.teams.small_feature import FEATURE
from tests.support.stage import START

TENANT = "0f9b5ab2-55a1-4c71-9c41-7f1c7a0f4a11"
APP_ID = "7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa"


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(START)


@pytest.fixture
def side(clock: MovedClock) -> Iterator[TeamsSide]:
    """Ana, Ben and Chi in one team with a cohort channel; the bot is installed nowhere yet."""
    workplace = TeamsWorkplace(app_id=APP_ID, now=clock.now)
    ana = workplace.add_user("Ana Reyes", tenant_id=TENANT, timezone="America/Anchorage")
    ben = workplace.add_user("Ben Ito", tenant_id=TENANT, locale="es-US")
    chi = workplace.add_user("Chi Okafor", tenant_id=TENANT, timezone="America/Boise")
    workplace.add_user("Dee Stone", tenant_id=TENANT)
    workplace.add_team("Learning", tenant_id=TENANT, members=[ana, ben, chi], channels=["Cohort 1"])
    with running(TeamsSide(workplace)) as served:
        yield served


@pytest.fixture
async def application(side: TeamsSide, clock: MovedClock, tmp_path: Path) -> AsyncIterator[Application]:
    """The bot on a free loopback port, installed in the team and for Ana."""
    features = (FEATURE, INSTALLATIONS)
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, features) as application:
        yield application
