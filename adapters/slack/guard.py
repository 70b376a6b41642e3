"""What stands before Bolt: size, signature and replay, so that nothing malformed reaches a parser.

Bolt's own verifier answers 500 to a timestamp that is no number and lets a signed request be repeated for
300 seconds; here the first is a 401 and the second a 200 without effect.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_BYTES = 1024 * 1024
"""A message of 40,000 letters comes twice in its event, and a letter beyond ASCII as six bytes: half of this.
A form comes with its whole view, of up to 250 KB, percent-encoded."""
WINDOW = 300
"""Seconds that a signature is good for."""
REMEMBERED = 100_000
"""Signatures kept at most. The inbox is what makes an event count once; this only spares it the work."""


class Guard:
    """Checks requests of one signing secret. `clock` gives epoch seconds."""

    def __init__(self, signing_secret: str, clock: Callable[[], float] = time.time) -> None:
        if not signing_secret:
            raise ValueError("Slack needs its signing secret: set SLACK_SIGNING_SECRET")
        self._secret = signing_secret.encode()
        self._clock = clock
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def verified(self, timestamp: str, signature: str, body: bytes) -> bool:
        """Whether Slack signed exactly this body within the window. Never raises."""
        if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not re.fullmatch(r"v0=[0-9a-f]{64}", signature):
            return False
        if abs(self._clock() - int(timestamp)) > WINDOW:
            return False
        base = b"v0:" + timestamp.encode() + b":" + body
        wanted = "v0=" + hmac.digest(self._secret, base, "sha256").hex()
        return hmac.compare_digest(wanted, signature)

    def replayed(self, signature: str) -> bool:
        """Whether a request with this signature was answered well before. (It covers time and body.)"""
        self._forget()
        return _digest(signature) in self._seen

    def answered(self, signature: str) -> None:
        """Remember a request that needs no second look; one that failed may come again."""
        self._seen[_digest(signature)] = self._clock() + 2 * WINDOW + 1

    def _forget(self) -> None:
        now = self._clock()
        while self._seen and (len(self._seen) > REMEMBERED or next(iter(self._seen.values())) <= now):
            self._seen.popitem(last=False)


def _digest(signature: str) -> bytes:
    return hashlib.sha256(signature.encode()).digest()
