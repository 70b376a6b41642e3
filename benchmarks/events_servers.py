"""The servers that `benchmarks.events` compares, each as a process of its own that prints where it listens.

`bare-slack` is slack-bolt and `bare-teams` botbuilder's CloudAdapter, with one listener that does nothing and
stores nothing. The others are the product: checked, recorded durably in SQLite, acknowledged, then handled.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

SECRET = "benchmark-signing-secret"
TEAM, CHANNEL, CALM_TEAM = "T0BENCH", "C0BENCH", "T0CALM"
TENANT, CONVERSATION = "tenant-bench", "19:bench@thread.tacv2"
PEOPLE = 100


def bare_slack(_: dict[str, Any]) -> web.Application:
    """What slack-bolt's own documentation shows, with the workspace's token known."""
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1", bot_user_id="UBOT"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.event("message")
    async def heard(event: dict[str, Any]) -> None:
        pass

    return app.server(path="/slack/events").web_app


def bare_teams(told: dict[str, Any]) -> web.Application:
    """What botbuilder's own samples show."""
    from botbuilder.core import ActivityHandler, TurnContext
    from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
    from botframework.connector.auth import ChannelValidation

    ChannelValidation.open_id_metadata_endpoint = told["openid_url"]

    class Settings:
        APP_ID, APP_PASSWORD, APP_TYPE, APP_TENANTID = told["app_id"], "secret", "SingleTenant", TENANT

    class Heard(ActivityHandler):  # type: ignore[misc]
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            pass

    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Settings()))
    app = web.Application()

    async def messages(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, Heard()) or web.Response(status=200)

    app.router.add_post("/api/messages", messages)
    return app


async def product(kind: str, told: dict[str, Any]) -> web.Application:
    """The whole house on an SQLite file, its beat running; people and the channel are known."""
    from adapters.app import build_application
    from adapters.garbage import look_less_often
    from adapters.logs import set_up_logs
    from bot.core.clock import SystemClock
    from bot.core.links import Links
    from storage.database import Database
    from storage.migrating import migrate

    set_up_logs()
    database = Database(f"sqlite:///{Path(told['folder'])}/events.db")
    await migrate(database)
    await _fill(database, "slack" if kind == "slack" else "teams")
    application = build_application(database, SystemClock(), Links("http://127.0.0.1", "x" * 32), {})
    if kind == "slack":
        from adapters.slack.app import SlackConfig, build_slack, one_token
        from adapters.slack.platform import SlackPlatform

        slack_platform = SlackPlatform(one_token("xoxb-1"), "http://127.0.0.1:9/api/")
        application.platforms["slack"] = slack_platform
        slack = build_slack(application.dispatcher, slack_platform, SlackConfig(SECRET, "xoxb-1"))
        application.app.add_routes(slack.routes)
    else:
        from adapters.teams.app import build_teams
        from adapters.teams.config import LOOPBACK, TeamsConfig
        from adapters.teams.platform import TeamsPlatform

        config = TeamsConfig(
            told["app_id"], "secret", TENANT, allowed_hosts=LOOPBACK,
            service_url=told["service_url"], openid_url=told["openid_url"],
        )  # fmt: skip
        teams_platform = TeamsPlatform(config)
        application.platforms["teams"] = teams_platform
        application.app.add_routes(build_teams(application.dispatcher, teams_platform).routes())
    application.app.add_routes([application.metrics_route()])
    await application.start()
    look_less_often()
    return application.app


async def _fill(database: Any, platform: str) -> None:
    from storage.people import Community, Identity, Person, Workspace

    now = datetime.now(UTC)
    tenants = (TEAM, CALM_TEAM) if platform == "slack" else (TENANT,)
    async with database.write() as db:
        db.add(Community(name="Benchmark", created_at=now))
        await db.flush()
        workspaces = [
            Workspace(community_id=1, platform=platform, tenant=tenant, installed_at=now)
            for tenant in tenants
        ]
        db.add_all(workspaces)
        people = [Person(community_id=1, name=f"P{number}", created_at=now) for number in range(PEOPLE)]
        db.add_all(people)
        await db.flush()
        db.add_all(
            Identity(workspace_id=workspace.id, person_id=one.id, platform_user=f"U{number}")
            for workspace in workspaces
            for number, one in enumerate(people)
        )


async def serve(kind: str, told: dict[str, Any]) -> None:
    """Listen on a free port of loopback until killed."""
    if kind.startswith("bare"):
        app = bare_slack(told) if kind == "bare-slack" else bare_teams(told)
    else:
        app = await product(kind, told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], json.loads(sys.argv[2])))
