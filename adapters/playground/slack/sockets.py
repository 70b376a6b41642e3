"""Socket Mode: the bot calls in, and gets the same payloads in envelopes that it acknowledges."""

import asyncio
import json
import secrets
import time
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from adapters.playground.slack.answer import Answer


class PlaygroundSockets:
    """The open sockets of one app. Each delivery goes to one of them, in turn."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._unanswered: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._arrived = asyncio.Event()

    @property
    def count(self) -> int:
        """How many sockets the bot has open."""
        return len(self._open)

    async def connected(self) -> None:
        """Wait until the bot has a socket open."""
        await self._arrived.wait()

    def new_ticket(self) -> str:
        """The secret part of a socket's address, good for one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /link?ticket=…: hello, then envelopes out and acknowledgements in, until someone leaves."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._open.append(socket)
        self._arrived.set()
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "playground", "approximate_connection_time": 3600},
            }
        )
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take_acknowledgement(message.data)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            if not self._open:
                self._arrived.clear()
        return socket

    async def send(
        self,
        kind: str,
        payload: dict[str, Any],
        patience: float,
        attempt: int = 0,
        reason: str | None = None,
    ) -> Answer:
        """Put a payload into an envelope and wait `patience` real seconds for its acknowledgement."""
        if not self._open:
            return Answer(None, 0.0, failure="connection_failed")
        socket = self._open[self._turn % len(self._open)]
        self._turn += 1
        envelope_id = str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._unanswered[envelope_id] = waiting
        began = time.perf_counter()
        try:
            await socket.send_json(envelope)
            body = await asyncio.wait_for(waiting, patience)
        except TimeoutError:
            return Answer(None, time.perf_counter() - began, failure="http_timeout")
        except ConnectionError:
            return Answer(None, time.perf_counter() - began, failure="connection_failed")
        finally:
            self._unanswered.pop(envelope_id, None)
        return Answer(200, time.perf_counter() - began, body)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to reconnect, then close it: what Slack does every few hours."""
        leaving, self._open = self._open, []
        self._arrived.clear()
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await socket.close()

    def _take_acknowledgement(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        waiting = self._unanswered.get(str(message.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload"))
