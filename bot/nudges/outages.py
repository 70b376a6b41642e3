"""Where a platform does not answer: there one message at a time tries, less and less often; the others wait.

A conversation is left alone after one failure, a whole workspace after several in a row. This is each
process's own knowledge: another one finds out for itself, with as few calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Place = tuple[str, str]
"""Tenant and conversation."""
EVERYWHERE = ""
"""In place of a conversation: all of the workspace."""
IN_A_ROW = 3
"""So many failures without a success between them, and the whole workspace is taken for away."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=1)
"""Between two tries, of a place and of a message."""
PARKED = timedelta(minutes=15)
"""Over so long those that wait are spread, so that one of them always comes by soon; all of them are woken
when the platform answers."""
FARTHEST = LONGEST_WAIT + PARKED
"""No message that waits for a platform is due later than so long from now."""


@dataclass(slots=True)
class _Trouble:
    failures: int = 0
    wait: timedelta = FIRST_WAIT
    until: datetime | None = None


class Outages:
    """Where it failed lately."""

    def __init__(self) -> None:
        self._trouble: dict[Place, _Trouble] = {}
        self._heard: set[str] = set()
        """Tenants that have answered this process."""

    def held_until(self, place: Place, now: datetime) -> datetime | None:
        """Until when nobody asks there; None: ask now. Who asks at an end of waiting is the only one."""
        known = [one for where in _both(place) if (one := self._trouble.get(where)) and one.until]
        held = [one.until for one in known if one.until is not None and now < one.until]
        if held:
            return max(held)
        for one in known:
            one.until = now + one.wait
        return None

    def failed(self, place: Place, now: datetime) -> None:
        """It did not answer, or the connection broke."""
        for where in _both(place):
            one = self._trouble.setdefault(where, _Trouble())
            one.failures += 1
            if where[1] == EVERYWHERE and one.failures < IN_A_ROW:
                continue
            one.wait = min(one.wait * 2, LONGEST_WAIT) if one.until else FIRST_WAIT
            one.until = now + one.wait

    def answered(self, place: Place) -> bool:
        """It answered, whatever it said. True when that may end an outage: then wake those that wait. A
        workspace's first answer may, for a process that has ended since, or another, knew of one."""
        ended = [self._trouble.pop(where, None) for where in _both(place)]
        is_first = place[0] not in self._heard
        self._heard.add(place[0])
        return is_first or any(one is not None and one.until is not None for one in ended)


def parked_until(held: datetime, row_id: int) -> datetime:
    """When a message that waits comes by, spread by its number."""
    return held + PARKED * ((row_id % 97) / 97)


def _both(place: Place) -> Sequence[Place]:
    return (place, (place[0], EVERYWHERE)) if place[1] != EVERYWHERE else (place,)
