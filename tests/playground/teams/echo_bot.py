"""A small bot on the real botbuilder CloudAdapter, with exactly the shims that loopback needs."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import requests
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, ConversationReference
from botframework.connector.auth import (
    AppCredentials,
    ChannelValidation,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
)
from msrest.serialization import Model

from adapters.playground.teams import TeamsSide

TENANT = "0f9b5ab2-55a1-4c71-9c41-7f1c7a0f4a11"


class LoopbackCredentials(AppCredentials):  # type: ignore[misc]
    """Client credentials from the playground's token endpoint, in place of MSAL."""

    def __init__(self, app_id: str, password: str, token_url: str) -> None:
        super().__init__(app_id, TENANT)
        self.password = password
        self.token_url = token_url
        self._kept: tuple[float, str] | None = None

    def get_access_token(self, force_refresh: bool = False) -> str:
        if self._kept is None or self._kept[0] < time.time() or force_refresh:
            form = {
                "grant_type": "client_credentials",
                "client_id": self.microsoft_app_id,
                "client_secret": self.password,
                "scope": f"{self.oauth_scope}/.default",
            }
            answer = requests.post(self.token_url, data=form, timeout=5).json()
            self._kept = (time.time() + answer["expires_in"] - 60, answer["access_token"])
        return self._kept[1]


class LoopbackCredentialFactory(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    """Hands out one set of loopback credentials, so that its token is kept between calls."""

    def __init__(self, side: TeamsSide, password: str) -> None:
        super().__init__(side.workplace.app_id, password, TENANT)
        self.credentials = LoopbackCredentials(side.workplace.app_id, password, side.token_url(TENANT))

    async def create_credentials(self, *_: Any, **__: Any) -> AppCredentials:
        return self.credentials


class RawBody(Model):
    """An invoke answer as it is: CloudAdapter serialises models only, a plain dict makes it answer 500."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.additional_properties = body


RawBody._attribute_map = {"additional_properties": {"key": "", "type": "{object}"}}


Turn = Callable[[TurnContext], Awaitable[None]]


class EchoBot:
    """Answers with what was said and remembers what it heard; `on_message` may replace the echo."""

    def __init__(self, side: TeamsSide, password: str = "playground-secret") -> None:
        config = SimpleNamespace(APP_ID=side.workplace.app_id)
        factory = LoopbackCredentialFactory(side, password)
        self.adapter = CloudAdapter(
            ConfigurationBotFrameworkAuthentication(config, credentials_factory=factory)
        )
        self.adapter.on_turn_error = self._failed
        self.app_id = side.workplace.app_id
        self.heard: list[Activity] = []
        self.errors: list[Exception] = []
        self.on_message: Turn = self._echo
        self.on_invoke: Callable[[str, Any], Any] = lambda name, value: None

    async def _failed(self, _: TurnContext, error: Exception) -> None:
        self.errors.append(error)

    async def _echo(self, turn: TurnContext) -> None:
        await turn.send_activity(f"You said: {turn.activity.text}")

    async def on_turn(self, turn: TurnContext) -> None:
        self.heard.append(turn.activity)
        if turn.activity.type == "message":
            await self.on_message(turn)
        if turn.activity.type == "invoke":
            body = self.on_invoke(turn.activity.name, turn.activity.value)
            answer = SimpleNamespace(status=200, body=body and RawBody(body))
            await turn.send_activity(Activity(type="invokeResponse", value=answer))

    async def tell(self, reference: ConversationReference, text: str) -> None:
        """A proactive message."""

        async def say(turn: TurnContext) -> None:
            await turn.send_activity(text)

        await self.adapter.continue_conversation(reference, say, bot_app_id=self.app_id)

    async def messages(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await self.adapter.process(request, self)
        return answer


@asynccontextmanager
async def listening(side: TeamsSide, password: str = "playground-secret") -> AsyncIterator[EchoBot]:
    """The echo bot on a free loopback port, trusting the side's keys until the block ends.

    What an earlier bot left in botbuilder's cache under the same address is forgotten first: a free port
    may be one that was used before, and the product keeps a ring of keys of its own there.
    """
    JwtTokenExtractor.metadataCache.pop(side.openid_url, None)
    ChannelValidation.open_id_metadata_endpoint = side.openid_url
    bot = EchoBot(side, password)
    app = web.Application()
    app.router.add_post("/api/messages", bot.messages)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    side.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages")
    try:
        yield bot
    finally:
        await runner.cleanup()
        ChannelValidation.open_id_metadata_endpoint = None
