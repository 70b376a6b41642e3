"""The beat: APScheduler wakes us; the tables say what is due.

APScheduler 3 skips a job that is more than a second late unless told otherwise, fires twice in the autumn
fold, and keeps its jobs in memory. So it drives only an interval tick in UTC and the hourly housekeeping,
and nothing is lost when a tick is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.jobs import JobContext
from bot.nudges.job_runner import JobRunner
from bot.nudges.sender import Sender

log = structlog.get_logger()

TICK_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
"""So long a batch waits for its slowest; then the next begins beside them."""
LOOKS_APART_SECONDS = 0.05
"""Whoever wakes us sooner after a look waits for the next: in a storm of events one look does for many."""


class Scheduler:
    """Runs the sender and the job runner at every tick, and at once when woken.

    `housekeeping` is called every hour; it takes its own lock, so that one process does it.
    """

    def __init__(
        self,
        sender: Sender,
        jobs: JobRunner,
        job_ctx: JobContext,
        housekeeping: Callable[[JobContext], Awaitable[object]],
    ) -> None:
        self.sender = sender
        self.jobs = jobs
        self.job_ctx = job_ctx
        self.housekeeping = housekeeping
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def wake(self) -> None:
        """Something was just written to the outbox: look now instead of at the next tick."""
        self._woken.set()

    async def start(self) -> None:
        more = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.wake, "interval", seconds=TICK_SECONDS, **more)
        self._scheduler.add_job(self._keep_house, "interval", hours=1, **more)
        self._scheduler.start()
        self._loop = asyncio.create_task(self._run())
        self.wake()

    async def stop(self, grace_seconds: float = 10.0) -> None:
        """Finish what was claimed, within the grace period; what is left keeps its lease and is found."""
        self._stopping = self.sender.stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self.wake()
        if self._loop is not None:
            with contextlib.suppress(asyncio.TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._ended(self._loop), grace_seconds)

    async def _ended(self, loop: asyncio.Task[None]) -> None:
        await loop
        await self.sender.drain()

    async def empty(self, patience: float | None = None) -> int:
        """Do all that is due now, jobs first (they open the channels that messages go to), batch by batch
        until it is told to stop. One call at a time: whoever comes while another is under way finds all of
        that done. With `patience` (seconds) what is slow goes on behind it. Returns how many rows were
        worked on."""
        worked = 0
        async with self._turn:
            while not self._stopping and (
                count := await self.jobs.run_due(patience=patience)
                + await self.sender.send_due(patience=patience)
            ):
                worked += count
        return worked

    async def _run(self) -> None:
        while not self._stopping:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.empty(PATIENCE_SECONDS)
            except Exception as error:
                log.error("beat_failed", exc_info=error)
            await asyncio.sleep(LOOKS_APART_SECONDS)

    async def _keep_house(self) -> None:
        try:
            await self.housekeeping(self.job_ctx)
        except Exception as error:
            log.error("housekeeping_failed", exc_info=error)
