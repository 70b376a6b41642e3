"""Threat 15: what people are called, write and are given stays out of logs, errors, addresses and metrics.

Names, an address, words and a link's token are sent down every path that can fail; then all that was printed
and every log line, of ours and of the libraries at their most talkative, is searched for them.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert, text
from sqlmodel import select

from adapters.doctor.data import database_findings
from adapters.logs import set_up_logs
from adapters.observing.meters import Meters
from adapters.observing.page import metrics_route
from adapters.playground.slack.delivery import sign
from adapters.playground.teams import TeamsSide
from adapters.playground.teams.tokens import Forgery
from adapters.settings import read_settings
from adapters.settings_error import SettingsError
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.events import Said
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec, kinds_of
from bot.core.forms import Field, Form, Values
from bot.core.inputs import Argument
from bot.core.jobs import JobContext
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.core.platform import Address, PlatformError, Sent, Unavailable, Uncertain
from bot.core.reply import Reply
from bot.core.router import Router
from bot.features import all_features
from bot.nudges.housekeeping import run_housekeeping
from bot.nudges.job_runner import JobRunner
from bot.nudges.sender import Sender
from prompts.text import Marked
from prompts.words import forms as words
from storage.nudges import InboxEvent, Job, Nudge
from storage.people import Person
from tests.adapters.slack.world import World
from tests.adapters.teams.house import at_home
from tests.security.test_slack_door import captured
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.pages import pressed
from tests.support.stage import START, Stage, staged

NAME = "Quetzalina"
EMAIL = "quetzalina@canary.example"
WORDS = "narwhals sing at night"
HUNTED = (NAME, EMAIL, WORDS, "Pat Park", "pat@example.org", "Ana Reyes")
"""Of the person here, and of those who stand in the playgrounds of both platforms."""
LIBRARIES = ("aiohttp", "aiosqlite", "asyncio", "botbuilder", "msal", "slack_bolt", "slack_sdk", "sqlalchemy")


@dataclass
class Told:
    """All that a process printed or logged, as it would stand in its log."""

    capture: pytest.CaptureFixture[str]
    log: io.StringIO
    also: list[str] = field(default_factory=list)

    def nothing_of(self, *hunted: str, but: tuple[str, ...] = ()) -> str:
        """Everything told, in which none of these stands; the events of `but` do."""
        out, err = self.capture.readouterr()
        told = "\n".join([out, err, self.log.getvalue(), *self.also])
        for one in (*HUNTED, *hunted):
            assert one.casefold() not in told.casefold(), f"{one} was told"
            assert base64.b64encode(one.encode()).decode().rstrip("=")[:-1] not in told
        for event in but:
            assert event in told, "the path was not walked"
        return told


@pytest.fixture(params=["text", "json"])
def told(
    request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Told]:
    """The process's own logs as they are set up at start, with every library told to say all it can."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    log = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", log)
        set_up_logs(request.param)
    root.setLevel(logging.DEBUG)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield Told(capfd, log)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    structlog.configure(**before)


def _about(ctx: Context) -> str:
    """All that a careless error could quote."""
    return f"{ctx.me.name} {ctx.me.email} {WORDS} {ctx.event.model_dump_json()}"


async def _raise(ctx: Context, *_: object) -> Reply:
    raise ValueError(_about(ctx))


async def _raise_behind(ctx: Context, *_: object) -> Reply:
    try:
        raise KeyError(_about(ctx))
    except KeyError as error:
        raise ExceptionGroup(WORDS, [ValueError(_about(ctx))]) from error


async def _clash(ctx: Context, *_: object) -> Reply:
    """A database error, which quotes its statement and its parameters."""
    again = {"id": ctx.me.id, "community_id": 1, "name": NAME, "email": EMAIL, "created_at": ctx.now}
    await ctx.db.execute(insert(Person).values(**again))
    return Reply()


async def _misuse(ctx: Context, *_: object) -> Reply:
    await ctx.db.execute(text(f"SELECT '{WORDS}' FROM nowhere"))
    return Reply()


async def _form(ctx: Context, context: str, initial: object) -> Form:
    fields = (Field(name="text", kind="text", label="Text"),)
    return Form(name="burst", title="Burst", submit="Go", fields=fields, context=context)


async def _submit(ctx: Context, context: str, values: Values) -> Reply:
    return await _raise_behind(ctx)


async def _said(ctx: Context) -> Reply | None:
    if isinstance(ctx.event, Said) and "burst" in ctx.event.text:
        raise ValueError(_about(ctx))
    return None


async def _compose(reading: ComposeContext) -> Card:
    assert reading.reader is not None
    raise ValueError(f"{reading.reader.name} {reading.reader.email} {WORDS}")


async def _job(job_ctx: JobContext) -> None:
    raise ValueError(WORDS)


async def _errand(job_ctx: JobContext, job: Job) -> None:
    raise ValueError(f"{WORDS} {job.details}")


