"""Keys and tokens of the far side: signed events for the bot, access tokens for its calls.

Token lifetimes are checked by the bot's libraries against the machine's clock, so they are issued by
it too, never by the playground's moved clock.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.playground.teams.model import JsonObject

CHANNEL_ISSUER = "https://api.botframework.com"
CONNECTOR_AUDIENCE = "https://api.botframework.com"
GRAPH_AUDIENCE = "https://graph.microsoft.com"
TOKEN_SECONDS = 3600


class TokenRefused(Exception):
    """A bearer token that does not hold: missing, forged, expired or made for something else."""


@dataclass(frozen=True)
class Forgery:
    """How a token is to differ from an honest one; every field left alone stays honest.

    `None` for `issuer`, `audience`, `service_url`, `kid` or `expires_in` leaves the claim out.
    `stranger_key` signs with a key that was never published (under the honest `kid` unless changed).
    """

    issuer: str | None = CHANNEL_ISSUER
    audience: str | None = "honest"
    service_url: str | None = "honest"
    kid: str | None = "honest"
    expires_in: int | None = TOKEN_SECONDS
    not_before_in: int = 0
    algorithm: Literal["RS256", "HS256", "none"] = "RS256"
    stranger_key: bool = False
    flip_signature: bool = False
    header: str | None = None
    """The whole `Authorization` header in place of a token; an empty text leaves it out."""


@dataclass
class SigningKey:
    """One published RSA key with the channels that it may speak for."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: list[str] = field(default_factory=lambda: ["msteams"])

    @classmethod
    def new(cls) -> SigningKey:
        """A fresh 2048-bit key."""
        return cls(uuid.uuid4().hex, _private_key())

    @classmethod
    def first(cls, use: str) -> SigningKey:
        """The key that every side of this process begins with, under an id of its own: making one takes
        longer than the rest of a side."""
        return cls(uuid.uuid4().hex, _first_private_key(use))

    def public(self) -> JsonObject:
        """The key as it stands in the JWKS document."""
        jwk = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**jwk, "use": "sig", "kid": self.kid, "x5t": self.kid, "endorsements": self.endorsements}


def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _first_private_key(use: str) -> rsa.RSAPrivateKey:
    return _private_key()


class TokenDesk:
    """Signs what the bot receives, issues and checks what the bot presents."""

    def __init__(self, *, app_id: str, app_password: str, permissions: set[str]) -> None:
        self.app_id = app_id
        self.app_password = app_password
        self.permissions = permissions
        self.keys = [SigningKey.first("signing")]
        self._stranger: SigningKey | None = None
        self._access_key = SigningKey.first("access")

    def rotate(self, *, keep_old: bool = False, endorsements: list[str] | None = None) -> SigningKey:
        """Sign with a new key from now on; the old one leaves the JWKS unless it is kept."""
        key = SigningKey.new()
        if endorsements is not None:
            key.endorsements = endorsements
        self.keys = [key, *(self.keys if keep_old else [])]
        return key

    def for_event(self, service_url: str, forgery: Forgery | None = None) -> str | None:
        """The `Authorization` header of one event, or None where the forgery leaves it out."""
        forgery = forgery or Forgery()
        if forgery.header is not None:
            return forgery.header or None
        now = int(time.time())
        claims: JsonObject = {
            "iss": forgery.issuer,
            "aud": self.app_id if forgery.audience == "honest" else forgery.audience,
            "serviceurl": service_url if forgery.service_url == "honest" else forgery.service_url,
            "nbf": now + forgery.not_before_in,
            "exp": None if forgery.expires_in is None else now + forgery.expires_in,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self._sign(claims, forgery)
        return f"Bearer {_with_flipped_signature(token) if forgery.flip_signature else token}"

    def _sign(self, claims: JsonObject, forgery: Forgery) -> str:
        kid = self.keys[0].kid if forgery.kid == "honest" else forgery.kid
        headers: dict[str, Any] = {} if kid is None else {"kid": kid}
        if forgery.algorithm == "none":
            return jwt.encode(claims, "", algorithm="none", headers=headers)
        if forgery.algorithm == "HS256":
            return jwt.encode(claims, f"{self.keys[0].kid:x<64}", algorithm="HS256", headers=headers)
        key = self.keys[0]
        if forgery.stranger_key:
            key = self._stranger = self._stranger or SigningKey.new()
        return jwt.encode(claims, key.private, algorithm="RS256", headers=headers)

    def issue_access(self, tenant_id: str, audience: str, *, seconds: int = TOKEN_SECONDS) -> str:
        """An access token for the connector or for Graph (which carries the granted permissions)."""
        now = int(time.time())
        claims: JsonObject = {
            "iss": f"https://sts.windows.net/{tenant_id}/",
            "aud": audience,
            "appid": self.app_id,
            "tid": tenant_id,
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
        }
        if audience == GRAPH_AUDIENCE:
            claims["roles"] = sorted(self.permissions)
        key = self._access_key
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})

    def check_access(self, header: str | None, audience: str) -> JsonObject:
        """The claims of a bearer token for `audience`; raises `TokenRefused` with the reason."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenRefused("no bearer token")
        try:
            claims: JsonObject = jwt.decode(
                token,
                self._access_key.private.public_key(),
                algorithms=["RS256"],
                audience=audience,
                options={"require": ["exp", "aud", "appid"]},
            )
        except jwt.PyJWTError as refused:
            raise TokenRefused(str(refused)) from refused
        if claims["appid"] != self.app_id:
            raise TokenRefused("another app's token")
        return claims


def _with_flipped_signature(token: str) -> str:
    head, _, signature = token.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[0] ^= 1
    return f"{head}.{base64.urlsafe_b64encode(bytes(raw)).decode().rstrip('=')}"
