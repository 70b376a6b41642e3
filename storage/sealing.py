"""Encryption of what would open a door if the database were read by somebody else: tokens of platforms.

Fernet (AES-128-CBC with HMAC-SHA256) from the cryptography package. Several keys rotate: the first seals, all
open; `reseal` brings a text under the first key.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """Sealed under a key that is not given any more, or changed since."""


class Seal:
    """Raises `ValueError` when a key is not 32 bytes in URL-safe base64, as `new_key` makes them."""

    def __init__(self, *keys: str) -> None:
        if not keys:
            raise ValueError("a seal needs a key")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises `CannotOpen`."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen from None

    def reseal(self, sealed: str) -> str:
        """The same text under the first key. Raises `CannotOpen`."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen from None


def new_key() -> str:
    """A key for `Seal`."""
    return Fernet.generate_key().decode()