FAILING = {"raise": _raise, "behind": _raise_behind, "clash": _clash, "misuse": _misuse}
BURST = Feature(
    "burst",
    commands=tuple(
        CommandSpec(f"burst {name}", Action.TAKE_PART, words.required, fail, (Argument("text", "text"),))
        for name, fail in FAILING.items()
    ),
    presses=tuple(PressSpec(f"burst.{name}", Action.TAKE_PART, fail) for name, fail in FAILING.items()),
    forms=(FormSpec("burst", Action.TAKE_PART, _form, _submit),),
    said=(_said,),
    messages=(MessageKind("burst", _compose),),
    housekeeping=(_job,),
    jobs={"burst": _errand},
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "canary.db"), (BURST,)) as made:
        await made.person("canary", email=EMAIL)
        async with made.database.write() as db:
            (await db.get_one(Person, 1)).name = NAME
        yield made


async def test_whatever_a_handler_fails_with_nobody_is_told_more_than_a_code(
    stage: Stage, told: Told
) -> None:
    for name in FAILING:
        replies = [
            await stage.command("canary", f"burst {name} {WORDS}"),
            await stage.press("canary", f"burst.{name}", WORDS),
        ]
        told.also += [reply.model_dump_json() for reply in replies]
    told.also.append((await stage.submit("canary", "burst", text=WORDS)).model_dump_json())
    told.also.append((await stage.say("canary", f"burst {WORDS}")).model_dump_json())
    async with stage.database.read() as db:
        left = list(await db.scalars(select(InboxEvent)))
    assert len(left) == 2 * len(FAILING) + 2
    told.also += [str(row) for row in left]
    everything = told.nothing_of(but=("event_failed", "ValueError", "IntegrityError"))
    assert everything.count("event_failed") == len(left)


class Far:
    """A platform that fails as it is told to, and says too much."""

    name = "slack"
    can_open_channels = can_open_groups = True

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, to: Address, card: Card, **_: object) -> Sent:
        raise self.error

    async def find(self, to: Address, mark: str, since: object) -> Sent | None:
        raise self.error


ERRORS = (
    PlatformError("channel_not_found"), Unavailable(WORDS), Uncertain(WORDS), ValueError(f"{NAME} {WORDS}"),
    aiohttp.ClientError(f"{EMAIL} {WORDS}"),
)  # fmt: skip


async def test_whatever_fails_on_the_way_out_names_rows_only(stage: Stage, told: Told) -> None:
    for number, error in enumerate(ERRORS):
        for kind in ("note", "burst"):
            await _plan(stage, f"{kind} {number}", kind)
        sender = Sender(stage.database, stage.clock, {"slack": Far(error)}, kinds_of((BURST,)), stage.links)  # type: ignore[dict-item]
        await sender.send_due()
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
    await JobRunner(job_ctx, BURST.jobs).run_due()
    await run_housekeeping(job_ctx, (BURST,))
    told.also += [f"{nudge.state} {nudge.reason} {nudge.message}" for nudge in await stage.nudges()]
    told.also += [f"{one.state} {one.reason}" for one in await stage.jobs()]
    told.nothing_of(but=("nudge_failed", "job_failed", "housekeeping_job_failed"))


async def _plan(stage: Stage, key: str, kind: str) -> None:
    card = Card(title=NAME, text=Marked(WORDS)).model_dump(mode="json") if kind == "note" else None
    async with stage.database.write() as db:
        db.add(Nudge(key=key, community_id=1, kind=kind, nature="logistics", person_id=1, card=card,
                     due_at=stage.clock.now(), created_at=stage.clock.now()))  # fmt: skip
        db.add(Job(key=key, community_id=1, kind="burst", details={"name": NAME, "email": EMAIL},
                      due_at=stage.clock.now(), created_at=stage.clock.now()))  # fmt: skip


async def test_pages_that_fail_and_pages_about_the_process_tell_nothing(
    stage: Stage, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their tokens are hunted as well, and each part of the token by itself."""
    await _plan(stage, "late", "note")

    async def fails(*_: object) -> None:
        raise ValueError(f"{NAME} {EMAIL} {WORDS}")

    router = Router(stage.database, stage.clock, all_features(), {}, stage.links)
    app = web.Application()
    add_web(app, router, {**PAGES, "failing": fails})  # type: ignore[dict-item]
    app.add_routes([metrics_route({"main": stage.database}, stage.clock, Meters())])
    links = [stage.links.to(purpose, "1", 1, START) for purpose in (*PAGES, "failing")]
    async with TestClient(TestServer(app)) as client:
        for link in links:
            path = link.removeprefix(stage.links.base_url)
            burst = pressed(stage.links, link, "burst", WORDS, START)
            for posted in (None, {"text": WORDS, "name": NAME}, burst):
                await (client.get(path) if posted is None else client.post(path, data=posted))
            await client.get(path + "x")
        for path in ("/healthz", "/readyz", "/metrics", "/nowhere/" + links[0][-30:]):
            told.also.append(await (await client.get(path)).text())
        failed = await client.get(links[-1].removeprefix(stage.links.base_url))
        told.also.append(await failed.text())
        monkeypatch.setattr("adapters.web.readiness.versions", fails)
        told.also.append(await (await client.get("/readyz")).text())
    told.nothing_of(*(link.rpartition("/")[2] for link in links), but=("page_failed", "link_refused"))


async def test_our_addresses_hold_numbers_only(stage: Stage) -> None:
    """A signed link says a purpose, row numbers and times: its holder's browser keeps it in its history."""
    for purpose in PAGES:
        token = stage.links.to(purpose, 1, 1, START).rpartition("/")[2]
        payload = token.rpartition(".")[0]
        assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))[:3] == [
            purpose, "1", 1,
        ]  # fmt: skip


