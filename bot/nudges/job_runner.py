"""Runs jobs: what must happen on a platform besides messages, repeated until it works or is hopeless."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Table
from sqlmodel import select

from bot.core.feature import JobHandler, JobRefused
from bot.core.jobs import JobContext
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain, WorkspaceRefused
from bot.nudges.hands import Hands
from bot.nudges.holding import HOLD
from storage.leases import free, free_rows, leases, take
from storage.nudges import Job, JobState

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
LONGEST_SECONDS = 240.0
"""One job, all its calls together; less than the lease, which begins anew just before it."""
PATIENCE = timedelta(days=1)
"""So long a job waits for a platform that is away."""
MOST_FAILURES = 3
"""Errors of our own, and then it is given up."""
MOST_IN_HAND = 200
WORTH_IT = timedelta(days=7)
"""So long a job waits for a workspace that refuses everything."""
REFUSED = "workspace:"
"""Before the code of such a refusal, as a job's reason."""

_TABLE: Table = Job.__table__  # type: ignore[attr-defined]
_ALL = select(Job)


@dataclass(frozen=True, slots=True)
class _End:
    """How a try ended; `wait` is for one that is tried again."""

    state: str
    reason: str = ""
    wait: timedelta = timedelta(0)
    is_failure: bool = False


class JobRunner:
    """One per process. Handlers are idempotent, so a job whose lease ran out is simply done again.

    Those of one community are done one after the other, those of several side by side.
    """

    def __init__(
        self,
        job_ctx: JobContext,
        handlers: Mapping[str, JobHandler],
        refused: Mapping[str, JobRefused] | None = None,
    ) -> None:
        """`refused` tells, by kind, whoever waits for a job that failed."""
        self.job_ctx = job_ctx
        self.handlers = handlers
        self.refused = refused or {}
        self.worker = secrets.token_hex(8)
        self.hands = Hands()

    async def run_due(self, limit: int = 20, patience: float | None = None) -> int:
        """Claim and run one batch. Returns how many there were. With `patience` it returns after so many
        seconds even when the slowest are not done; those go on."""
        if len(self.hands) >= MOST_IN_HAND:
            return 0
        claimed = await self._claim(limit)
        of_one: defaultdict[int, list[Job]] = defaultdict(list)
        for job in claimed:
            of_one[job.community_id].append(job)
        for jobs in of_one.values():
            self.hands.take(self._run_all(jobs))
        await self.hands.wait(patience)
        return len(claimed)

    async def _claim(self, limit: int) -> list[Job]:
        now = self.job_ctx.clock.now()
        async with self.job_ctx.database.read() as db:
            if await db.scalar(select(Job.id).where(free(_TABLE)).limit(1), {"now": now}) is None:
                return []  # mostly so: no writer need wait for that
        async with self.job_ctx.database.write() as db:
            claimed = await free_rows(db, _ALL, _TABLE, now, limit)
            await take(db, _TABLE, [job.id for job in claimed], self.worker, now + LEASE)
        return claimed

    async def _run_all(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if await self._begun(job):
                end = await self._run(job)
                await self._settle(job, end)
                if end.state == JobState.FAILED or end.reason.startswith(REFUSED):
                    await self._tell(job, end.reason.removeprefix(REFUSED))

    async def _begun(self, job: Job) -> bool:
        """The lease begins anew; False when it ran out while others of the batch were done."""
        now = self.job_ctx.clock.now()
        async with self.job_ctx.database.write() as db:
            lease = (await leases(db, _TABLE, [job.id])).get(job.id)
            if lease is None or not lease.holds(self.worker, now):
                return False
            await take(db, _TABLE, [job.id], self.worker, now + LEASE)
        return True

    async def _run(self, job: Job) -> _End:
        wait = timedelta(seconds=min(5 << min(job.attempts, 8), 900))
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self.handlers[job.kind](self.job_ctx, job)
        except Throttled as error:
            return _End("planned", "throttled", timedelta(seconds=error.retry_after))
        except (Unavailable, Uncertain, TimeoutError) as error:
            return self._away(job, error, wait)
        except WorkspaceRefused as error:
            late = self.job_ctx.clock.now() - job.created_at > WORTH_IT
            return _End(JobState.FAILED if late else JobState.PLANNED, f"{REFUSED}{error.code}", HOLD)
        except PlatformError as error:
            log.warning("job_refused", job=job.id, kind=job.kind, reason=str(error))
            return _End("failed", error.code or str(error)[:200], is_failure=True)
        except Exception as error:
            log.error("job_failed", job=job.id, kind=job.kind, exc_info=error)
            hopeless = job.attempts + 1 >= MOST_FAILURES
            return _End("failed" if hopeless else "planned", type(error).__name__, wait, is_failure=True)
        return _End("done")

    def _away(self, job: Job, error: Exception, wait: timedelta) -> _End:
        since: datetime | None = job.put_off_since
        hopeless = since is not None and self.job_ctx.clock.now() >= since + PATIENCE
        return _End("failed" if hopeless else "planned", type(error).__name__, wait, is_failure=True)

    async def _tell(self, job: Job, code: str) -> None:
        """Once; a job that is begun anew is told of anew."""
        tell = self.refused.get(job.kind)
        if tell is None:
            return
        async with self.job_ctx.database.write() as db:
            row = await db.get_one(Job, job.id)
            if row.told_at is not None:
                return
            row.told_at = self.job_ctx.clock.now()
        try:
            await tell(self.job_ctx, job, code)
        except Exception as error:
            log.error("job_not_told", job=job.id, kind=job.kind, exc_info=error)

    async def _settle(self, job: Job, end: _End) -> None:
        now = self.job_ctx.clock.now()
        async with self.job_ctx.database.write() as db:
            lease = (await leases(db, _TABLE, [job.id])).get(job.id)
            if lease is None or not lease.holds(self.worker):
                return
            row = await db.get_one(Job, job.id)
            row.state, row.reason, row.lease_until = end.state, end.reason, None
            row.attempts += end.is_failure
            if end.state == JobState.PLANNED:
                row.due_at, row.put_off_since = now + end.wait, row.put_off_since or now
