"""How long a platform asks us to wait, and how long we wait ourselves before we ask again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600.0
"""Seconds; a header that asks for more is taken for a mistake of its clock."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds between two tries that nobody else paces."""


def growing_pauses() -> Iterator[float]:
    """Seconds before the next try, without end: each twice the one before, up to `LONGEST_PAUSE`."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def seconds_of(given: str | None, *, otherwise: float, now: datetime | None = None) -> float:
    """The seconds of a ``Retry-After`` header: a number, or a date (RFC 9110, 10.2.3). `otherwise` where it
    is missing or unreadable; never less than nothing, nor more than a day."""
    text = (given or "").strip()
    try:
        return min(max(0.0, float(text)), LONGEST)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return otherwise
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - (now or datetime.now(UTC))).total_seconds()), LONGEST)
