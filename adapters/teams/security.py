"""Who may tell us something: the proof of every activity, completed where botbuilder leaves gaps.

Left alone, botbuilder accepts tokens without an end, skips the check of a missing service URL, turns
malformed tokens into server errors, and does not notice new signing keys for a day. Here everything that is
not proven is `PermissionError`, which the door answers with 401.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import jwt
import structlog
from botbuilder.integration.aiohttp import ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConstants,
    JwtTokenExtractor,
)
from jwt.algorithms import RSAAlgorithm

from adapters.sessions import KeptSession
from adapters.teams.config import TeamsConfig
from adapters.teams.single_flight import SingleFlight
from adapters.teams.tokens import AccessTokens, KeptCredentialsFactory

log = structlog.get_logger()

LARGEST_BODY = 256 * 1024
"""Bytes; Teams stays far below."""
CHANNEL = "msteams"
REFRESH_AT_MOST = 60.0
"""Seconds between two looks for a signing key that we do not know."""
AGAIN_AFTER_FAILURE = 1.0
"""Seconds after a look that failed; meanwhile nobody waits for another."""
LOOK_SECONDS = 5.0
KEYS_LIVE = 24 * 3600.0


class KeysAway(Exception):
    """The platform's keys cannot be read now: nothing is proven or disproven. Deliver it again."""


class KeyRing:
    """The platform's public keys. Takes the place of botbuilder's cache, which fetches on the event loop
    and fails on a key that it does not know.

    A key that is known never waits for a look: not for one that somebody's made-up token has caused.
    """

    def __init__(
        self,
        openid_url: str,
        now: Callable[[], float] = time.monotonic,
        session: KeptSession | None = None,
    ) -> None:
        self.openid_url = openid_url
        self._session = session or KeptSession(LOOK_SECONDS)
        self._now = now
        self._keys: dict[str, dict[str, Any]] = {}
        self._read_at = -KEYS_LIVE
        self._failed_at = -KEYS_LIVE
        self._look = SingleFlight(self._read)
        self.looks = 0

    async def get(self, kid: str) -> SimpleNamespace:
        """The key as botbuilder reads it. Raises `PermissionError` for an unknown or unendorsed one, and
        `KeysAway` when that cannot be told."""
        if self._now() - self._read_at >= KEYS_LIVE and kid in self._keys and self._may_look():
            self._look.begin()
        if kid not in self._keys and self._now() - self._read_at >= REFRESH_AT_MOST:
            await self._read_or_away()
        key = self._keys.get(kid)
        if key is None:
            raise PermissionError("unknown signing key")
        endorsements = key.get("endorsements") or []
        if CHANNEL not in endorsements:
            raise PermissionError("the signing key does not speak for Teams")
        return SimpleNamespace(public_key=RSAAlgorithm.from_jwk(json.dumps(key)), endorsements=endorsements)

    async def _read_or_away(self) -> None:
        if not self._may_look() or not await self._look.answer():
            raise KeysAway

    async def close(self) -> None:
        """End the connection that is kept."""
        await self._session.close()

    async def readable(self) -> bool:
        """Whether the platform's keys can be read now."""
        return await self._look.answer()

    def _may_look(self) -> bool:
        return self._now() - self._failed_at >= AGAIN_AFTER_FAILURE

    async def _read(self) -> bool:
        """Read them anew; False when that fails, and then what is known stays."""
        self.looks += 1
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                metadata = await _json(self._session.get(), self.openid_url)
                found = await _json(self._session.get(), str(metadata["jwks_uri"]))
            keys = {str(key["kid"]): key for key in found["keys"] if key.get("kty") == "RSA"}
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("teams_keys_unavailable", error=type(error).__name__)
            keys = {}
        if not keys:
            self._failed_at = self._now()
            return False
        self._keys, self._read_at = keys, self._now()
        return True


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.json(content_type=None)


class CheckedAuthentication(ConfigurationBotFrameworkAuthentication):  # type: ignore[misc]
    """botbuilder's check between our own: what it accepts must also be whole, ours, and from Teams."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens, session: KeptSession) -> None:
        self.config = config
        self.keys = KeyRing(config.openid_url, session=session)
        JwtTokenExtractor.metadataCache[config.openid_url] = self.keys
        settings = SimpleNamespace(
            APP_ID=config.app_id,
            TO_CHANNEL_FROM_BOT_LOGIN_URL=config.login_url,
            TO_CHANNEL_FROM_BOT_OAUTH_SCOPE=config.connector,
            TO_BOT_FROM_CHANNEL_TOKEN_ISSUER=config.issuer,
            OAUTH_URL=AuthenticationConstants.OAUTH_URL,
            TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=config.openid_url,
            TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL=config.openid_url,
        )
        super().__init__(settings, credentials_factory=KeptCredentialsFactory(config, tokens))

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Raises `PermissionError` for whatever is not proven, and `KeysAway` when that cannot be told."""
        try:
            self._look_at(activity, auth_header)
            return await super().authenticate_request(activity, auth_header)
        except (PermissionError, KeysAway):
            raise
        except Exception as error:
            raise PermissionError(f"refused: {type(error).__name__}") from None

    def _look_at(self, activity: Activity, auth_header: str) -> None:
        """What can be told before the signature; the claims read here are proven by botbuilder's check."""
        scheme, _, token = auth_header.partition(" ")
        if scheme != "Bearer" or token.count(".") != 2 or " " in token:
            raise PermissionError("no bearer token")
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
        if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise PermissionError("not signed as Teams signs")
        if claims.get("iss") != self.config.issuer or claims.get("aud") != self.config.app_id:
            raise PermissionError("from somebody else, or for somebody else")
        if not isinstance(claims.get("exp"), int | float):
            raise PermissionError("a token without an end")
        if activity.channel_id != CHANNEL:
            raise PermissionError("another channel")
        if not activity.service_url or claims.get("serviceurl") != activity.service_url:
            raise PermissionError("the token is for another service URL")
        if not self.config.may_speak_to(activity.service_url):
            raise PermissionError("a service URL that is not on the list")
