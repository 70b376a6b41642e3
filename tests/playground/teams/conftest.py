"""A small tenant on a clock that only tests move."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
from tests.playground.teams.echo_bot import TENANT, EchoBot, listening


class Clock:
    """The world's time; stands still unless moved."""

    def __init__(self) -> None:
        self.at = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def side(clock: Clock) -> Iterator[TeamsSide]:
    """Ana, Ben and Chi in one team with a cohort channel; the bot is installed nowhere yet."""
    workplace = TeamsWorkplace(app_id="7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa", now=clock)
    ana = workplace.add_user("Ana Reyes", tenant_id=TENANT, timezone="America/Anchorage")
    ben = workplace.add_user("Ben Ito", tenant_id=TENANT, locale="es-US")
    chi = workplace.add_user("Chi Okafor", tenant_id=TENANT, timezone="America/Boise")
    workplace.add_user("Dee Stone", tenant_id=TENANT)
    workplace.add_team("Learning", tenant_id=TENANT, members=[ana, ben, chi], channels=["Cohort 1"])
    with running(TeamsSide(workplace)) as served:
        yield served


@pytest.fixture
async def bot(side: TeamsSide) -> AsyncIterator[EchoBot]:
    async with listening(side) as echo:
        yield echo
