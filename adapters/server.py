"""`throughline run`: the real doors when there are credentials, else the playground. Stops gracefully."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass

import structlog
from aiohttp import web
from sqlmodel import col, func, select

from adapters.address_workspaces import keep_giving
from adapters.app import Application, build_application
from adapters.background import ended
from adapters.cells import Cells, InTwoPlaces
from adapters.cli.databases import alone_with, open_database
from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.garbage import look_less_often
from adapters.idle_connections import IdleConnections, most_connections
from adapters.logs import set_up_logs
from adapters.observing.tracing import TracingMissing, spans_to
from adapters.observing.watch import Span, Watch, no_span
from adapters.replies.door import InboundDoor
from adapters.replies.mailbox import read_for_ever
from adapters.settings import DEFAULT_DATABASE, Settings
from adapters.slack.app import SlackConfig, build_slack
from adapters.slack.installing import Installing, OAuthDoor, install_address
from adapters.slack.own_workspace import OwnWorkspace
from adapters.slack.platform import SLACK, SlackPlatform, Tokens
from adapters.slack.store import Installations, States, unreadable
from adapters.teams.app import build_teams
from adapters.teams.clouds import CLOUDS
from adapters.teams.config import TeamsConfig
from adapters.teams.platform import TeamsPlatform
from adapters.web.health import PROBES, READY
from adapters.web.install_pages import outcome_page
from adapters.web.readiness import Readiness
from bot.core.clock import SystemClock
from bot.core.events import Who
from bot.core.links import Links
from bot.core.permissions import Role
from bot.core.platform import PlatformError
from bot.core.rate_limits import RateLimiter
from bot.features import all_kinds
from bot.installations.installed import come_back
from storage.cells import MAIN, departed, is_known
from storage.database import Database
from storage.held_file import HeldElsewhere
from storage.migrating import migrate
from storage.people import Community, Duty, Person, Workspace

log = structlog.get_logger()


class CannotStart(Exception):
    """The text says why, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the platforms are reached. The defaults are the real ones; tests name the playground's."""

    slack_url: str = SLACK
    slack_authorize_url: str = ""
    """Where Slack asks a person to allow the app; empty for the real page."""
    teams: Callable[[Settings], TeamsConfig] | None = None
    nameservers: tuple[tuple[str, int], ...] = ()
    """Who is asked for a domain's records; empty for the machine's own name servers."""


async def serve(settings: Settings, doors: Doors | None = None, stop: asyncio.Event | None = None) -> int:
    """Serve until SIGTERM, SIGINT or `stop`. Returns the exit status: 1 when it could not start."""
    set_up_logs(settings.log_format)
    with _stopped_by_signals(stop or asyncio.Event()) as told:
        try:
            if settings.production:
                return await _serve_platforms(settings, doors or Doors(), told)
            return await _serve_playground(settings, told)
        except (CannotStart, OSError) as error:
            _tell_operator(_why(error, settings), settings)
            return 1


def _tell_operator(why: str, settings: Settings) -> None:
    """A sentence for whoever starts the process: a line on the terminal, or an entry of a JSON log."""
    if settings.log_format == "json":
        log.error("told_at_start", why=why)
    else:
        print(f"throughline: {why}", file=sys.stderr)


async def _serve_playground(settings: Settings, stop: asyncio.Event) -> int:
    from adapters.playground.server import CannotServe, live

    if settings.database_url != DEFAULT_DATABASE:
        why = "no Slack or Teams credentials are set: the playground keeps its own database, "
        why += "and leaves the one of DATABASE_URL alone"
        _tell_operator(why, settings)
    try:
        return await live(settings, stop)
    except CannotServe as error:
        raise CannotStart(str(error)) from error


async def _serve_platforms(settings: Settings, doors: Doors, stop: asyncio.Event) -> int:
    async with open_house(settings, doors) as open_doors:
        look_less_often()
        print(open_doors.told, flush=True)
        await stop.wait()
        log.info("stopping")
    return 0


@dataclass(frozen=True, slots=True)
class House:
    """What is being opened: a bot for each database, and one set of doors."""

    settings: Settings
    doors: Doors
    applications: dict[str, Application]

    @property
    def main(self) -> Application:
        return self.applications[MAIN]

    async def of(self, platform: str, tenant: str) -> Application:
        """The one that has a workspace; a new workspace begins in the main one."""
        dispatcher = await self.main.dispatcher.of(Who(platform=platform, tenant=tenant, user=""))
        return next(one for one in self.applications.values() if one.dispatcher is dispatcher)


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """A bot that serves. `application` is the main database's; `told` is what is printed at start."""

    application: Application
    address: str
    told: str
    applications: dict[str, Application]
    """Of each database, `application` among them."""


