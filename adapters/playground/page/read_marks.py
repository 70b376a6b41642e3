"""How far each person has read in each conversation, while the playground runs."""

from __future__ import annotations


class ReadMarks:
    """Unread marks by (platform, person, place); positions are compared as numbers.

    `start` holds, by platform, the newest position when the playground started: all before it counts as read.
    """

    def __init__(self, start: dict[str, float]) -> None:
        self._start = start
        self._marks: dict[tuple[str, str, str], float] = {}

    def mark(self, platform: str, person: str, place: str, position: float) -> bool:
        """The person has seen the place up to `position`; whether that was news."""
        key = (platform, person, place)
        if position <= self.read_up_to(*key):
            return False
        self._marks[key] = position
        return True

    def read_up_to(self, platform: str, person: str, place: str) -> float:
        return self._marks.get((platform, person, place), self._start.get(platform, 0.0))
