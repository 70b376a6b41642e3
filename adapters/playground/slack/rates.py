"""Slack's rate limits as token buckets on the playground's clock."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.scopes import RULES, TIER_PER_MINUTE

CHANNEL_BURST = 3
METHOD_BURST = 10
"""At least so many calls at once: an app may open ten sockets, though that method has the lowest tier."""
EVENTS_PER_HOUR = 30_000


@dataclass
class _Bucket:
    left: float
    at: datetime
    told: datetime | None = None


class Rates:
    """Counts calls per method and workspace, and posts per channel (about one a second, short bursts).

    With `enforced` false every call passes: for measurements of something else. `refused` counts the 429s,
    `early` those calls among them that came before an earlier Retry-After was over.
    """

    def __init__(self, now: Callable[[], datetime], enforced: bool = True) -> None:
        self._now = now
        self._enforced = enforced
        self._buckets: dict[str, _Bucket] = {}
        self._events: dict[tuple[str, int], int] = {}
        self.refused = 0
        self.early = 0

    def check_method(self, method: str, team_id: str) -> None:
        """ratelimited where the method's tier is used up in this workspace."""
        per_minute = TIER_PER_MINUTE[RULES[method].tier]
        self._spend(f"{method} {team_id}", max(per_minute, METHOD_BURST), per_minute / 60)

    def check_post(self, channel_id: str) -> None:
        """ratelimited where a channel gets more than about one message a second."""
        self._spend(f"post {channel_id}", capacity=CHANNEL_BURST, per_second=1.0)

    def count_event(self, team_id: str) -> bool:
        """Whether one more event may go out to the bot this hour."""
        hour = (team_id, int(self._now().timestamp()) // 3600)
        self._events[hour] = self._events.get(hour, 0) + 1
        return not self._enforced or self._events[hour] <= EVENTS_PER_HOUR

    def _spend(self, key: str, capacity: float, per_second: float) -> None:
        if not self._enforced:
            return
        now = self._now()
        bucket = self._buckets.setdefault(key, _Bucket(capacity, now))
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.left = min(capacity, bucket.left + passed * per_second)
        bucket.at = now
        if bucket.left < 1 - 1e-9:
            self.refused += 1
            if bucket.told is not None and now < bucket.told:
                self.early += 1
            wait = max(1, math.ceil((1 - bucket.left) / per_second - 1e-9))
            bucket.told = max(bucket.told or now, now + timedelta(seconds=wait))
            raise SlackError("ratelimited", retry_after=wait)
        bucket.left -= 1
