"""The real adapter between the real router and the far side of Slack, with a feature of a few lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.dispatcher import Dispatcher
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.slack import SlackMessage, SlackSide, SlackWorkplace, new_app, running
from adapters.slack.app import SlackConfig, SlackEndpoint, build_slack, one_token
from adapters.slack.manifest import EVENTS, SCOPES
from adapters.slack.platform import SlackPlatform
from bot.core.cards import Button, Card, Section
from bot.core.clock import MovedClock
from bot.core.context import Context
from bot.core.events import Event, Joined, Said
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.forms import Field, Form, Option, Values
from bot.core.inputs import Argument
from bot.core.links import Links
from bot.core.permissions import Action
from bot.core.platform import Address
from bot.core.reply import Refusal, Reply
from bot.core.router import Router
from prompts.text import Marked, mention
from prompts.words import forms as words
from storage.database import Database
from storage.people import Community, Workspace
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START

TEAM = "T0ONE"
PEOPLE = [
    SamplePerson("UFAYE", "Faye Fields", "faye@example.org", "America/Los_Angeles", "en-US", "facilitator"),
    SamplePerson("UPAT", "Pat Park", "pat@example.org", "America/Adak", "es-US", "participant"),
    SamplePerson("UGUS", "Gus Guest", "gus@example.org", None, None, "participant", is_guest=True),
]
HEARD: list[Event] = []


async def _greet(ctx: Context, values: dict[str, Any]) -> Reply:
    HEARD.append(ctx.event)
    count = Button(label="Count", action="count", value="1")
    return Reply(card=Card(text=f"hello {values['name']}", buttons=(count, _open())))


async def _wave(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply(card=Card(text=mention(ctx.me.name, ctx.me.id) + " waves"), public=True)


async def _refuse(ctx: Context, values: dict[str, Any]) -> Reply:
    raise Refusal(Marked("no, do this instead"))


async def _count(ctx: Context, value: str) -> Reply:
    HEARD.append(ctx.event)
    more = Button(label="Count", action="count", value=str(int(value) + 1))
    return Reply(card=Card(text=f"counted {value}", buttons=(more,)), replace=True)


def _open() -> Button:
    return Button(label="Ask", form="greet", value="c1")


async def _form(ctx: Context, context: str, initial: object) -> Form:
    return Form(
        name="greet",
        title="Greet somebody you have not met yet",
        submit="Go",
        context=context,
        fields=(
            Field(name="name", kind="text", label="Name", most=10),
            Field(name="how", kind="choice", label="How", required=False, options=_options(3)),
            Field(name="who", kind="people", label="Who", required=False),
            Field(name="day", kind="date", label="Day", required=False),
            Field(name="sure", kind="checkbox", label="Sure", required=False),
        ),
    )


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(value=f"o{number}", label=f"Option {number}") for number in range(count))


async def _submit(ctx: Context, context: str, values: Values) -> Reply:
    HEARD.append(ctx.event)
    if values["name"] == "again":
        return Reply(form=await _form(ctx, "c2", {}))
    if values["name"] == "taken":
        return Reply(errors={"name": "That name is taken."})
    return Reply(card=Card(text=f"greeted {values['name']} {context} {values['who']} {values['sure']}"))


async def _said(ctx: Context) -> Reply | None:
    HEARD.append(ctx.event)
    return Reply(card=Card(text=f"you said {ctx.event.text}")) if isinstance(ctx.event, Said) else None


async def _joined(ctx: Context) -> Reply | None:
    assert isinstance(ctx.event, Joined)
    HEARD.append(ctx.event)
    return None


async def _home(ctx: Context) -> Card | None:
    return Card(
        title="Next",
        sections=(Section(title="Today", buttons=(Button(label="Count", action="count", value="7"),)),),
    )


FEATURE = Feature(
    "test",
    commands=(
        CommandSpec(
            "greet",
            Action.TAKE_PART,
            words.required,
            _greet,
            (Argument("name", "text"),),
            form="greet",
            slash="greet",
        ),
        CommandSpec("wave", Action.TAKE_PART, words.required, _wave),
        CommandSpec("refuse", Action.TAKE_PART, words.required, _refuse),
    ),
    forms=(FormSpec("greet", Action.TAKE_PART, _form, _submit),),
    presses=(PressSpec("count", Action.TAKE_PART, _count),),
    said=(_said,),
    joined=(_joined,),
    home=(_home,),
)


@dataclass
class World:
    """Both sides of the wire. `heard` is what reached the feature."""

    side: SlackSide
    app: SlackEndpoint
    platform: SlackPlatform
    router: Router
    database: Database
    clock: MovedClock
    url: str = ""
    heard: list[Event] = field(default_factory=lambda: HEARD)

    async def settle(self) -> None:
        """Until nothing is under way on either side."""
        await self.side.settle()
        await self.app.drain()
        await self.side.settle()

    async def direct(self, user: str = "UPAT") -> Address:
        return await self.platform.open_direct(TEAM, user, {})

    async def newest(self, user: str, place: str | None = None) -> SlackMessage:
        await self.settle()
        return self.side.inbox(user, place)[-1]


def shown(message: SlackMessage) -> str:
    """All text of a message's blocks, in order."""
    return "".join(shown_parts(message))


def shown_parts(message: SlackMessage) -> list[str]:
    """The same, text by text."""
    return _texts(list(message.blocks))


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for child in node for text in _texts(child)]
    if not isinstance(node, dict):
        return []
    if isinstance(node.get("text"), str):
        return [node["text"]]
    return [text for key in ("text", "elements") for text in _texts(node.get(key))]


@asynccontextmanager
async def made_world(
    folder: Path, *, socket_mode: bool = False, more: tuple[Feature, ...] = ()
) -> AsyncIterator[World]:
    """A workplace of three people, the app installed, and the bot connected to it; with `more` features,
    which see everything first."""
    HEARD.clear()
    clock = MovedClock(START)
    app = new_app(
        "Throughline", SCOPES, EVENTS, ["/throughline", "/greet"], socket_mode=socket_mode, should_escape=True
    )
    workplace = SlackWorkplace(app, clock.now, lambda: 100.0)
    workplace.add_workspace(TEAM, "Sample Community", PEOPLE)
    token = workplace.install(TEAM).bot_token
    side = SlackSide(workplace, Ledger(), Faults())
    async with running(side), _database(folder) as database:
        platform = SlackPlatform(one_token(token), f"{side.base_url}/api/")
        links = Links("http://127.0.0.1:8700", "test-secret")
        router = Router(database, clock, (*more, FEATURE), {"slack": platform}, links)
        config = SlackConfig(app.signing_secret, token, app.app_token)
        slack = build_slack(Dispatcher(router), platform, config)
        world = World(side, slack, platform, router, database, clock)
        async with _served(slack, socket_mode) as world.url:
            if not socket_mode:
                side.connect(world.url)
            try:
                yield world
            finally:
                await slack.stop()


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[Database]:
    """One community with one workspace."""
    database = Database(sqlite_with_tables(folder / "world.db"), durable=False)
    async with database.write() as db:
        db.add(Community(name="Northwest", states=["OR"], languages=["en", "es"], created_at=START))
        await db.flush()
        db.add(Workspace(community_id=1, platform="slack", tenant=TEAM, name="Northwest", installed_at=START))
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _served(slack: SlackEndpoint, socket_mode: bool) -> AsyncIterator[str]:
    if socket_mode:
        await slack.start_socket_mode()
        yield ""
        return
    application = web.Application()
    application.add_routes(slack.routes)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()
