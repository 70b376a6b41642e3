"""From Slack to the bot: signed requests or Socket Mode envelopes, retries, late and doubled deliveries."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode, urlparse

import aiohttp

from adapters.playground.faults import FaultKind, Faults
from adapters.playground.slack.answer import Answer
from adapters.playground.slack.errors import PlaygroundError
from adapters.playground.slack.events import bot_may_see, envelope, subscription_of
from adapters.playground.slack.model import SlackApp, SlackWorkspace
from adapters.playground.slack.rates import Rates
from adapters.playground.slack.sockets import PlaygroundSockets
from adapters.playground.slack.workplace import SlackWorkplace

ACK_SECONDS = 3.0
RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
LOOPBACK = ("127.0.0.1", "::1", "localhost")
REMEMBERED = 1000

Door = Literal["events", "commands", "interactivity"]


@dataclass(frozen=True)
class DeliveredPayload:
    """One request as it left, byte for byte, so that a test can send it again."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class _Waiting:
    due: datetime
    attempt: int
    reason: str | None
    body: dict[str, Any]


class Delivery:
    """Delivers to one bot, by HTTP to its request URLs or over its sockets.

    Events are retried as Slack does: at once, after one and after five minutes of the playground's clock,
    with the same event_id. The later ones wait for `redeliver`. Interactions are never retried.

    `answer_seconds` of real time are waited for an answer: Slack's three, unless set.
    """

    def __init__(
        self, workplace: SlackWorkplace, rates: Rates, faults: Faults, sockets: PlaygroundSockets
    ) -> None:
        self._workplace = workplace
        self._rates = rates
        self._faults = faults
        self._sockets = sockets
        self.answer_seconds = ACK_SECONDS
        self._urls: dict[Door, str] = {}
        self._waiting: list[_Waiting] = []
        self._session: aiohttp.ClientSession | None = None
        self._background: set[asyncio.Task[list[Answer]]] = set()
        self._told_of_limit: set[tuple[str, int]] = set()
        self.sent: deque[DeliveredPayload] = deque(maxlen=REMEMBERED)

    def connect(self, events: str, interactivity: str | None = None, commands: str | None = None) -> None:
        """Set the bot's request URLs; only loopback addresses are taken."""
        for url in (events, interactivity, commands):
            if url is not None and urlparse(url).hostname not in LOOPBACK:
                raise PlaygroundError(f"the playground talks to loopback addresses only, not to {url}")
        self._urls = {
            "events": events,
            "interactivity": interactivity or events,
            "commands": commands or events,
        }

    async def verify_url(self) -> Answer:
        """The url_verification handshake that Slack does when a request URL is saved."""
        challenge = hashlib.sha256(str(time.time_ns()).encode()).hexdigest()
        body = {"type": "url_verification", "challenge": challenge, "token": "deprecated"}
        answer = await self._post("events", _json(body), "application/json", {})
        told = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        if answer.failure is None and told != challenge:
            return Answer(answer.status, answer.seconds, answer.body, "challenge_failed")
        return answer

    # -- events ------------------------------------------------------------------------------------

    def event_in_background(self, workspace: SlackWorkspace, event: dict[str, Any]) -> None:
        """Deliver without anyone waiting; `settle` waits for all of these."""
        if self._wanted(workspace, event):
            task = asyncio.ensure_future(self.event(workspace, event))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def event(self, workspace: SlackWorkspace, event: dict[str, Any]) -> list[Answer]:
        """Deliver one event if the bot subscribed to it and may see it; the answers so far, in order."""
        if not self._wanted(workspace, event):
            return []
        if not self._rates.count_event(workspace.id):
            return await self._tell_of_limit(workspace)
        body = envelope(self._workplace, workspace, event)
        line = f"EVENT {self._urls.get('events', 'socket')} {subscription_of(event)}"
        fault = self._faults.take_event(line)
        if fault is not None and fault.kind is FaultKind.LATE_EVENT:
            due = self._workplace.now() + timedelta(seconds=fault.seconds)
            self._waiting.append(_Waiting(due, 0, None, body))
            return []
        copies = fault.copies if fault is not None else 1
        rounds = await asyncio.gather(*(self._attempt(body, 0, None) for _ in range(copies)))
        return [answer for answers in rounds for answer in answers]

    async def redeliver(self, force: bool = False) -> list[Answer]:
        """Deliver what is due by the playground's clock; with `force` all that waits, due or not."""
        now = self._workplace.now()
        due = sorted((w for w in self._waiting if force or w.due <= now), key=lambda waiting: waiting.due)
        self._waiting = [w for w in self._waiting if w not in due]
        answers = [await self._attempt(w.body, w.attempt, w.reason) for w in due]
        return [answer for group in answers for answer in group]

    @property
    def waiting(self) -> list[datetime]:
        """When the deliveries that still wait are due."""
        return sorted(waiting.due for waiting in self._waiting)

    async def settle(self) -> None:
        """Wait until no delivery is under way."""
        while self._background:
            ended, _ = await asyncio.wait(self._background)
            for one in ended:
                one.result()

    async def _attempt(self, body: dict[str, Any], attempt: int, reason: str | None) -> list[Answer]:
        """Deliver; on failure at once again, and then put the later attempts into the waiting list."""
        answer = await self._carry_event(body, attempt, reason)
        if answer.failure is None or answer.no_retry or attempt >= len(RETRY_AFTER):
            return [answer]
        pause = RETRY_AFTER[attempt]
        if not pause:
            return [answer, *await self._attempt(body, attempt + 1, answer.failure)]
        self._waiting.append(_Waiting(self._workplace.now() + pause, attempt + 1, answer.failure, body))
        return [answer]

    async def _carry_event(self, body: dict[str, Any], attempt: int, reason: str | None) -> Answer:
        if self._workplace.app.socket_mode:
            return await self._sockets.send("events_api", body, self.answer_seconds, attempt, reason)
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason or ""} if attempt else {}
        return await self._post("events", _json(body), "application/json", headers)

    async def _tell_of_limit(self, workspace: SlackWorkspace) -> list[Answer]:
        minute = int(self._workplace.now().timestamp()) // 60
        if (workspace.id, minute) in self._told_of_limit:
            return []
        self._told_of_limit.add((workspace.id, minute))
        body = {
            "token": "deprecated",
            "type": "app_rate_limited",
            "team_id": workspace.id,
            "minute_rate_limited": minute * 60,
            "api_app_id": self._workplace.app.app_id,
        }
        return [await self._carry_event(body, 0, None)]

    def _wanted(self, workspace: SlackWorkspace, event: dict[str, Any]) -> bool:
        subscribed = subscription_of(event) in self._workplace.app.bot_events
        return self.connected and subscribed and bot_may_see(workspace, event)

    def _installed(self, team_id: str) -> bool:
        if team_id not in self._workplace.workspaces:
            return True  # the home of somebody of another organisation: the form's own team counts
        installation = self._workplace.workspaces[team_id].installation
        return installation is not None and not installation.revoked

    # -- interactions ------------------------------------------------------------------------------

    async def command(self, fields: dict[str, str]) -> Answer:
        """A slash command: form fields by HTTP, an object by socket."""
        if not self._installed(fields["team_id"]):
            return _NOT_INSTALLED
        if self._workplace.app.socket_mode:
            return await self._sockets.send("slash_commands", fields, self.answer_seconds)
        return await self._post("commands", urlencode(fields).encode(), _FORM, {})

    async def interaction(self, payload: dict[str, Any]) -> Answer:
        """A button, a form, a shortcut, or a request for options."""
        if not self._installed(payload["team"]["id"]):
            return _NOT_INSTALLED
        if self._workplace.app.socket_mode:
            return await self._sockets.send("interactive", payload, self.answer_seconds)
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._post("interactivity", body, _FORM, {})

    # -- the wire ----------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        return bool(self._urls) or self._workplace.app.socket_mode

    async def replay(self, sent: DeliveredPayload) -> Answer:
        """Send the very same bytes and headers once more, as someone who listened in would."""
        return await self._send(sent)

    async def close(self) -> None:
        for task in self._background:
            task.cancel()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, door: Door, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
        if door not in self._urls:
            return Answer(None, 0.0, failure="connection_failed")
        signed = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (playground)",
            **sign(self._workplace.app, body),
            **headers,
        }
        sent = DeliveredPayload(self._urls[door], signed, body)
        self.sent.append(sent)
        return await self._send(sent)

    async def _send(self, sent: DeliveredPayload) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        limit = aiohttp.ClientTimeout(total=self.answer_seconds)
        began = time.perf_counter()
        try:
            async with self._session.post(
                sent.url, data=sent.body, headers=sent.headers, allow_redirects=False, timeout=limit
            ) as response:
                text = await response.text()
        except TimeoutError:
            return Answer(None, time.perf_counter() - began, failure="http_timeout")
        except aiohttp.ClientError:
            return Answer(None, time.perf_counter() - began, failure="connection_failed")
        failure = None if 200 <= response.status < 300 else "http_error"
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        return Answer(response.status, time.perf_counter() - began, parsed(text), failure, no_retry)


_FORM = "application/x-www-form-urlencoded"
_NOT_INSTALLED = Answer(None, 0.0, failure="app_not_installed")


def sign(app: SlackApp, body: bytes, at: int | None = None) -> dict[str, str]:
    """The two headers of Slack's v0 signature, by real time: the bot compares it with its own clock."""
    timestamp = str(int(time.time()) if at is None else at)
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(app.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def parsed(text: str) -> Any:
    """A JSON body as an object, anything else as text, nothing as None."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
