"""Sealed words: in the database, but readable only with the deployment's secret, and of one length.

What somebody answers anonymously must not be readable beside their name, not even for a moment: a database
keeps old pages, row versions and logs of its own. So it is written sealed wherever a person stands near it
(inbox, saved form, the box of an open evaluation), and in the open only where no person does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROOM = 32 * 1024
"""Bytes that every sealed text is filled up to (or a multiple of it), so that its length tells nothing."""
_NONCE = 12


class BadSeal(Exception):
    """Sealed with another secret, for another place, or changed since."""


class Sealer:
    """Seals with the first secret, opens with any: secrets are rotated by putting a new one first."""

    def __init__(self, *given: str) -> None:
        self._ciphers = [
            AESGCM(hashlib.sha256(b"throughline.sealing" + one.encode()).digest()) for one in given
        ]

    def seal(self, value: object, place: str) -> str:
        """JSON data as sealed text; it opens only for the same `place` (a table, say)."""
        plain = json.dumps(value, ensure_ascii=False).encode()
        plain += b" " * (-len(plain) % ROOM)
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[0].encrypt(nonce, plain, place.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> Any:
        """The value again. Raises `BadSeal`."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except ValueError:
            raise BadSeal from None
        for cipher in self._ciphers:
            try:
                return json.loads(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()))
            except (InvalidTag, ValueError):
                continue
        raise BadSeal