async def test_slack_is_told_of_a_message_no_more_than_an_opaque_mark(world: World, told: Told) -> None:
    address = await world.direct()
    await world.platform.send(
        address, Card(title=NAME, text=Marked(WORDS)), mark="opaque-mark", users={}, language="en"
    )
    sent = await world.newest("UPAT")
    assert WORDS in str(sent.blocks)
    told.also.append(json.dumps(sent.metadata))
    assert "opaque-mark" in told.nothing_of()


async def test_bad_payloads_at_slacks_door_are_told_of_by_their_kind(world: World, told: Told) -> None:
    """Genuinely signed or not, whole or not; handlers and the answer to them fail as well."""
    for name, fail in FAILING.items():
        world.router.commands[f"burst {name}"] = CommandSpec(
            f"burst {name}", Action.TAKE_PART, words.required, fail, (Argument("text", "text"),)
        )
    sent = await captured(world)
    app = world.side.workplace.app
    event = {"type": "message", "user": {"name": "Pat Park"}, "text": [WORDS], "channel": EMAIL}
    bodies = [
        json.dumps({"type": "event_callback", "event": event, "team_id": [WORDS]}).encode(),
        json.dumps({"type": "event_callback", "event": WORDS}).encode(),
        f'{{"text": "{WORDS} {EMAIL}"'.encode(),
        f"payload={{{WORDS}".encode(),
        f"command=%2Fthroughline&text={WORDS}&user_id={EMAIL}".encode(),
        json.dumps({"type": "block_actions", "user": {"id": [NAME]}, "actions": [WORDS]}).encode(),
    ]
    async with aiohttp.ClientSession() as http:
        for body in bodies:
            for headers in ({**sent.headers, **sign(app, body)}, sent.headers, {}):
                async with http.post(sent.url, data=body, headers=headers) as answer:
                    told.also.append(await answer.text())
    for name in FAILING:
        await world.side.say("UPAT", None, f"burst {name} {WORDS}")
        await world.settle()
    told.nothing_of(but=("event_failed", "IntegrityError", "OperationalError"))


async def test_bad_payloads_at_teams_door_are_told_of_by_their_kind(
    side: TeamsSide, clock: MovedClock, tmp_path: Path, told: Told
) -> None:
    async with at_home(side, f"sqlite:///{tmp_path}/teams.db", clock, (BURST,)) as application:
        outcome = await application.settled(await side.say("Ana Reyes", None, f"burst raise {WORDS}"))
        for name in FAILING:
            await application.settled(await side.say("Ana Reyes", None, f"burst {name} {WORDS}"))
        genuine = outcome.activity or {}
        for number, change in enumerate(_spoilt()):
            spoilt = {**genuine, "id": f"spoilt-{number}", **change}
            await application.settled(await side.deliver(spoilt))
            await side.deliver(spoilt, Forgery(stranger_key=True))
    told.nothing_of(but=("event_failed", "IntegrityError", "teams_activity_refused"))


def _spoilt() -> Iterator[dict[str, Any]]:
    yield {"from": {"name": "Ana Reyes", "id": [WORDS]}}
    yield {"text": {"said": WORDS}}
    yield {"value": WORDS, "type": "invoke", "name": NAME}
    yield {"serviceUrl": f"https://{EMAIL}/"}
    yield {"conversation": WORDS}


async def test_the_doctor_and_wrong_settings_name_no_secret_and_nobody(
    stage: Stage, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/canary.db")
    await _plan(stage, "late", "note")
    for url in (f"sqlite:///{tmp_path}/canary.db", f"postgresql://throughline:{NAME}@127.0.0.1:1/x"):
        settings = read_settings().model_copy(update={"database_url": url})
        told.also += [str(finding) async for finding in database_findings(settings)]
    assert told.also
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"{NAME}-token")
    with pytest.raises(SettingsError) as wrong:
        read_settings()
    told.also += wrong.value.problems
    told.nothing_of()


async def test_the_hunt_finds_what_is_told(stage: Stage, told: Told) -> None:
    """So that the tests above could fail."""
    structlog.get_logger().error("careless", said=WORDS)
    with pytest.raises(AssertionError, match="was told"):
        told.nothing_of()
