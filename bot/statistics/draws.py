"""Drawing one of two arms for a message: the same draw whenever it is asked for. Pure."""

from __future__ import annotations

import hashlib
import hmac

SHARE = 0.5
"""The chance of the new arm at each occasion."""


def arm(seed: str, key: str, share: float = SHARE) -> int:
    """1 for the new arm, 0 for the usual one: the same for the same seed and message."""
    digest = hmac.new(seed.encode(), key.encode(), hashlib.sha256).digest()
    return int(int.from_bytes(digest[:8]) / 2**64 < share)
