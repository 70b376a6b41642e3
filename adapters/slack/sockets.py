"""The socket that Slack calls us through (Socket Mode), and why there is none.

Slack's own client tries for ever without a word, and goes on at an address that was refused once. Here every
try has an address of its own, the pauses grow, and the reason is logged once and can be asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from types import SimpleNamespace
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.waiting import growing_pauses, seconds_of

log = structlog.get_logger()

PING_SECONDS = 10
FIRST_TRY_SECONDS = 10.0
"""A start waits no longer for the first socket."""
UNREACHED = (TimeoutError, aiohttp.ClientError, OSError, SlackClientError, ValueError)

ANOTHER = "make an app-level token with the scope connections:write, and set SLACK_APP_TOKEN to it"
REMEDIES = {
    "link_disabled": "Socket Mode was switched off: switch it on in the app's settings, under Socket Mode",
    "too_many_websockets": "the app has too many sockets: stop a second bot with the same token",
    "not_allowed_token_type": "SLACK_APP_TOKEN is a token of another kind; it begins with xapp-",
    "invalid_auth": f"Slack does not know the app-level token: {ANOTHER}",
    "not_authed": f"Slack does not know the app-level token: {ANOTHER}",
    "token_revoked": f"the app-level token was revoked: {ANOTHER}",
    "missing_scope": f"the app-level token may open no socket: {ANOTHER}",
}
"""What to do, by Slack's code for a refusal or for its goodbye."""
OTHERWISE = (
    "check SLACK_APP_TOKEN, its scope connections:write, and that Socket Mode is on in the app's settings"
)
USUAL = frozenset({"refresh_requested", "warning"})
"""Slack closes each socket now and then, and the client opens the next."""


def remedy(code: str) -> str:
    """What to do when Slack opens no socket."""
    return f"Slack opens no socket ({code}): {REMEDIES.get(code, OTHERWISE)}"


class Sockets(SocketModeClient):
    """One at a time stands. Made in a running loop; `open` before use, `close` in the end."""

    def __init__(self, app_token: str, web_client: AsyncWebClient) -> None:
        super().__init__(app_token, web_client=web_client, ping_interval=PING_SECONDS)
        self._why = "the socket is being opened"
        self._tried, self._ended = asyncio.Event(), asyncio.Event()
        self._opening: asyncio.Task[None] | None = None
        self.on_message_listeners.append(self._heard)
        self.aiohttp_client_session.trace_configs.append(self._handshakes())

    async def open(self) -> None:
        """Begin, and wait until a socket stands or there is a reason why not."""
        self._opening = asyncio.ensure_future(self.connect())  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), FIRST_TRY_SECONDS)

    async def close(self) -> None:
        self._ended.set()
        if self._opening is not None:
            self._opening.cancel()
        await super().close()  # type: ignore[no-untyped-call]

    def problem(self) -> str:
        """Why nothing can come from Slack now; empty while the socket stands."""
        session = self.current_session
        if session is not None and not session.closed and not self._why:
            return ""
        return f"slack: {self._why or 'the socket is closed, and is being opened again'}"

    async def issue_new_wss_url(self) -> str:
        """Slack's address for one socket; asks until there is one, or nobody wants it any more."""
        for pause in growing_pauses():
            if self._ended.is_set():
                break
            wait = pause
            try:
                answer = await self.web_client.apps_connections_open(app_token=self.app_token)
                return str(answer["url"])
            except SlackApiError as refused:
                code = _code(refused)
                self._refused(code, remedy(code))
                wait = max(pause, seconds_of(_retry_after(refused), otherwise=0))
            except UNREACHED as error:
                self._unreached(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), wait)
        raise ConnectionError("the bot ends")

    def _handshakes(self) -> aiohttp.TraceConfig:
        """What becomes of the addresses: each is good for one try."""
        trace = aiohttp.TraceConfig()

        async def spent(*_: object) -> None:
            self.wss_uri = None

        async def answered(_: object, __: SimpleNamespace, told: aiohttp.TraceRequestEndParams) -> None:
            if told.response.status != 101:
                code = f"HTTP {told.response.status}"
                self._refused(code, f"Slack refuses the socket ({code}): check the network's proxy")

        async def failed(_: object, __: SimpleNamespace, told: aiohttp.TraceRequestExceptionParams) -> None:
            self._unreached(told.exception)

        trace.on_request_start.append(spent)
        trace.on_request_end.append(answered)
        trace.on_request_exception.append(failed)
        trace.freeze()
        return trace

    def _unreached(self, error: BaseException) -> None:
        code = type(error).__name__
        self._refused(code, f"Slack cannot be reached ({code}): check the network and its proxy")

    def _refused(self, code: str, why: str) -> None:
        """Told once for each reason."""
        if why != self._why and not self._ended.is_set():
            log.error("slack_socket_refused", reason=code, remedy=why)
        self._why = why
        self._tried.set()

    async def _heard(self, message: aiohttp.WSMessage) -> None:
        told: Any = json.loads(message.data) if str(message.data).startswith("{") else {}
        if told.get("type") == "hello":
            if self._tried.is_set() and self._why:
                log.info("slack_socket_open")
            self._why = ""
            self._tried.set()
        if told.get("type") == "disconnect" and (reason := str(told.get("reason") or "")) not in USUAL:
            self._refused(reason, REMEDIES.get(reason, f"Slack closed the socket ({reason})"))


def _code(refused: SlackApiError) -> str:
    data = getattr(refused.response, "data", None)
    return str(data.get("error") or "no reason given") if isinstance(data, dict) else "no reason given"


def _retry_after(refused: SlackApiError) -> str | None:
    headers = getattr(refused.response, "headers", None) or {}
    return next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), None)
