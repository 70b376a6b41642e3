"""Slack's door as an aiohttp application, or as sockets that Slack is called through.

One URL takes everything: events, buttons and forms, slash commands. Several workspaces need nothing more
here than a `tokens` that knows them.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.bodies import capped_body
from adapters.dispatcher import Dispatcher
from adapters.slack.door import Door
from adapters.slack.guard import MOST_BYTES, Guard
from adapters.slack.platform import SLACK, SlackPlatform, Tokens
from adapters.slack.sockets import Sockets
from adapters.slack.translate import IsCommand, Translator
from bot.core import arguments
from bot.core.feature import CommandSpec
from prompts.catalog import languages
from prompts.text import plain
from prompts.words import core as words

log = structlog.get_logger()

PATH = "/slack/events"
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading a payload of the wrong shape ends with."""


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """What the administrator sets. `bot_token` serves one workspace; `app_token` allows Socket Mode;
    `client_id` and `client_secret` are for installing in more workspaces."""

    signing_secret: str
    bot_token: str = ""
    app_token: str = ""
    client_id: str = ""
    client_secret: str = ""
    base_url: str = SLACK


def one_token(bot_token: str) -> Tokens:
    """The same token whatever workspace is asked for."""

    async def tokens(_: str) -> str:
        if not bot_token:
            raise LookupError("there is no bot token")
        return bot_token

    return tokens


class SlackEndpoint:
    """The wired door. Mount `routes`, or start the sockets; call `stop` when the process ends."""

    def __init__(self, dispatcher: Dispatcher, platform: SlackPlatform, config: SlackConfig) -> None:
        self._config = config
        self._platform = platform
        self._guard = Guard(config.signing_secret)
        self._dispatcher = dispatcher
        commands = dispatcher.router.commands
        self._door = Door(dispatcher, Translator(slashes(commands), is_command(commands)))
        self._bolt = _bolt(self._door, platform, config)
        self._sockets: Sockets | None = None

    @property
    def routes(self) -> list[web.RouteDef]:
        """To be added to the process's one aiohttp application."""
        return [web.post(PATH, self._handle)]

    async def drain(self) -> None:
        """Wait until everything that was acknowledged is handled and answered."""
        await self._dispatcher.drain()

    async def start_socket_mode(self) -> None:
        """Call Slack instead of being called: for places without an inbound address. Where Slack refuses,
        `socket_problem` says why, and it is tried again."""
        if not self._config.app_token:
            raise ValueError("Socket Mode needs an app-level token: set SLACK_APP_TOKEN")
        client = AsyncWebClient(base_url=self._platform.base_url, retry_handlers=[])
        self._sockets = Sockets(self._config.app_token, client)
        self._sockets.socket_mode_request_listeners.append(self._take_from_socket)
        await self._sockets.open()

    def socket_problem(self) -> str:
        """Why nothing can come by the socket now; empty when it can, or when Slack calls us."""
        return self._sockets.problem() if self._sockets is not None else ""

    async def stop(self) -> None:
        """Close the sockets, wait for what was acknowledged, then close the connections."""
        if self._sockets is not None:
            await self._sockets.close()
            self._sockets = None
        await self.drain()
        await self._platform.close()

    async def _take_from_socket(self, sockets: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        await send_async_response(sockets, request, await run_async_bolt_app(self._bolt, request), began)

    async def _handle(self, request: web.Request) -> web.Response:
        body = await capped_body(request, MOST_BYTES)
        if body is None:
            return web.Response(status=413, text="too large")
        signature = request.headers.get("X-Slack-Signature", "")
        if not self._guard.verified(request.headers.get("X-Slack-Request-Timestamp", ""), signature, body):
            return web.Response(status=401, text="not signed by Slack")
        if self._guard.replayed(signature):
            return web.Response(status=200)
        response = await self._answer(request, body)
        if response.status < 300:
            self._guard.answered(signature)
        return response

    async def _answer(self, request: web.Request, body: bytes) -> web.Response:
        """An event goes straight to the door: its signature is checked, it has no token to find, and Bolt's
        turn takes longer than all the rest until it is recorded. Anything else is Bolt's."""
        try:
            text = body.decode()
            event = _event_callback(text)
            if event is not None:
                await self._door.take(event)
                return web.Response(status=200)
            asked = AsyncBoltRequest(body=text, query=request.query_string, headers=dict(request.headers))
            return await to_aiohttp_response(await self._bolt.async_dispatch(asked))
        except Exception as error:
            status, why = _refused(error)
            return web.Response(status=status, text=why)


def _event_callback(text: str) -> dict[str, Any] | None:
    """The payload of an event; None for a form, the URL handshake, and whatever cannot be read."""
    if not text.startswith("{"):
        return None
    payload = json.loads(text)
    return payload if payload.get("type") == "event_callback" else None


def _refused(error: Exception) -> tuple[int, str]:
    """A signed request that is no request of Slack's is refused; what failed on our side comes again."""
    if isinstance(error, UNREADABLE):
        log.warning("slack_request_unreadable", error=type(error).__name__)
        return 400, "not readable"
    log.error("slack_request_failed", error=type(error).__name__, exc_info=error)
    return 503, "not recorded, send again"


def build_slack(dispatcher: Dispatcher, platform: SlackPlatform, config: SlackConfig) -> SlackEndpoint:
    """Wire Slack. The platform is made first (the router needs it): ``SlackPlatform(tokens, base_url)``."""
    return SlackEndpoint(dispatcher, platform, config)


def slashes(commands: Mapping[str, CommandSpec]) -> dict[str, str]:
    """The command behind each slash command of its own."""
    return {spec.slash.lstrip("/"): spec.name for spec in commands.values() if spec.slash}


def is_command(commands: Mapping[str, CommandSpec]) -> IsCommand:
    """Whether a text begins with a command's name."""

    def begins(text: str, *, whole: bool = False) -> bool:
        return arguments.is_command(text, commands, whole=whole)

    return begins


def _bolt(door: Door, platform: SlackPlatform, config: SlackConfig) -> AsyncApp:
    """Bolt answers the URL handshake and finds the workspace's token; then one middleware hands commands,
    buttons, forms and whatever comes by socket to the door. Bolt's listeners would acknowledge events before
    they are recorded."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        try:
            token = await platform.tokens(team_id or "")
        except LookupError:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    logger = logging.getLogger("slack_bolt.throughline")
    app = AsyncApp(
        name="throughline",
        logger=logger,
        signing_secret=config.signing_secret,
        client=AsyncWebClient(base_url=platform.base_url, retry_handlers=[]),
        user_facing_authorize_error_message=_not_installed(),
        authorize=authorize,  # type: ignore[arg-type]  # None is Bolt's "not installed here"
        ignoring_self_events_enabled=False,  # translate ignores every bot, and needs no call to know its own
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    @app.middleware
    async def take(req: AsyncBoltRequest) -> BoltResponse:
        body = await door.take(req.body)
        return BoltResponse(status=200, body=body or "")

    @app.error
    async def refuse(error: Exception) -> BoltResponse:
        status, why = _refused(error)
        return BoltResponse(status=status, body=why)

    return app


def _not_installed() -> str:
    """In place of Bolt's own apology, for a workspace that the bot does not serve, in every language."""
    return "\n".join(plain(words.form_from_elsewhere(language)) for language in languages())
