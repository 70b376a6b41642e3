"""The hours in which a person wants no message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until just before `end`, each day on the reader's own clock; may run over midnight.

    Both are whole minutes without a zone. Raises ValueError when they are equal: nobody is quiet for ever
    by accident; who wants no messages opts out.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        for bound in (self.start, self.end):
            if bound.tzinfo is not None or bound.second or bound.microsecond:
                raise ValueError("quiet hours are whole minutes on the reader's own clock")
        if self.start == self.end:
            raise ValueError("quiet hours start and end at the same minute")

    def covers(self, at: time) -> bool:
        """Whether the local time of day `at` is quiet."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end
