"""What one process has in hand: work side by side, of which the slowest keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Hands:
    """Tasks that are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def take(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin. What fails is logged; its lease runs out, and it is found again."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def wait(self, seconds: float | None = None) -> None:
        """Until nothing is in hand, or so many seconds have passed."""
        loop = asyncio.get_running_loop()
        end = None if seconds is None else loop.time() + seconds
        while self._tasks:
            left = None if end is None else end - loop.time()
            if left is not None and left <= 0:
                return
            await asyncio.wait(self._tasks, timeout=left)

    async def wait_for_room(self, most: int, seconds: float | None = None) -> None:
        """Until less than `most` are in hand, or so many seconds have passed without one that ended."""
        while len(self._tasks) >= most:
            ended, _ = await asyncio.wait(self._tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not ended:
                return

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work_in_hand_failed", exc_info=error)
