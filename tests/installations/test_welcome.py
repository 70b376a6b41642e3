"""Who installs the app on Teams is welcomed; an upgrade of the app says nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
from bot.core.clock import MovedClock
from bot.features import all_features
from tests.adapters.teams.house import Application, at_home
from tests.support.stage import START


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[Application]:
    clock = MovedClock(START)
    workplace = TeamsWorkplace(app_id="7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa", now=clock.now)
    tenant = "0f9b5ab2-55a1-4c71-9c41-7f1c7a0f4a11"
    ana = workplace.add_user("Ana Reyes", tenant_id=tenant)
    ben = workplace.add_user("Ben Ito", tenant_id=tenant, locale="es-MX")
    workplace.add_team("Learning", tenant_id=tenant, members=[ana, ben], channels=["Cohort 1"])
    with running(TeamsSide(workplace)) as side:
        async with at_home(side, f"sqlite:///{tmp_path}/t.db", clock, all_features()) as application:
            yield application


async def test_a_person_is_told_what_it_is_and_how_to_stop_it(application: Application) -> None:
    side: TeamsSide = application.side
    await application.settled(await side.install_personal("Ben Ito"))
    [welcome] = side.received("Ben Ito")
    assert "comunidad de aprendizaje" in str(welcome.cards)
    assert "parar" in str(welcome.cards)
    upgrade = side.forms.installation(side.user("Ben Ito"), welcome.conversation_id, "add-upgrade")
    await application.settled(await side.deliver(upgrade))
    assert side.received("Ben Ito") == [welcome]


async def test_a_team_is_told_how_its_channel_becomes_a_cohorts(application: Application) -> None:
    side: TeamsSide = application.side
    await application.settled(await side.add_bot_to_team("Learning"))
    [post] = side.channel("General").posts
    assert "@Throughline cohort link" in str(post.cards)
