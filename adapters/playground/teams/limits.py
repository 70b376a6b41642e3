"""Rate limits of the Bot Connector, counted on the world's own clock.

Source: "Optimize your bot with rate limiting in Teams" (per bot per thread; 50 requests per second per
app and tenant). A refused request is not counted, as with any bucket that tells when to come back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

Window = tuple[int, float]

WRITES: tuple[Window, ...] = ((7, 1), (8, 2), (60, 30), (1800, 3600))
"""Sends and new conversations, per conversation: how many in how many seconds."""
READS: tuple[Window, ...] = ((14, 1), (16, 2), (120, 30), (3600, 3600))
"""Roster look-ups, per conversation."""
TENANT: tuple[Window, ...] = ((50, 1),)
"""Everything of one app in one tenant."""


class RateLimits:
    """Sliding windows by key. `enabled = False` switches the limits off (for benchmarks)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._taken: dict[str, deque[float]] = {}
        self.enabled = True

    def wait(self, asked: dict[str, tuple[Window, ...]]) -> float:
        """Take one place in each of the named windows, or none: seconds to wait, 0 when granted."""
        if not self.enabled:
            return 0.0
        at = self._now().timestamp()
        longest = max(self._seconds_until_free(key, windows, at) for key, windows in asked.items())
        if longest <= 0:
            for key, windows in asked.items():
                taken = self._taken.setdefault(key, deque(maxlen=max(most for most, _ in windows)))
                taken.append(at)
        return max(0.0, longest)

    def _seconds_until_free(self, key: str, windows: tuple[Window, ...], at: float) -> float:
        taken = self._taken.get(key)
        if not taken:
            return 0.0
        waits = [taken[-most] + seconds - at for most, seconds in windows if len(taken) >= most]
        return max(waits, default=0.0)