@contextlib.asynccontextmanager
async def open_house(settings: Settings, doors: Doors) -> AsyncIterator[OpenHouse]:
    """Serve the platforms that have credentials for the time of a block. Raises `CannotStart`."""
    with ExitStack() as held:
        for url in settings.cells.values():
            held.enter_context(_alone(url))
        async with _served(settings, doors) as served:
            yield served


@contextlib.asynccontextmanager
async def _served(settings: Settings, doors: Doors) -> AsyncIterator[OpenHouse]:
    databases = {name: open_database(url) for name, url in settings.cells.items()}
    for name, database in databases.items():
        await _migrated(database, "DATABASE_URL" if name == MAIN else f"{name} in DATABASES")
    links = Links(settings.base_url, *settings.link_secrets(), form_keys=settings.form_keys())
    span, end_spans = _spans(settings)
    watch, clock = Watch(span=span), SystemClock()
    house = House(
        settings,
        doors,
        {name: build_application(one, clock, links, {}, watch, name) for name, one in databases.items()},
    )
    application = house.main
    async with AsyncExitStack() as last, AsyncExitStack() as stack:
        last.push_async_callback(asyncio.to_thread, end_spans)
        for one in house.applications.values():
            stack.push_async_callback(one.stop, settings.grace_seconds)
        await _open_cells(house, stack)
        if settings.slack_bot_token or settings.slack_client_id:
            await _open_slack(house, stack, last)
        if settings.teams_app_id:
            await _open_teams(house, last)
        if settings.smtp_url:
            await _open_email(house, stack)
        if settings.metrics_port or settings.metrics_token:
            await _open_metrics(house, stack)
        # A person who is answered may rely on everything that is written at start.
        codes = await _setup_codes(house)
        connections = IdleConnections(application.app, most=most_connections())
        runner = web.AppRunner(application.app, access_log=None, shutdown_timeout=settings.grace_seconds)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        assert runner.server is not None
        await stack.enter_async_context(connections.watching(runner.server))
        await web.TCPSite(runner, settings.host, settings.port).start()
        address = f"http://{settings.host}:{runner.addresses[0][1]}"
        problems = [problem for probe in application.app[PROBES] if (problem := probe())]
        told = _told(settings, address, codes, problems)
        for one in house.applications.values():
            await one.start()
        yield OpenHouse(application, address, told, house.applications)


@contextlib.contextmanager
def _alone(url: str) -> Iterator[None]:
    try:
        with alone_with(url):
            yield
    except HeldElsewhere as error:
        raise CannotStart(
            f"another process serves {error} already: stop it first, or use PostgreSQL"
        ) from None


async def _open_cells(house: House, stack: AsyncExitStack) -> None:
    """Where there are several databases, what comes in finds its own, and moves are brought to an end."""
    others = {name: one for name, one in house.applications.items() if name != MAIN}
    if not others:
        return
    cells = Cells({name: one.dispatcher for name, one in house.applications.items()})
    try:
        await cells.check()
    except InTwoPlaces as error:
        raise CannotStart(
            f"two databases hold {error}: each lives in one. Was an old backup put back, or a database begun "
            "by itself? Take one of them out of DATABASES"
        ) from None
    await cells.settle()
    for name, one in others.items():
        house.main.app[READY][name] = Readiness(one.database, one.clock)
    task = asyncio.create_task(cells.run())
    stack.push_async_callback(ended, task)


async def _migrated(database: Database, setting: str) -> None:
    try:
        await migrate(database)
    except Exception as error:
        log.error("migration_failed", exc_info=error)
        raise CannotStart(
            f"the database cannot be opened or migrated ({type(error).__name__}): check {setting}, "
            "and run throughline doctor"
        ) from error


