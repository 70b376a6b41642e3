"""Housekeeping runs each feature's jobs once, whatever one of them does, on one process at a time."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.clock import SystemClock
from bot.core.feature import Feature
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.nudges.housekeeping import run_housekeeping
from storage.database import Database
from storage.migrating import migrate
from tests.support.kinds import ALL_KINDS


async def _tools(url: str) -> JobContext:
    database = Database(url)
    await migrate(database)
    return JobContext(
        database, SystemClock(), {}, Links("http://127.0.0.1", "a-long-enough-secret"), ALL_KINDS
    )


async def test_a_failing_job_does_not_keep_the_next_from_running(sqlite_url: str) -> None:
    ran = []

    async def fails(_: JobContext) -> None:
        raise RuntimeError

    async def runs(_: JobContext) -> None:
        ran.append("yes")

    job_ctx = await _tools(sqlite_url)
    assert await run_housekeeping(
        job_ctx, [Feature("a", housekeeping=(fails,)), Feature("b", housekeeping=(runs,))]
    )
    assert ran == ["yes"]
    await job_ctx.database.close()


@pytest.mark.postgres
async def test_a_second_process_stands_back_while_the_first_is_at_it(postgres_url: str) -> None:
    begun, go_on, ran = asyncio.Event(), asyncio.Event(), []

    async def waits(_: JobContext) -> None:
        ran.append("yes")
        begun.set()
        await go_on.wait()

    first, second = await _tools(postgres_url), await _tools(postgres_url)
    features = [Feature("a", housekeeping=(waits,))]
    task = asyncio.create_task(run_housekeeping(first, features))
    await begun.wait()
    assert not await run_housekeeping(second, features)
    go_on.set()
    assert await task
    assert ran == ["yes"]
    assert await run_housekeeping(second, features)
    for job_ctx in (first, second):
        await job_ctx.database.close()
