"""One call for all that need its answer at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SingleFlight(Generic[Answer]):
    """Calls `ask` once for all who come while it is under way; each gets its answer, or its error."""

    def __init__(self, ask: Callable[[], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._flight: asyncio.Task[Answer] | None = None

    async def answer(self) -> Answer:
        """Raises what `ask` raises. Who goes away meanwhile does not break it off for the others."""
        return await asyncio.shield(self.begin())

    def begin(self) -> asyncio.Task[Answer]:
        """Ask, if nobody does, and wait for nothing."""
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._go())
            self._flight.add_done_callback(_seen)
        return self._flight

    async def _go(self) -> Answer:
        return await self._ask()


def _seen(flight: asyncio.Task[Answer]) -> None:
    """Nobody may be left to look at the error."""
    if not flight.cancelled():
        flight.exception()