async def _open_slack(house: House, stack: AsyncExitStack, last: AsyncExitStack) -> None:
    settings, application, url = house.settings, house.main, house.doors.slack_url
    own = await _own_workspace(house) if settings.slack_bot_token else None
    if own is not None:
        last.push_async_callback(own.close)
    installations = {
        name: await _installations(one, settings)
        for name, one in house.applications.items()
        if settings.slack_client_id
    }
    everywhere: Tokens | None = own.tokens if own else None
    for name, one in reversed(house.applications.items()):
        here: Tokens | None = own.tokens if own else None
        if name in installations:
            here = installations[name].tokens(here)
            everywhere = installations[name].tokens(everywhere)
        assert here is not None
        platform = SlackPlatform(here, url, RateLimiter(one.database, one.clock))
        one.platforms["slack"] = platform
        last.push_async_callback(platform.close)
    assert everywhere is not None
    door = SlackPlatform(everywhere, url, RateLimiter(application.database, application.clock))
    last.push_async_callback(door.close)
    config = SlackConfig(
        settings.slack_signing_secret or secrets.token_hex(16),  # over sockets nothing is signed
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_client_id,
        settings.slack_client_secret,
        base_url=url,
    )
    slack = build_slack(application.dispatcher, door, config)
    if installations:
        oauth = OAuthDoor(outcome_page, settings.base_url, house.doors.slack_authorize_url)
        states = States(application.database, application.links, application.clock)
        by_dispatcher = {house.applications[name].dispatcher: one for name, one in installations.items()}
        application.app.add_routes(
            Installing(application.dispatcher, config, oauth, states, by_dispatcher).routes
        )
    if settings.slack_app_token:
        await slack.start_socket_mode()
        application.app[PROBES].append(slack.socket_problem)
        stack.push_async_callback(slack.stop)
    else:
        application.app.add_routes(slack.routes)


async def _own_workspace(house: House) -> OwnWorkspace:
    settings = house.settings

    async def keep(team: str, name: str) -> None:
        await _keep_workspace(house, "slack", team, name)
        if own.problem() and (codes := await _setup_codes(house)):
            print("\n".join(codes), flush=True)  # the start could not tell it

    own = OwnWorkspace(settings.slack_bot_token, house.doors.slack_url, keep)
    try:
        await own.open()
    except PlatformError as error:
        await own.close()
        raise CannotStart(f"{error} Check SLACK_BOT_TOKEN.") from error
    house.main.app[PROBES].append(own.problem)
    return own


async def _installations(application: Application, settings: Settings) -> Installations:
    seal = settings.token_seal()
    if broken := await unreadable(application.database, seal):
        raise CannotStart(
            f"{broken} workspace tokens cannot be opened with THROUGHLINE_TOKEN_KEYS: put the key that was "
            "there before behind the new one, separated by a comma, and run `throughline tokens rotate`"
        )
    return Installations(application.database, seal, application.clock)


async def _open_teams(house: House, last: AsyncExitStack) -> None:
    """One tenant, so one platform for whichever database has it."""
    settings, main = house.settings, house.main
    config = house.doors.teams(settings) if house.doors.teams else teams_config(settings)
    await _keep_workspace(house, "teams", config.tenant_id, "")
    platform = TeamsPlatform(config, RateLimiter(main.database, main.clock))
    for one in house.applications.values():
        one.platforms["teams"] = platform
    last.push_async_callback(platform.close)
    teams = build_teams(main.dispatcher, platform)
    main.app.add_routes(teams.routes())


async def _open_email(house: House, stack: AsyncExitStack) -> None:
    """One relay and one pace for all databases."""
    settings, main = house.settings, house.main
    platform = EmailPlatform(
        email_config(settings), main.links, main.clock, RateLimiter(main.database, main.clock)
    )
    for one in house.applications.values():
        stack.push_async_callback(await keep_giving(one.database, one.clock))
        one.platforms["email"] = platform
    stack.push_async_callback(platform.relay.close)
    inbound = InboundDoor(main.dispatcher, platform, settings.email_inbound_key)
    main.app.add_routes(inbound.routes)
    if settings.imap_url:
        stack.push_async_callback(read_for_ever(settings.imap_url, inbound.take))


async def _open_metrics(house: House, stack: AsyncExitStack) -> None:
    settings = house.settings
    databases = {name: one.database for name, one in house.applications.items()}
    route = house.main.metrics_route(settings.metrics_token, databases)
    if not settings.metrics_port:
        house.main.app.add_routes([route])
        return
    app = web.Application()
    app.add_routes([route])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, settings.host, settings.metrics_port).start()
    except OSError as error:
        where = f"{settings.host}:{settings.metrics_port}"
        raise CannotStart(
            f"cannot listen on {where} ({error.strerror}): choose another METRICS_PORT"
        ) from error


def _spans(settings: Settings) -> tuple[Span, Callable[[], None]]:
    """What opens spans, and what ends that."""
    if not settings.otel_exporter_otlp_endpoint:
        return no_span, lambda: None
    try:
        return spans_to(settings.otel_exporter_otlp_endpoint)
    except TracingMissing as error:
        raise CannotStart(str(error)) from error


def email_config(settings: Settings) -> EmailConfig:
    """The relay, the sender and the limits."""
    return EmailConfig(
        settings.smtp_url,
        settings.email_from,
        settings.email_per_hour,
        settings.email_per_domain,
        takes_replies=bool(settings.imap_url or settings.email_inbound_key),
    )


