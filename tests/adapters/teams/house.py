"""The bot as it runs: database, router, Teams platform and door, on loopback against the far side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from sqlmodel import SQLModel, select

from adapters.dispatcher import Dispatcher
from adapters.playground.teams import DeliveryOutcome, TeamsSide
from adapters.teams import TeamsConfig, TeamsPlatform, build_teams
from adapters.teams.app import PATH, TeamsEndpoint
from bot.core.clock import Clock
from bot.core.feature import Feature
from bot.core.links import Links
from bot.core.platform import Address
from bot.core.router import Router
from storage.database import Database
from storage.people import Community, Workspace
from tests.support.databases import with_tables

PASSWORD = "playground-secret"


@dataclass
class Application:
    """What a test may look at."""

    side: TeamsSide
    database: Database
    router: Router
    platform: TeamsPlatform
    door: TeamsEndpoint
    tenant: str

    async def settled(self, outcome: DeliveryOutcome) -> DeliveryOutcome:
        """The outcome when all that was acknowledged has been handled and answered."""
        await self.door.drain()
        return outcome

    def direct(self, name: str) -> Address:
        """A person's own chat with the bot."""
        return Address(self.tenant, self.side.conversation_id(name, None), self.reference())

    def channel(self, name: str = "Cohort 1") -> Address:
        return Address(self.tenant, self.side.conversation_id("Ana Reyes", name), self.reference())

    def reference(self) -> dict[str, str]:
        return {"service_url": self.side.service_url}

    def user(self, name: str) -> str:
        """The platform user key of a person: their Entra object id."""
        return self.side.user(name).aad_object_id

    async def rows(self, table: type[SQLModel]) -> list[SQLModel]:
        async with self.database.read() as db:
            return list(await db.scalars(select(table)))


def config_for(side: TeamsSide, tenant: str, **more: object) -> TeamsConfig:
    """The adapter's settings for a far side on this machine."""
    return TeamsConfig(
        app_id=side.workplace.app_id,
        app_password=PASSWORD,
        tenant_id=tenant,
        allowed_hosts=frozenset({"127.0.0.1"}),
        service_url=side.service_url,
        openid_url=side.openid_url,
        token_url=side.token_url(tenant),
        graph_url=side.graph_url,
        **more,  # type: ignore[arg-type]
    )


@asynccontextmanager
async def at_home(
    side: TeamsSide, url: str, clock: Clock, features: tuple[Feature, ...], **more: object
) -> AsyncIterator[Application]:
    """An empty database with one community and its Teams workspace, and the door connected to the side."""
    tenant = next(iter(side.workplace.users.values())).tenant_id
    database = Database(with_tables(url), durable=False)
    async with database.write() as db:
        db.add(Community(name="Northwest", states=["OR"], languages=["en", "es"], created_at=clock.now()))
        await db.flush()
        db.add(
            Workspace(
                community_id=1, platform="teams", tenant=tenant, name="Northwest", installed_at=clock.now()
            )
        )
    platform = TeamsPlatform(config_for(side, tenant, **more))
    router = Router(database, clock, features, {"teams": platform}, Links("http://127.0.0.1:8700", "s"))
    door = build_teams(Dispatcher(router), platform)
    app = web.Application()
    app.add_routes(door.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    side.connect(f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}")
    side.team("Learning").bot_installed = True
    side.workplace.personal_installs.add(side.user("Ana Reyes").teams_id)
    try:
        yield Application(side, database, router, platform, door, tenant)
    finally:
        await door.stop()
        await runner.cleanup()
        await database.close()
