"""The playground's two workplaces and a real bot between them, all on loopback.

The bot runs its own Slack and Teams adapters and cannot tell the difference: signatures, tokens, limits and
retries are real. Only the far side of the wire is ours. Never used with a production configuration.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from time import monotonic
from urllib.parse import urlsplit

from aiohttp import web

from adapters.app import Application, build_application
from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.mail import MailSide, letters
from adapters.playground.mail import running as mail_running
from adapters.playground.people import SamplePerson
from adapters.playground.persistence import Snapshot, kept
from adapters.playground.sample import (
    MAIL_TENANT,
    SLACK_TEAM,
    TEAMS_TENANT,
    Home,
    Population,
    population,
    settle_sample,
)
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app
from adapters.playground.slack import running as slack_running
from adapters.playground.teams import TeamsSide, TeamsWorkplace
from adapters.playground.teams import running as teams_running
from adapters.replies.door import PATH as INBOUND
from adapters.replies.door import InboundDoor
from adapters.slack.app import SlackConfig, SlackEndpoint, build_slack
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from adapters.teams.app import TeamsEndpoint, build_teams
from adapters.teams.config import LOOPBACK, TeamsConfig
from adapters.teams.platform import TeamsPlatform
from bot.core.clock import MovedClock
from bot.core.form_keys import FormKeys
from bot.core.links import Links
from bot.features import all_features
from storage.database import Database

People = tuple[SamplePerson, ...]

TEAMS_APP = "3a0c9d1e-52b6-4b0e-8a55-7f1f0c3f9a01"
TEAM_NAME = "Steady Teams"
CHANNEL_NAME = "Steady Teams, spring 2027"
SENDER = "Northwest Learning Community <hello@throughline.example>"
HOUSEKEEPING = timedelta(hours=1)

Mount = Callable[["Environment", web.Application], None]


@dataclass
class Environment:
    """A running playground. `slack_app` and `teams_app` are the bot's doors, `slack` and `teams` the far
    sides; `ledger` is what the far sides accepted, counted by them alone."""

    clock: MovedClock
    application: Application
    ledger: Ledger
    faults: Faults
    slack: SlackSide
    teams: TeamsSide
    slack_app: SlackEndpoint
    teams_app: TeamsEndpoint
    mail: MailSide
    inbound: InboundDoor
    address: str

    housekept: datetime | None = None

    async def settle(self) -> None:
        """Wait until everything that was begun is done: events handled, jobs run, messages sent."""
        for _ in range(50):
            worked = await self.application.dispatcher.recover()
            await self.application.dispatcher.drain()
            await self.inbound.drain()
            worked += await self.application.scheduler.empty()
            await self.slack.settle()
            if not worked:
                return

    async def redeliver(self) -> None:
        """What the platforms send again by their own clock."""
        await self.slack.redeliver()
        await self.teams.redeliver()

    async def next_moment(self) -> datetime | None:
        """When the next message or job is due."""
        return await self.application.next_due()

    async def move_to(self, moment: datetime) -> None:
        """Let time pass up to `moment`, stopping at everything that falls due on the way."""
        while True:
            due = await self.next_moment()
            if due is None or due > moment:
                break
            await self.arrive(due)
        await self.arrive(moment)

    async def move_to_next_message(self, most_stops: int = 500) -> None:
        """Let time pass until a platform has accepted another message, or nothing is due any more."""
        seen = len(self.ledger)
        for _ in range(most_stops):
            due = await self.next_moment()
            if due is None or len(self.ledger) > seen:
                return
            await self.arrive(due)

    async def arrive(self, moment: datetime) -> None:
        """Move the clock to `moment` at once, and do what is due then."""
        self.clock.move_to(max(moment, self.clock.now()))
        now = self.clock.now()
        if self.housekept is None or now - self.housekept >= HOUSEKEEPING:
            self.housekept = now
            await self.application.scheduler.housekeeping(self.application.scheduler.job_ctx)
        await self.settle()


@asynccontextmanager
async def running_town(
    database: Database,
    clock: MovedClock,
    home: Home,
    *,
    secrets: list[str],
    form_keys: FormKeys | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    mount: Mount | None = None,
    snapshot: Snapshot | None = None,
    people: Population | None = None,
) -> AsyncIterator[Environment]:
    """Start both far sides and the bot; stop them when the block ends. The database is migrated already.
    `people` are the sample's whole population, unless named.

    `mount` adds routes of its own to the application. With a `shelf` the far sides begin where they stood
    when they were last saved there, and are saved.
    """
    people, faults = people or population(home), Faults()
    await settle_sample(database, home, people, clock.now())
    ledger = Ledger(snapshot.ledger if snapshot else None)
    slack = _slack_side(clock, people.slack, ledger, faults, snapshot)
    teams = _teams_side(clock, people.teams, ledger, faults, snapshot)
    standing = snapshot.standing() if snapshot else None
    mail = MailSide(clock.now, ledger, faults, MAIL_TENANT, inbound_key=token_urlsafe(24))
    mail.move_in(people.mail)
    if snapshot is not None:
        mail.letters = letters.load(snapshot.mail)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(slack_running(slack))
        stack.enter_context(teams_running(teams, standing.teams_port if standing else 0))
        await stack.enter_async_context(mail_running(mail))
        links = Links(f"http://{host}:{port}", *secrets, form_keys=form_keys)
        application = build_application(database, clock, links, {})
        slack_app = _slack_door(application, slack)
        teams_app = _teams_door(application, teams)
        inbound = _mail_door(application, mail)
        application.app.add_routes([*slack_app.routes, *teams_app.routes(), *inbound.routes])
        application.app.add_routes([application.metrics_route()])
        environment = Environment(
            clock, application, ledger, faults, slack, teams, slack_app, teams_app, mail, inbound, ""
        )
        if mount is not None:
            mount(environment, application.app)
        runner = web.AppRunner(application.app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, host, port).start()
        environment.address = links.base_url = f"http://{host}:{runner.addresses[0][1]}"
        slack.connect(f"{environment.address}/slack/events")
        teams.connect(f"{environment.address}/api/messages")
        mail.connect(f"{environment.address}{INBOUND}")
        if standing is None:
            await _move_in(environment)
        if snapshot is not None:
            port = urlsplit(teams.root).port or 0
            sides = (slack.workplace, teams.workplace, mail)
            await stack.enter_async_context(kept(snapshot, clock, *sides, port))
        yield environment
        await inbound.drain()
        await slack_app.stop()
        await teams_app.stop()


def _slack_side(
    clock: MovedClock, people: People, ledger: Ledger, faults: Faults, snapshot: Snapshot | None
) -> SlackSide:
    told = manifest(all_features())
    app = new_app(
        "Throughline",
        scopes=told["oauth_config"]["scopes"]["bot"],
        bot_events=told["settings"]["event_subscriptions"]["bot_events"],
        commands=[one["command"] for one in told["features"]["slash_commands"]],
    )
    workplace = SlackWorkplace(app, clock.now, monotonic)
    if snapshot is not None and snapshot.standing() is not None:
        workplace.load(snapshot.slack)
    else:
        workplace.add_workspace(SLACK_TEAM, "Northwest Learning Community", people)
    return SlackSide(workplace, ledger, faults)


def _teams_side(
    clock: MovedClock, people: People, ledger: Ledger, faults: Faults, snapshot: Snapshot | None
) -> TeamsSide:
    if snapshot is not None and snapshot.standing() is not None:
        return TeamsSide(TeamsWorkplace.load(snapshot.teams, now=clock.now), ledger, faults)
    workplace = TeamsWorkplace(app_id=TEAMS_APP, now=clock.now)
    side = TeamsSide(workplace, ledger, faults)
    users = side.populate(list(people), TEAMS_TENANT)
    if users:
        workplace.add_team(TEAM_NAME, tenant_id=TEAMS_TENANT, members=users, channels=[CHANNEL_NAME])
    return side


def _slack_door(application: Application, side: SlackSide) -> SlackEndpoint:
    side.workplace.install(SLACK_TEAM)

    async def tokens(tenant: str) -> str:
        installation = side.workplace.workspaces[tenant].installation
        if installation is None:
            raise LookupError("the app was never installed there")
        return installation.bot_token  # as it is now: removed and installed again it is another one

    platform = SlackPlatform(tokens, f"{side.base_url}/api/")
    application.platforms["slack"] = platform
    config = SlackConfig(side.workplace.app.signing_secret, base_url=f"{side.base_url}/api/")
    return build_slack(application.dispatcher, platform, config)


def _teams_door(application: Application, side: TeamsSide) -> TeamsEndpoint:
    config = TeamsConfig(
        app_id=TEAMS_APP,
        app_password="playground-secret",  # noqa: S106 - opens nothing but the playground
        tenant_id=TEAMS_TENANT,
        allowed_hosts=LOOPBACK,
        service_url=side.service_url,
        openid_url=side.openid_url,
        token_url=side.token_url(TEAMS_TENANT),
        graph_url=side.graph_url,
    )
    platform = TeamsPlatform(config)
    application.platforms["teams"] = platform
    return build_teams(application.dispatcher, platform)


def _mail_door(application: Application, side: MailSide) -> InboundDoor:
    config = EmailConfig(side.smtp_url, SENDER, takes_replies=True)
    platform = EmailPlatform(config, application.links, application.clock)
    application.platforms["email"] = platform
    return InboundDoor(application.dispatcher, platform, side.inbound_key)


async def _move_in(environment: Environment) -> None:
    """On Teams the app is installed for everybody and in the team, as an administrator would do it, over a
    day: the clock stands still meanwhile, so no rate is counted."""
    people = list(environment.teams.workplace.users.values())
    if not people:
        return
    limits = environment.teams.limits
    counted, limits.enabled = limits.enabled, False
    await environment.teams.add_bot_to_team(TEAM_NAME)
    await asyncio.gather(*(environment.teams.install_personal(user) for user in people))
    await environment.settle()
    limits.enabled = counted