def teams_config(settings: Settings) -> TeamsConfig:
    """The bot's registration with the real Microsoft."""
    return TeamsConfig(
        settings.teams_app_id,
        settings.teams_app_password,
        settings.teams_tenant_id,
        cloud=CLOUDS[settings.teams_cloud],
        graph=settings.teams_graph,
    )


async def _keep_workspace(house: House, platform: str, tenant: str, name: str) -> None:
    """The workspace's row, and the community's when this is the very first start."""
    application = await house.of(platform, tenant)
    async with application.database.read() as db:
        known = await is_known(db, platform, tenant)
    if not known:
        application = await _with_a_community(house)
    now = application.clock.now()
    async with application.database.write() as db:
        if await departed(db, platform, tenant):
            return  # on its way, with its rows
        found = await db.scalars(
            select(Workspace).where(Workspace.platform == platform, Workspace.tenant == tenant)
        )
        workspace = found.first()
        if workspace is not None:
            await come_back(db, all_kinds(), workspace, now)
            return
        community = (await db.scalars(select(Community).order_by(col(Community.id)))).first()
        if community is None:
            community = Community(name=house.settings.community_name, created_at=now)
            db.add(community)
            await db.flush()
        db.add(
            Workspace(
                community_id=community.id,
                platform=platform,
                tenant=tenant,
                name=name,
                installed_at=now,
            )
        )


async def _with_a_community(house: House) -> Application:
    """The first that has one: it may have moved from the main database; else the main one."""
    for one in house.applications.values():
        async with one.database.read() as db:
            if await db.scalar(select(Community.id).limit(1)) is not None:
                return one
    return house.main


async def setup_code(database: Database) -> str:
    """The code by which the first administrator is named; made once, and empty when there is one."""
    async with database.write() as db:
        administrators = await db.scalar(
            select(func.count())
            .select_from(Duty)
            .join(Person)
            .where(Duty.role == Role.ADMINISTRATOR, col(Person.deleted_at).is_(None))
        )
        community = (await db.scalars(select(Community).order_by(col(Community.id)))).first()
        if administrators or community is None:
            return ""
        code = community.settings.setup_code or secrets.token_hex(8)
        community.settings = community.settings.model_copy(update={"setup_code": code})
    return code


async def _setup_codes(house: House) -> list[str]:
    """A line for each database whose community has no administrator yet."""
    codes = {name: await setup_code(one.database) for name, one in house.applications.items()}
    return [_setup(code, name) for name, code in codes.items() if code]


def _told(settings: Settings, address: str, codes: Sequence[str], problems: Sequence[str]) -> str:
    lines = [*codes, f"Throughline listens on {address}; links lead to {settings.base_url}"]
    if settings.slack_client_id:
        lines.append(f"  Add to Slack: {install_address(settings.base_url)}")
    if settings.slack_bot_token or settings.slack_client_id:
        by = "Socket Mode" if settings.slack_app_token else f"{settings.base_url}/slack/events"
        lines.append(f"  Slack: {by}")
    if settings.teams_app_id:
        lines.append(f"  Teams: {settings.base_url}/api/messages")
    if settings.smtp_url:
        lines.append(f"  E-mail: as {settings.email_from}")
    lines += [f"  Not ready: {problem}" for problem in problems]
    return "\n".join(lines)


def _setup(code: str, cell: str) -> str:
    typed = f"/throughline setup {code} on Slack, setup {code} on Teams"
    where = "" if cell == MAIN else f" in {cell}"
    return f"Setup code{where}: {code}. The first administrator types: {typed}"


@contextlib.contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[asyncio.Event]:
    """Set `stop` at SIGTERM and SIGINT; a second one ends the process as usual."""
    loop = asyncio.get_running_loop()
    asked = (signal.SIGTERM, signal.SIGINT)

    def tell() -> None:
        stop.set()
        for one in asked:
            loop.remove_signal_handler(one)

    try:
        for one in asked:
            loop.add_signal_handler(one, tell)
    except (NotImplementedError, RuntimeError, ValueError):
        pass  # not in the main thread, or a system without signals: whoever calls stops us
    try:
        yield stop
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for one in asked:
                loop.remove_signal_handler(one)


def _why(error: Exception, settings: Settings) -> str:
    if isinstance(error, OSError) and error.filename:
        return (
            f"cannot use {error.filename} ({error.strerror}): make it a place where the bot may write, "
            "or name another one with DATABASE_URL, DATA_FOLDER or KEYS_FOLDER"
        )
    if isinstance(error, OSError) and not isinstance(error, CannotStart):
        return (
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror or error}): is another one "
            "running, here or on the same data? Choose another port with --port or PORT"
        )
    return str(error)
