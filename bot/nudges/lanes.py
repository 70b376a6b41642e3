"""Who may post now: one message at a time in a conversation, so many at a time in a workspace.

Waiting for a conversation takes no slot of its workspace, and waiting for a workspace none of the process: a
conversation that hangs holds up itself alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.core.clock import Clock
from bot.nudges.outages import EVERYWHERE, Place

CALM = timedelta(minutes=1)
"""A workspace that has not been too fast for so long is written to side by side again."""


class Lanes:
    """One per process."""

    def __init__(self, clock: Clock, slots: int) -> None:
        self._clock = clock
        self._slots = slots
        self._turns: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        self._workspaces: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._not_before: dict[Place, datetime] = {}
        """When a conversation may be written to again, as its platform said."""

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """The conversation is ours, and a slot of its workspace. After a refusal the whole workspace has one
        turn for a while, so that one refusal is all that a limit costs."""
        until = self._not_before.get((place[0], EVERYWHERE))
        if until is not None and self._clock.now() < until + CALM:
            place = (place[0], EVERYWHERE)
        turn = self._turns.setdefault(place, asyncio.Lock())
        slot = self._workspaces.setdefault(place[0], asyncio.Semaphore(self._slots))
        async with turn, slot:
            yield

    def throttled(self, place: Place, until: datetime) -> None:
        """The platform has said so, of a conversation or of `EVERYWHERE`."""
        self._not_before[place] = until

    def held_until(self, place: Place) -> datetime | None:
        """When this conversation may be written to again, as it was told itself or as its workspace was;
        None when that is now."""
        now = self._clock.now()
        holds = (self._not_before.get(place), self._not_before.get((place[0], EVERYWHERE)))
        return max((until for until in holds if until is not None and now < until), default=None)
