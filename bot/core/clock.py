"""One clock, passed in: everything that needs the time is given one of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovedClock:
    """The machine's clock, shifted: the playground's and the demo's way to skip weeks.

    It keeps ticking between moves when `ticking`, and stands still otherwise (for repeatable runs).
    """

    def __init__(self, start: datetime | None = None, *, ticking: bool = False) -> None:
        self._real: Callable[[], datetime] = SystemClock().now
        self._ticking = ticking
        self._base = start or self._real()
        self._set_at = self._real()

    def now(self) -> datetime:
        elapsed = self._real() - self._set_at if self._ticking else timedelta(0)
        return self._base + elapsed

    def move_to(self, moment: datetime) -> None:
        """Set the clock to `moment` (aware). Moving backwards is allowed: faults are tested with it."""
        self._base = moment.astimezone(UTC)
        self._set_at = self._real()

    def advance(self, by: timedelta) -> None:
        self.move_to(self.now() + by)
