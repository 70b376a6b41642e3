"""Group chats through Graph, Microsoft's other clouds, and connections that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.playground.teams import TeamsSide
from adapters.teams.clouds import CLOUDS
from adapters.teams.config import TeamsConfig
from adapters.teams.examining import problem_with
from bot.core.clock import MovedClock
from bot.core.platform import PlatformError, Throttled, Unavailable
from tests.adapters.teams.conftest import TENANT
from tests.adapters.teams.house import Application, at_home, config_for
from tests.adapters.teams.small_feature import FEATURE


async def open_group(application: Application, *names: str) -> str:
    users = [application.user(name) for name in names]
    near = application.channel()
    made = await application.platform.open_group(
        application.tenant, users, name="Group 1", near=near, language="en"
    )
    return made.conversation


async def test_a_group_chat_has_the_bot_and_its_people_guests_too(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    """The app's id in the catalogue is looked up; a guest is no owner."""
    side.user("Chi Okafor").is_guest = True
    url = f"sqlite:///{tmp_path}/g.db"
    async with at_home(side, url, clock, (FEATURE,), graph=True) as application:
        chat = await open_group(application, "Ben Ito", "Chi Okafor")
        await side.until(lambda: side.workplace.bot_may_write(chat))
        assert {one.name for one in side.workplace.members(chat) or []} == {"Ben Ito", "Chi Okafor"}


async def test_without_the_app_in_the_catalogue_no_empty_chat_is_made(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    side.workplace.catalog_app_id = ""
    url = f"sqlite:///{tmp_path}/g.db"
    async with at_home(side, url, clock, (FEATURE,), graph=True) as application:
        before = set(side.workplace.chats)
        with pytest.raises(PlatformError, match="admin centre"):
            await open_group(application, "Ben Ito", "Chi Okafor")
        assert set(side.workplace.chats) == before


async def test_the_doctor_tries_graph(side: TeamsSide) -> None:
    """It names what is missing: the package, or a permission."""
    config = config_for(side, TENANT, graph=True)
    assert await problem_with(config) == ""
    known, side.workplace.catalog_app_id = side.workplace.catalog_app_id, ""
    assert "Manage apps" in await problem_with(config)
    side.workplace.catalog_app_id = known
    side.ctx.permissions.remove("AppCatalog.Read.All")
    assert "AppCatalog.Read.All" in await problem_with(config)


@pytest.mark.parametrize(
    ("cloud", "host", "login", "issuer"),
    [
        ("public", "smba.trafficmanager.net", "login.microsoftonline.com", "https://api.botframework.com"),
        ("public", "smba.infra.gcc.teams.microsoft.com", "login.microsoftonline.com", ""),
        ("public", "smba.onyx.prod.teams.trafficmanager.net", "login.microsoftonline.com", ""),
        (
            "gcc-high",
            "smba.infra.gov.teams.microsoft.us",
            "login.microsoftonline.us",
            "https://api.botframework.us",
        ),
        (
            "dod",
            "smba.infra.dod.teams.microsoft.us",
            "login.microsoftonline.us",
            "https://api.botframework.us",
        ),
    ],
)
def test_each_cloud_has_its_own_hosts(cloud: str, host: str, login: str, issuer: str) -> None:
    """No token goes to another cloud's host."""
    config = TeamsConfig("app", "secret", "tenant", cloud=CLOUDS[cloud])
    assert config.may_speak_to(f"https://{host}/teams/")
    assert config.may_speak_to(config.service_url)
    assert config.where_tokens_come_from == f"https://{login}/tenant/oauth2/v2.0/token"
    assert config.issuer == issuer or not issuer
    others = [one.service_url for name, one in CLOUDS.items() if name != cloud]
    assert not any(config.may_speak_to(url) for url in others)


INSTALL = "/installedApps"


def chats(side: TeamsSide) -> int:
    return len(side.workplace.chats)


async def test_a_chat_is_made_once_however_often_graph_puts_the_app_off(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    """The chat stands already when the app's turn comes: the next try goes on there."""
    async with at_home(side, f"sqlite:///{tmp_path}/g.db", clock, (FEATURE,), graph=True) as application:
        before = chats(side)
        side.faults.rate_limit(INSTALL, 5, times=1)
        with pytest.raises(Throttled):
            await open_group(application, "Ben Ito", "Chi Okafor")
        side.faults.status(INSTALL, 502, times=1)
        with pytest.raises(Unavailable):
            await open_group(application, "Ben Ito", "Chi Okafor")
        side.faults.refuse(INSTALL, "Conflict", 409, times=1)
        await open_group(application, "Ben Ito", "Chi Okafor")
        assert chats(side) == before + 1
        await open_group(application, "Ben Ito", "Chi Okafor")
        assert chats(side) == before + 2, "another group of the same people has a chat of its own"


async def test_a_token_that_graph_does_not_take_is_replaced_once(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    async with at_home(side, f"sqlite:///{tmp_path}/g.db", clock, (FEATURE,), graph=True) as application:
        side.faults.refuse("/appCatalogs/", "InvalidAuthenticationToken", 401, times=1)
        await open_group(application, "Ben Ito", "Chi Okafor")
        side.faults.refuse("/installedApps", "InvalidAuthenticationToken", 401)
        with pytest.raises(PlatformError, match="401"):
            await open_group(application, "Ben Ito", "Chi Okafor")


async def test_a_thread_is_opened_only_where_everybody_can_read_it(
    side: TeamsSide, clock: MovedClock, tmp_path: Path
) -> None:
    """Somebody whose account was switched off is not in the team any more: a mention would reach nobody."""
    async with at_home(side, f"sqlite:///{tmp_path}/g.db", clock, (FEATURE,)) as application:
        await open_group(application, "Ben Ito", "Chi Okafor")
        gone = application.user("Chi Okafor")
        side.team("Learning").member_ids.remove(side.user("Chi Okafor").teams_id)
        with pytest.raises(PlatformError, match="not in the team any more"):
            await application.platform.open_group(
                application.tenant,
                [application.user("Ben Ito"), gone],
                name="Group 2",
                near=application.channel(),
                language="en",
            )
