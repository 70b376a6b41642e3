"""The hourly jobs of all features, run by one process at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import text

from bot.core.feature import Feature
from bot.core.jobs import JobContext
from storage.database import Database

log = structlog.get_logger()

LOCK = 7_285_115
"""PostgreSQL's advisory lock: of several processes, one keeps house."""


async def run_housekeeping(job_ctx: JobContext, features: Iterable[Feature]) -> bool:
    """Run every feature's jobs, one after the other; one that fails does not keep the others from running.

    Returns False when another process is at it (PostgreSQL), and then does nothing.
    """
    async with _alone(job_ctx.database) as mine:
        if not mine:
            return False
        for feature in features:
            for job in feature.housekeeping:
                try:
                    await job(job_ctx)
                except Exception as error:
                    log.error("housekeeping_job_failed", feature=feature.name, exc_info=error)
    return True


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[bool]:
    """Whether this process has the lock, which ends with the connection should the process be killed.

    An SQLite file is served by one process, so there is nothing to lock.
    """
    if database.is_sqlite:
        yield True
        return
    async with database.engine.connect() as connection:
        got = await connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})"))
        await connection.commit()
        try:
            yield bool(got)
        finally:
            if got:
                await connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
                await connection.commit()
