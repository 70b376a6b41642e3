"""The doors, as they are served: real payloads of a town, made strange and rightly signed, from all sides.

A fault is an answer of 500 or more, none at all, a failure in a feature, or a log line of an error.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.demo.cast import Actor, CannotDo
from adapters.demo.mailbox import OnEmail
from adapters.demo.story import Story
from adapters.playground.mail import CannotMail
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.slack.delivery import sign
from adapters.playground.teams import TeamsPlaygroundError as TeamsError
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.router import Router
from bot.features import all_features
from storage.database import Database
from tests.fuzz.bounds import LARGEST, place_of
from tests.fuzz.mutating import mutated
from tests.security.hostile import plant
from tests.security.two_tenants import OURS, furnished
from tests.stories.towns import quiet_town
from tests.support.stage import START

NAMES = ("slack-door", "teams-door", "mail-door", "web-door")
SAID = (
    "help",
    "agenda 1",
    "settings",
    "next",
    "my data",
    "remind 1",
    "partner",
    "export",
    "series add",
    "notes",
)
SECONDS = 20.0
"""Until an answer: a real one takes milliseconds."""
BETWEEN = 40
"""Inputs after which all that was begun is waited for."""

Send = Callable[[bytes], Awaitable[int]]


@dataclass
class Door:
    """`send` posts one input and gives the status; `settle` waits until all that came of it is done."""

    seeds: list[bytes]
    send: Send
    settle: Callable[[], Awaitable[object]]
    shape: str = "json"


@dataclass
class Errors:
    """What the log tells of errors, instead of a log."""

    told: list[str] = field(default_factory=list)

    def __call__(self, logger: object, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if method in {"error", "exception", "critical"}:
            error = line.get("exc_info")
            place = place_of(error) if isinstance(error, BaseException) else ""
            self.told.append(f"{line.get('event')} {type(error).__name__ if error else ''} {place}")
        raise structlog.DropEvent


async def fuzz(names: list[str], seconds: float, seed: int, found: Path) -> int:
    """Each of these doors for so many seconds. The number of faults."""
    faults = 0
    with TemporaryDirectory() as folder:
        async with opened(names, Path(folder)) as (doors, errors):
            for name, door in doors.items():
                faults += await _fuzz_one(name, door, errors, seconds, seed, found)
    return faults


@asynccontextmanager
async def opened(names: list[str], folder: Path) -> AsyncIterator[tuple[dict[str, Door], Errors]]:
    """The doors of a town, and of a site whose every page opens."""
    errors = Errors()
    logging.disable(logging.CRITICAL)
    doors: dict[str, Door] = {}
    if set(names) - {"web-door"}:
        structlog.configure(processors=[Errors()])
        async with quiet_town("all", folder) as story, aiohttp.ClientSession(timeout=_LIMIT) as http:
            doors = await _of_the_town(story, http)
            structlog.configure(processors=[errors])
            if "web-door" in names:
                async with _site(folder) as site:
                    yield _chosen(names, doors | {"web-door": site}), errors
            else:
                yield _chosen(names, doors), errors
        return
    structlog.configure(processors=[errors])
    async with _site(folder) as site:
        yield {"web-door": site}, errors


_LIMIT = aiohttp.ClientTimeout(total=SECONDS)


def _chosen(names: list[str], doors: dict[str, Door]) -> dict[str, Door]:
    return {name: door for name, door in doors.items() if name in names}


async def _fuzz_one(name: str, door: Door, errors: Errors, seconds: float, seed: int, found: Path) -> int:
    chance, faults, tried, ends = Random(f"{name} {seed}"), set[str](), 0, monotonic() + seconds
    while monotonic() < ends:
        batch = [
            mutated(chance.choice(door.seeds), door.shape, door.seeds, (), chance)[:LARGEST]
            for _ in range(BETWEEN)
        ]
        tried += len(batch)
        for fault, data in await faults_of(door, errors, batch):
            if fault not in faults:
                faults.add(fault)
                path = found / name / sha256(data).hexdigest()[:12]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                print(f"    FOUND {path} {fault}", flush=True)
    print(f"{name:20} {tried:>9} inputs", flush=True)
    return len(faults)


async def faults_of(door: Door, errors: Errors, batch: list[bytes]) -> list[tuple[str, bytes]]:
    """What is wrong with how the door takes these inputs; what went wrong in the batch is looked for one by
    one."""
    found = []
    errors.told.clear()
    statuses = [await _status(door, data) for data in batch]
    await door.settle()
    wrong = bool(errors.told) or any(not 0 < status < 500 for status in statuses)
    for data, status in zip(batch, statuses, strict=True) if wrong else ():
        errors.told.clear()
        again = await _status(door, data)
        await door.settle()
        found += [(one, data) for one in errors.told]
        if not 0 < again < 500 or not 0 < status < 500:
            found.append((f"answered {again or status}", data))
    return found


async def _status(door: Door, data: bytes) -> int:
    """0 where no answer comes."""
    try:
        return await door.send(data)
    except (TimeoutError, aiohttp.ClientError):
        return 0


# --- the town's doors -----------------------------------------------------------------------------------


async def _of_the_town(story: Story, http: aiohttp.ClientSession) -> dict[str, Door]:
    environment, numbers = story.environment, count(1)
    slack, teams, mail = environment.slack, environment.teams, environment.mail
    delivered = _watched(teams.postbox)
    before = len(mail.letters)
    for actor in _people(story):
        await _live(actor)
    posted = {"url": ""}

    async def to_slack(data: bytes) -> int:
        body, kind = _slack_body(data, next(numbers))
        headers = {"Content-Type": kind, **sign(slack.workplace.app, body)}
        async with http.post(posted["url"], data=body, headers=headers) as answer:
            return answer.status

    async def to_teams(data: bytes) -> int:
        given = _loaded(data)
        if isinstance(given, dict):
            given["id"] = f"fuzz-{next(numbers)}"
        body = json.dumps(given).encode() if given is not None else data
        claimed = str(given.get("serviceUrl")) if isinstance(given, dict) else teams.service_url
        token = teams.ctx.for_event(claimed, None) or ""
        headers = {"Content-Type": "application/json", "Authorization": token}
        async with http.post(str(teams.postbox.bot_url), data=body, headers=headers) as answer:
            return answer.status

    async def to_mail(data: bytes) -> int:
        return await mail.send(data)

    posted["url"] = slack.delivery.sent[-1].url
    sent = list(
        dict.fromkeys(_slack_seed(one.headers["Content-Type"], one.body) for one in slack.delivery.sent)
    )
    written = [bytes(_answer(letter, number)) for number, letter in enumerate(mail.letters[before - 6 :])]
    return {
        "slack-door": Door(sent[-60:], to_slack, story.settle),
        "teams-door": Door([json.dumps(one).encode() for one in delivered][-60:], to_teams, story.settle),
        "mail-door": Door(written, to_mail, story.settle, "bytes"),
    }


def _people(story: Story) -> list[Actor]:
    """One of each role on each platform."""
    found: dict[tuple[str, str], Actor] = {}
    for actor in story.cast.values():
        found.setdefault((actor.platform, actor.person.role), actor)
    return list(found.values())


async def _live(actor: Actor) -> None:
    """Say, press and fill in what there is."""
    for said in SAID:
        try:
            await actor.type(said)
            if actor.questions():
                await actor.submit({})
                await actor.close()
            elif not isinstance(actor, OnEmail):
                await actor.push_main()
        except (CannotDo, CannotMail, SlackError, TeamsError, KeyError, ValueError):
            continue


def _answer(letter: Any, number: int) -> Any:
    from adapters.playground.mail.letters import bounce, calendar_reply, reply

    if number % 3 == 1:
        return bounce(letter, START)
    try:
        return (
            calendar_reply(letter, "ACCEPTED", START, number)
            if number % 3 == 2
            else reply(letter, "help", START, number)
        )
    except StopIteration:  # no invitation
        return reply(letter, "agenda 1", START, number)


def _watched(postbox: Any) -> list[Any]:
    """The activities that go to the bot from here on."""
    seen: list[Any] = []
    deliver = postbox.deliver

    async def watched(activity: Any, forgery: Any = None) -> Any:
        seen.append(activity)
        return await deliver(activity, forgery)

    postbox.deliver = watched
    return seen


def _slack_seed(kind: str, body: bytes) -> bytes:
    """An event as its JSON; a form as the JSON of its fields, with the payload unfolded."""
    if kind == "application/json":
        return json.dumps({"event": json.loads(body)}).encode()
    fields: dict[str, Any] = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" in fields:
        fields["payload"] = json.loads(fields["payload"])
    return json.dumps({"form": fields}).encode()


def _slack_body(data: bytes, number: int) -> tuple[bytes, str]:
    given = _loaded(data)
    if isinstance(given, dict) and isinstance(given.get("form"), dict):
        fields = given["form"]
        inner = fields.get("payload", fields)
        if isinstance(inner, dict):
            inner["trigger_id"] = f"fuzz-{number}"
            inner.pop("response_url", None)  # signed by Slack it leads to Slack
        told = {
            name: json.dumps(one) if isinstance(one, dict | list) else one for name, one in fields.items()
        }
        return urlencode(told, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
    body = given.get("event", given) if isinstance(given, dict) else given
    if isinstance(body, dict):
        body["event_id"] = f"fuzz-{number}"
    return (data if given is None else json.dumps(body).encode()), "application/json"


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


# --- the pages ------------------------------------------------------------------------------------------


@asynccontextmanager
async def _site(folder: Path) -> AsyncIterator[Door]:
    database, clock = Database(furnished(folder / "site.db"), durable=False, alone=True), MovedClock(START)
    await plant(database)
    links = Links("http://127.0.0.1:1", "test-secret-of-some-length")
    app = web.Application()
    add_web(app, Router(database, clock, all_features(), {}, links), PAGES)
    async with TestClient(TestServer(app)) as client:
        links.base_url = f"http://127.0.0.1:{client.port}"
        made = {purpose: links.to(purpose, OURS, OURS, START).rpartition("/")[2] for purpose in PAGES}

        async def send(data: bytes) -> int:
            given = _loaded(data)
            given = (
                given
                if isinstance(given, dict)
                else {"page": "form", "type": "text/plain", "body": str(data)}
            )
            purpose = str(given.get("page")) if str(given.get("page")) in PAGES else "form"
            fields, kind = given.get("fields"), str(given.get("type"))
            body = (
                urlencode(fields, doseq=True, errors="surrogatepass")
                if isinstance(fields, dict)
                else str(fields)
            )
            headers = {"Content-Type": re.sub(r"[^ -~]", "", kind)}
            path = f"/{purpose}/{made[purpose]}"
            raw = body.encode(errors="replace")
            async with client.session.post(
                f"{links.base_url}{path}", data=raw, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                return answer.status

        async def settle() -> None:
            await asyncio.sleep(0)

        yield Door([await _page_seed(client, purpose, made[purpose]) for purpose in PAGES], send, settle)
    await database.close()


async def _page_seed(client: Any, purpose: str, token: str) -> bytes:
    """What the page's own forms would send: every field, and the button's seal."""
    async with client.get(f"/{purpose}/{token}") as answer:
        shown = await answer.text(errors="replace")
    fields = dict.fromkeys(re.findall(r'<(?:select|textarea)[^>]* name="([^"]+)"', shown), "1")
    for tag in re.findall(r"<(?:input|button)[^>]*>", shown):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name:
            fields[name[1]] = value[1] if value else "2027-02-01"
    kind = "application/x-www-form-urlencoded"
    return json.dumps({"page": purpose, "type": kind, "fields": fields}).encode()
