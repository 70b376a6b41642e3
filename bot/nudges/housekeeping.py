"""The hourly jobs of all features, run by one process at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

import structlog

from bot.core.feature import Feature
from bot.core.jobs import JobContext
from storage.marks import take_turn

log = structlog.get_logger()

TURN = "housekeeping"
LEASE = timedelta(minutes=30)
"""Renewed before each job; no job takes as long."""


async def run_housekeeping(job_ctx: JobContext, features: Iterable[Feature]) -> bool:
    """Run every feature's jobs, one after the other; one that fails does not keep the others from running.

    Returns False when another process is at it, and then does no more.
    """
    me = secrets.token_hex(8)
    for feature in features:
        for job in feature.housekeeping:
            if not await _mine(job_ctx, me, LEASE):
                return False
            try:
                await job(job_ctx)
            except Exception as error:
                log.error("housekeeping_job_failed", feature=feature.name, exc_info=error)
    await _mine(job_ctx, me, timedelta(0))
    return True


async def _mine(job_ctx: JobContext, me: str, lease: timedelta) -> bool:
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        return await take_turn(db, TURN, me, now, now + lease)
