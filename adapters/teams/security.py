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

from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import CONNECTOR, AccessTokens, KeptCredentialsFactory

log = structlog.get_logger()

LARGEST_BODY = 256 * 1024
"""Bytes; Teams stays far below."""
ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
REFRESH_AT_MOST = 60.0
"""Seconds between two looks for a signing key that we do not know."""
KEYS_LIVE = 24 * 3600.0


class KeyRing:
    """The platform's public keys. Takes the place of botbuilder's cache, which fetches on the event loop
    and fails on a key that it does not know."""

    def __init__(self, openid_url: str, now: Callable[[], float] = time.monotonic) -> None:
        self.openid_url = openid_url
        self._now = now
        self._keys: dict[str, dict[str, Any]] = {}
        self._looked_at = -KEYS_LIVE
        self._turn = asyncio.Lock()
        self.looks = 0

    async def get(self, kid: str) -> SimpleNamespace:
        """The key as botbuilder reads it. Raises `PermissionError` for an unknown or unendorsed one."""
        async with self._turn:
            age = self._now() - self._looked_at
            if age >= KEYS_LIVE or (kid not in self._keys and age >= REFRESH_AT_MOST):
                await self._look()
        key = self._keys.get(kid)
        if key is None:
            raise PermissionError("unknown signing key")
        endorsements = key.get("endorsements") or []
        if CHANNEL not in endorsements:
            raise PermissionError("the signing key does not speak for Teams")
        return SimpleNamespace(public_key=RSAAlgorithm.from_jwk(json.dumps(key)), endorsements=endorsements)

    async def readable(self) -> bool:
        """Whether the platform's keys can be read now."""
        async with self._turn:
            await self._look()
        return bool(self._keys)

    async def _look(self) -> None:
        self._looked_at, self.looks = self._now(), self.looks + 1
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
                metadata = await _json(session, self.openid_url)
                found = await _json(session, str(metadata["jwks_uri"]))
            self._keys = {str(key["kid"]): key for key in found["keys"] if key.get("kty") == "RSA"}
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError) as error:
            log.warning("teams_keys_unavailable", error=type(error).__name__)


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.json(content_type=None)


class CheckedAuthentication(ConfigurationBotFrameworkAuthentication):  # type: ignore[misc]
    """botbuilder's check between our own: what it accepts must also be whole, ours, and from Teams."""

    def __init__(self, config: TeamsConfig, tokens: AccessTokens) -> None:
        self.config = config
        self.keys = KeyRing(config.openid_url)
        JwtTokenExtractor.metadataCache[config.openid_url] = self.keys
        settings = SimpleNamespace(
            APP_ID=config.app_id,
            TO_CHANNEL_FROM_BOT_LOGIN_URL=AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX
            + config.tenant_id,
            TO_CHANNEL_FROM_BOT_OAUTH_SCOPE=CONNECTOR,
            TO_BOT_FROM_CHANNEL_TOKEN_ISSUER=ISSUER,
            OAUTH_URL=AuthenticationConstants.OAUTH_URL,
            TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=config.openid_url,
            TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL=config.openid_url,
        )
        super().__init__(settings, credentials_factory=KeptCredentialsFactory(config, tokens))

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Raises `PermissionError`, and nothing else, for whatever is not proven."""
        try:
            self._look_at(activity, auth_header)
            return await super().authenticate_request(activity, auth_header)
        except PermissionError:
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
        if claims.get("iss") != ISSUER or claims.get("aud") != self.config.app_id:
            raise PermissionError("from somebody else, or for somebody else")
        if not isinstance(claims.get("exp"), int | float):
            raise PermissionError("a token without an end")
        if activity.channel_id != CHANNEL:
            raise PermissionError("another channel")
        if not activity.service_url or claims.get("serviceurl") != activity.service_url:
            raise PermissionError("the token is for another service URL")
        if not self.config.may_speak_to(activity.service_url):
            raise PermissionError("a service URL that is not on the list")
