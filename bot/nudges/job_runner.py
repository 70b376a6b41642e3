"""Runs jobs: what must happen on a platform besides messages, repeated until it works or is hopeless."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy import or_
from sqlmodel import col, select

from bot.core.feature import JobHandler
from bot.core.jobs import JobContext
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain
from storage.nudges import Job, JobState

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10


class JobRunner:
    """One per process. Handlers are idempotent, so a job whose lease ran out is simply done again."""

    def __init__(self, job_ctx: JobContext, handlers: Mapping[str, JobHandler]) -> None:
        self.job_ctx = job_ctx
        self.handlers = handlers
        self.worker = secrets.token_hex(8)

    async def run_due(self, limit: int = 20) -> int:
        """Claim and run one batch, one after the other. Returns how many there were."""
        claimed = await self._claim(limit)
        for job in claimed:
            state, reason, wait = await self._run(job)
            await self._settle(job, state, reason, wait)
        return len(claimed)

    async def _claim(self, limit: int) -> list[Job]:
        now = self.job_ctx.clock.now()
        eligible = or_(
            (col(Job.state) == "planned") & (col(Job.due_at) <= now),
            (col(Job.state) == "claimed") & (col(Job.lease_until) <= now),
        )
        async with self.job_ctx.database.read() as db:
            if await db.scalar(select(Job.id).where(eligible).limit(1)) is None:
                return []  # mostly so: no writer need wait for that
        async with self.job_ctx.database.write() as db:
            rows = await db.scalars(
                select(Job)
                .where(eligible)
                .order_by(col(Job.due_at), col(Job.id))
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            claimed = list(rows)
            for job in claimed:
                job.state, job.claimed_by, job.lease_until = "claimed", self.worker, now + LEASE
                job.attempts += 1
        return claimed

    async def _run(self, job: Job) -> tuple[str, str, timedelta]:
        wait = timedelta(seconds=min(5 * 2 ** min(job.attempts, 8), 900))
        try:
            await self.handlers[job.kind](self.job_ctx, job)
        except Throttled as error:
            return "planned", "throttled", timedelta(seconds=error.retry_after)
        except (Unavailable, Uncertain) as error:
            hopeless = job.attempts >= MOST_ATTEMPTS
            return ("failed" if hopeless else "planned"), type(error).__name__, wait
        except PlatformError as error:
            return "failed", str(error)[:200], wait
        except Exception as error:
            log.error("job_failed", job=job.id, kind=job.kind, exc_info=error)
            hopeless = job.attempts >= 3
            return ("failed" if hopeless else "planned"), type(error).__name__, wait
        return "done", "", wait

    async def _settle(self, job: Job, state: str, reason: str, wait: timedelta) -> None:
        async with self.job_ctx.database.write() as db:
            row = await db.get_one(Job, job.id)
            if row.state != JobState.CLAIMED or row.claimed_by != self.worker:
                return
            row.state, row.reason, row.claimed_by, row.lease_until = state, reason, "", None
            if state == "planned":
                row.due_at = self.job_ctx.clock.now() + wait
