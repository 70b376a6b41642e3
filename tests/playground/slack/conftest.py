"""A workplace with three people, a clock that a test moves, and a bot of a few lines that remembers."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app, running

PEOPLE = [
    SamplePerson("UFAYE", "Faye Fields", "faye@example.org", "America/Los_Angeles", "en-US", "facilitator"),
    SamplePerson("UPAT", "Pat Park", "pat@example.org", "America/Adak", "es-US", "participant"),
    SamplePerson("UGUS", "Gus Guest", "gus@example.org", None, None, "participant", is_guest=True),
]
SCOPES = [
    "commands",
    "chat:write",
    "im:write",
    "mpim:write",
    "groups:write",
    "groups:read",
    "users:read",
    "users:read.email",
    "im:history",
    "mpim:history",
    "groups:history",
    "bookmarks:write",
    "bookmarks:read",
    "pins:write",
    "pins:read",
    "files:write",
    "im:read",
    "reactions:write",
    "team:read",
    "channels:read",
    "channels:join",
]
EVENTS = [
    "message.im",
    "message.groups",
    "app_mention",
    "app_home_opened",
    "member_joined_channel",
    "team_join",
    "app_uninstalled",
    "tokens_revoked",
]


@dataclass
class Clock:
    """The playground's clock, standing still until moved."""

    at: datetime = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
    real: float = 100.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.real

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class RecordingBot:
    """Answers every request with what a test laid ready, and remembers all of it."""

    received: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answer: Callable[[Any], Awaitable[web.Response] | web.Response] = lambda payload: web.Response()

    @property
    def payloads(self) -> list[Any]:
        return [payload for _, payload in self.received]

    def events(self, kind: str) -> list[Any]:
        return [p["event"] for p in self.payloads if p.get("event", {}).get("type") == kind]

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.raw.append(body)
        if request.content_type == "application/json":
            payload = json.loads(body)
        else:
            form = {key: str(value) for key, value in (await request.post()).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        self.received.append((dict(request.headers), payload))
        answered = self.answer(payload)
        return await answered if asyncio.iscoroutine(answered) else answered  # type: ignore[return-value]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def side(clock: Clock) -> SlackSide:
    return make_side(clock)


def make_side(clock: Clock, socket_mode: bool = False) -> SlackSide:
    app = new_app(
        "Throughline",
        SCOPES,
        EVENTS,
        ["/throughline"],
        ["http://127.0.0.1/slack/oauth_redirect"],
        socket_mode=socket_mode,
    )
    workplace = SlackWorkplace(app, clock.now, clock.monotonic)
    workplace.add_workspace("T0ONE", "Sample Community", PEOPLE)
    workplace.install("T0ONE")
    return SlackSide(workplace, Ledger(), Faults())


@pytest.fixture
async def served(side: SlackSide) -> AsyncIterator[SlackSide]:
    async with running(side):
        yield side


@pytest.fixture
def client(served: SlackSide) -> AsyncWebClient:
    """The SDK's own client with the bot's token, and nothing that retries by itself."""
    return sdk_client(served, token_of(served))


def token_of(side: SlackSide, team_id: str = "T0ONE") -> str:
    installation = side.workplace.workspaces[team_id].installation
    assert installation is not None
    return installation.bot_token


def sdk_client(side: SlackSide, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=f"{side.base_url}/api/", retry_handlers=[])


@pytest.fixture
async def bot(served: SlackSide) -> AsyncIterator[RecordingBot]:
    """A bot that listens on loopback and is connected to the far side."""
    recording = RecordingBot()
    async with listening(recording) as url:
        served.connect(url)
        yield recording


@asynccontextmanager
async def listening(recording: RecordingBot) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/slack/events", recording.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


def section(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, text: str = "Go", **more: Any) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": text},
        **more,
    }


def text_input(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": f"b_{action_id}",
        "label": {"type": "plain_text", "text": label},
        "element": {"type": "plain_text_input", "action_id": action_id},
        **more,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "A form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }
