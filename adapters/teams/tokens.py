"""Access tokens for the bot's own calls, fetched off botbuilder's path and kept until they are old.

botbuilder asks MSAL for a token inside each call, blocking the event loop, and makes new credentials (with
an empty cache) every time. The client-credentials exchange is one form: we post it ourselves.
"""

from __future__ import annotations

import time
from typing import Any

import aiohttp
from botframework.connector.auth import AppCredentials, PasswordServiceClientCredentialFactory

from adapters.sessions import KeptSession
from adapters.teams.config import TeamsConfig
from adapters.teams.single_flight import SingleFlight
from adapters.waiting import seconds_of
from bot.core.platform import Throttled, Unavailable, WorkspaceRefused

TIMEOUT = 15.0
"""Seconds for one exchange."""
RENEW_BEFORE = 300.0
"""Seconds before its end at which a token is renewed."""
LAST_MOMENT = 30.0
"""Seconds before its end up to which it is used while no new one is to be had."""

TOO_BUSY = ("temporarily_unavailable", "server_error")
"""Microsoft's words for its own trouble, whatever status they come with."""


class AccessTokens:
    """The bot's tokens by audience. `fresh` before each call; `kept` inside it."""

    def __init__(self, config: TeamsConfig, session: KeptSession | None = None) -> None:
        self._config = config
        self._session = session or KeptSession(TIMEOUT)
        self._kept: dict[str, tuple[str, float]] = {}
        self._flights: dict[str, SingleFlight[str]] = {}

    async def fresh(self, audience: str) -> str:
        """A token that still lives. Raises `Unavailable` (nothing was sent) or `PlatformError` when the
        credentials are refused."""
        token, until = self._kept.get(audience, ("", 0.0))
        if until - RENEW_BEFORE >= time.time():
            return token
        flight = self._flights.setdefault(audience, SingleFlight(lambda: self._fetch_and_keep(audience)))
        try:
            return await flight.answer()
        except (Unavailable, Throttled):
            if until - LAST_MOMENT >= time.time():
                return token  # an old one does until its end
            raise

    async def _fetch_and_keep(self, audience: str) -> str:
        self._kept[audience] = await self._fetch(audience)
        return self._kept[audience][0]

    def kept(self, audience: str) -> str:
        """The token that `fresh` has just looked after."""
        return self._kept[audience][0]

    def forget(self, audience: str) -> None:
        """The platform does not take it: `fresh` gets another."""
        self._kept.pop(audience, None)

    async def _fetch(self, audience: str) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._config.app_id,
            "client_secret": self._config.app_password,
            "scope": f"{audience}/.default",
        }
        try:
            async with self._session.get().post(
                self._config.where_tokens_come_from, data=form, timeout=aiohttp.ClientTimeout(total=TIMEOUT)
            ) as response:
                answer: Any = await response.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise Unavailable(f"no access token: {type(error).__name__}") from None
        if response.status == 429:
            raise Throttled(seconds_of(response.headers.get("Retry-After"), otherwise=30.0))
        if response.status >= 500 or not isinstance(answer, dict) or answer.get("error") in TOO_BUSY:
            raise Unavailable(f"no access token: HTTP {response.status}")
        if "access_token" not in answer:
            raise WorkspaceRefused(
                "Microsoft refused the bot's credentials: check the app id and its secret",
                "teams_credentials",
            )
        return str(answer["access_token"]), time.time() + float(answer.get("expires_in") or 0)


class KeptCredentials(AppCredentials):  # type: ignore[misc]
    """botbuilder's credentials, reading the token that is kept: never a fetch on the event loop."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens) -> None:
        super().__init__(config.app_id, config.tenant_id, config.connector)
        self._audience = config.connector
        self._tokens = tokens

    def get_access_token(self, force_refresh: bool = False) -> str:
        return self._tokens.kept(self._audience)


class KeptCredentialsFactory(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    """Hands botbuilder the same credentials every time."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens) -> None:
        super().__init__(config.app_id, config.app_password, config.tenant_id)
        self._credentials = KeptCredentials(config, tokens)

    async def create_credentials(self, *_: object, **__: object) -> AppCredentials:
        return self._credentials
