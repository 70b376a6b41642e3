"""A bot that can be installed in several workspaces, and Slack's far side with its page for allowing it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
from yarl import URL

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.slack import SlackApp, SlackSide, SlackWorkplace, new_app, running
from adapters.server import Doors, OpenHouse, open_house
from adapters.settings import Settings, read_settings
from adapters.slack.manifest import manifest
from bot.core.clock import SystemClock
from bot.features import all_features
from storage.sealing import new_key

ONE, TWO = "T0ONE", "T0TWO"
ADA = SamplePerson("UADA", "Ada Lane", "ada@example.org", "America/Boise", "en-US", "administrator")
BO = SamplePerson("UBO", "Bo Reed", "bo@example.org", "America/Boise", "es-US", "administrator")
KEY = new_key()


def settings_in(folder: Path, app: SlackApp, **more: object) -> Settings:
    """Settings as from an empty environment but for Slack's app and one key."""
    nothing = {
        name: "" for name in Settings.model_fields if name.startswith(("slack_", "teams_a", "teams_t"))
    }
    given = {
        **nothing,
        "data_folder": folder,
        "database_url": f"sqlite:///{folder}/real.db",
        "port": free_port(),
        "public_url": "",
        "grace_seconds": 2,
        "slack_client_id": app.client_id,
        "slack_client_secret": app.client_secret,
        "slack_signing_secret": app.signing_secret,
        "throughline_token_keys": KEY,
        **more,
    }
    return read_settings(**given)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def two_workspaces() -> SlackSide:
    """The app is registered with the address to come back to, and installed nowhere."""
    told = manifest(all_features())
    app = new_app(
        "Throughline",
        told["oauth_config"]["scopes"]["bot"],
        told["settings"]["event_subscriptions"]["bot_events"],
        ["/throughline"],
        redirect_urls=["http://127.0.0.1"],
    )
    workplace = SlackWorkplace(app, SystemClock().now, lambda: 100.0)
    workplace.add_workspace(ONE, "First Community", [ADA])
    workplace.add_workspace(TWO, "Second Community", [BO])
    return SlackSide(workplace, Ledger(), Faults())


@dataclass
class Installable:
    """A serving bot and its far side."""

    side: SlackSide
    served: OpenHouse
    settings: Settings

    @property
    def install_url(self) -> str:
        return f"{self.served.address}/slack/install"

    async def settle(self) -> None:
        """Until nothing is under way on either side."""
        for _ in range(5):
            await self.served.application.dispatcher.drain()
            await self.served.application.scheduler.empty()
            await self.side.settle()

    def browser(self) -> aiohttp.ClientSession:
        """A browser of its own: cookies are kept, also secure ones, as browsers do for this machine."""
        address = URL(self.served.address)
        return aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=address)
        )

    async def install(self, team: str, person: str, url: str = "") -> tuple[int, str]:
        """Begin, allow it on Slack's page, come back. Returns the last page."""
        async with self.browser() as browser:
            back = await self.allowed(browser, team, person, url)
            return await shown(browser, back)

    async def allowed(self, browser: aiohttp.ClientSession, team: str, person: str, url: str = "") -> str:
        """The address that Slack sends this browser back to, not opened yet."""
        slack = await self.begun(browser, url)
        return self.side.authorize(slack, team, person)

    async def begun(self, browser: aiohttp.ClientSession, url: str = "") -> str:
        """Slack's page for allowing it, as this browser was sent there."""
        async with browser.get(url or self.install_url, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]


async def shown(browser: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with browser.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.text()


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


@asynccontextmanager
async def installable(folder: Path, **more: object) -> AsyncIterator[Installable]:
    """Both, connected to each other."""
    side = two_workspaces()
    async with running(side):
        settings = settings_in(folder, side.workplace.app, **more)
        async with reopened(side, settings) as made:
            yield made


@asynccontextmanager
async def reopened(side: SlackSide, settings: Settings) -> AsyncIterator[Installable]:
    """The same bot started again on the same database."""
    doors = Doors(f"{side.base_url}/api/", f"{side.base_url}/oauth/v2/authorize")
    async with open_house(settings, doors) as served:
        side.connect(f"{served.address}/slack/events")
        made = Installable(side, served, settings)
        yield made
        await made.settle()
