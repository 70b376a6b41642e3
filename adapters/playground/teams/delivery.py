"""Events on their way to the bot: signed, posted, repeated when nobody answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from adapters.playground.faults import FaultKind, Faults
from adapters.playground.teams.model import JsonObject, Post
from adapters.playground.teams.tokens import Forgery, TokenDesk
from adapters.playground.teams.workplace import TeamsWorkplace

ANSWER_SECONDS = 15.0
"""Teams waits about this long for an answer before it delivers a message again."""


@dataclass(frozen=True)
class ShownInvoke:
    """Something that a person's client put on the screen: dialog, closed, card, message, error or page."""

    kind: str
    text: str = ""
    card: JsonObject | None = None


@dataclass(frozen=True)
class DeliveryOutcome:
    """What came of one thing that a person did.

    `status` is the bot's HTTP answer, None when nothing was asked of the bot or no answer came (`failure`
    says which); `ack_seconds` is real time; `errors` are the client's own complaints, by input id; `shown`
    is what the answer itself put on the screen, `replies` what the bot has posted since.
    """

    status: int | None = None
    ack_seconds: float = 0.0
    failure: str | None = None
    activity: JsonObject | None = None
    body: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    shown: tuple[ShownInvoke, ...] = ()
    look: Callable[[], list[Post]] | None = None

    @property
    def replies(self) -> list[Post]:
        """The bot's messages before this person since the action, looked up now."""
        return self.look() if self.look else []

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong, for the person or on the wire."""
        answered = self.status is None or self.status < 300
        return answered and not self.failure and not self.errors

    @property
    def activity_id(self) -> str:
        """The id of the activity that was sent; empty when there was none."""
        return str((self.activity or {}).get("id", ""))

    @property
    def conversation_id(self) -> str:
        """Where it happened; in a channel the reply chain. Empty when nothing was sent."""
        return str(((self.activity or {}).get("conversation") or {}).get("id", ""))


class Postbox:
    """The way to the bot. `bot_url` is its messages endpoint, None while no bot is there.

    A token claims the activity's own service URL, or `service_url` where the activity has none.
    """

    def __init__(self, workplace: TeamsWorkplace, ctx: TokenDesk, faults: Faults) -> None:
        self.workplace = workplace
        self.ctx = ctx
        self.faults = faults
        self.bot_url: str | None = None
        self.service_url = ""
        self.answer_seconds = ANSWER_SECONDS
        self.waiting: list[tuple[datetime, JsonObject]] = []

    async def deliver(self, activity: JsonObject, forgery: Forgery | None = None) -> DeliveryOutcome:
        """Post one activity, playing a planned fault; a message without an answer waits for `redeliver`."""
        line = f"EVENT {self.bot_url} {activity['type']} {activity.get('name', '')}".rstrip()
        fault = self.faults.take_event(line)
        if fault and fault.kind is FaultKind.LATE_EVENT:
            self._wait(activity, fault.seconds)
            return DeliveryOutcome(failure="held back: late event", activity=activity)
        copies = fault.copies if fault else 1
        outcomes = await asyncio.gather(*(self._send(activity, forgery) for _ in range(copies)))
        if outcomes[0].status is None and activity["type"] != "invoke":
            self._wait(activity, ANSWER_SECONDS)
        return outcomes[0]

    def _wait(self, activity: JsonObject, seconds: float) -> None:
        self.waiting.append((self.workplace.now() + timedelta(seconds=seconds), activity))

    async def redeliver(self, force: bool = False) -> list[DeliveryOutcome]:
        """Send, with the same ids and fresh tokens, what had no answer or was held back and is now due.

        Due is about 15 s after on the world's clock; `force` sends all of it now.
        """
        now = self.workplace.now()
        due = [activity for when, activity in self.waiting if force or when <= now]
        self.waiting = [] if force else [(when, one) for when, one in self.waiting if when > now]
        return [await self.deliver(activity) for activity in due]

    async def _send(self, activity: JsonObject, forgery: Forgery | None) -> DeliveryOutcome:
        if self.bot_url is None:
            return DeliveryOutcome(failure="no bot is listening", activity=activity)
        claimed = str(activity.get("serviceUrl", self.service_url))
        token = self.ctx.for_event(claimed, forgery)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token is not None:
            headers["Authorization"] = token
        body = json.dumps(activity, ensure_ascii=False).encode()
        limit = aiohttp.ClientTimeout(total=self.answer_seconds)
        started = time.perf_counter()
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(self.bot_url, data=body, headers=headers) as response,
            ):
                answer = await response.read()
                latency = time.perf_counter() - started
                return DeliveryOutcome(response.status, latency, activity=activity, body=_parsed(answer))
        except (TimeoutError, aiohttp.ClientError) as failure:
            reason = f"no answer: {type(failure).__name__}"
            return DeliveryOutcome(None, time.perf_counter() - started, reason, activity)


def _parsed(answer: bytes) -> Any:
    if not answer:
        return None
    try:
        return json.loads(answer)
    except ValueError:
        return answer.decode(errors="replace")
