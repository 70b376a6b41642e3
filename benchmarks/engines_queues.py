"""The PostgreSQL queues of `benchmarks.engines`, each with its own run loop: procrastinate, pgqueuer, oban.

They are no dependencies of ours. What is called here is the public interface of the versions that
docs/decisions names.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from adapters.background import beside
from benchmarks.engines_sending import IN_HAND, Handler
from storage.database import Database

Send = Callable[[int], Awaitable[None]]
HOUR = 3_600


class Queue:
    """One engine on a PostgreSQL of its own tables. `lease` is in seconds: how long a worker may say nothing
    before its messages are found again."""

    taken = unfinished = ""
    """Statements that count the jobs which a worker holds, and those which are not finished."""

    def __init__(self, database: Database, lease: float) -> None:
        self._database, self.lease = database, lease
        self.url = database.url.replace("+asyncpg", "")

    async def put_in(self, ids: Sequence[int]) -> None:
        """One job for each message, due now; installs what the engine needs. In a process of its own."""
        raise NotImplementedError

    def running(self, handler: Handler) -> AbstractAsyncContextManager[None]:
        """The engine's own run loop, beside the block."""
        raise NotImplementedError

    async def later(self, nudge: int) -> Any:
        """One more, an hour ahead; what `move`, `hold` and `release` know it by."""
        raise NotImplementedError

    async def move(self, job: Any) -> str:
        """Let a waiting job begin now. The name of the function that is for this, or comes nearest; it raises
        what that raises."""
        raise NotImplementedError

    async def hold(self, job: Any) -> str:
        """Keep a waiting job back until it is released."""
        raise NotImplementedError

    async def release(self, job: Any) -> str:
        """Let one begin that is held."""
        raise NotImplementedError

    async def held(self) -> int:
        """Jobs that some worker has taken."""
        return await self._count(self.taken)

    async def left(self) -> int:
        """Jobs that are not finished."""
        return await self._count(self.unfinished)

    async def _count(self, statement: str) -> int:
        async with self._database.read() as db:
            return int(await db.scalar(text(statement)) or 0)


class Procrastinate(Queue):
    """`App.run_worker_async`. Its documentation's way to find stalled jobs is a task of one's own."""

    taken = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    unfinished = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"

    def __init__(self, database: Database, lease: float) -> None:
        super().__init__(database, lease)
        self._engine: Any = importlib.import_module("procrastinate")
        self.app = self._engine.App(connector=self._engine.PsycopgConnector(conninfo=self.url))

    async def put_in(self, ids: Sequence[int]) -> None:
        async with self.app.open_async():
            await self.app.schema_manager.apply_schema_async()
            await self._task(nothing).batch_defer_async(*({"nudge": one} for one in ids))

    def _task(self, send: Send) -> Any:
        async def work(nudge: int) -> None:
            await send(nudge)

        return self.app.task(work, name="send")

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[None]:
        self._task(handler.send)
        async with self.app.open_async():
            worker = self.app.run_worker_async(
                concurrency=IN_HAND, install_signal_handlers=False, fetch_job_polling_interval=0.5,
                update_heartbeat_interval=self.lease / 3, stalled_worker_timeout=self.lease,
            )  # fmt: skip
            async with beside(worker), beside(self._rescuing()):
                yield

    async def _rescuing(self) -> None:
        while True:
            for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self.lease):
                await self.app.job_manager.retry_job(job)
            await asyncio.sleep(1)

    async def later(self, nudge: int) -> Any:
        return await self.app.tasks["send"].configure(schedule_in={"seconds": HOUR}).defer_async(nudge=nudge)

    async def move(self, job: Any) -> str:
        """There is no function to move a waiting job; that for a failed one refuses it."""
        await self.app.job_manager.retry_job_by_id_async(job, datetime.now(UTC))
        return "retry_job_by_id_async"

    async def hold(self, job: Any) -> str:
        await self.app.job_manager.cancel_job_by_id_async(job)
        return "cancel_job_by_id_async"

    async def release(self, job: Any) -> str:
        await self.app.job_manager.retry_job_by_id_async(job, datetime.now(UTC))
        return "retry_job_by_id_async"


class PgQueuer(Queue):
    """`QueueManager.run`, which takes batches and finds what has no heartbeat."""

    taken = "SELECT count(*) FROM pgqueuer WHERE status = 'picked'"
    unfinished = "SELECT count(*) FROM pgqueuer"

    async def _queries(self) -> Any:
        import asyncpg

        queries: Any = importlib.import_module("pgqueuer.queries")
        self._pool = await asyncpg.create_pool(self.url, min_size=2, max_size=10)
        return queries.Queries.from_asyncpg_pool(self._pool)

    async def put_in(self, ids: Sequence[int]) -> None:
        queries = await self._queries()
        await queries.install()
        payloads = [b"%d" % one for one in ids]
        await queries.enqueue(["send"] * len(ids), payloads, [0] * len(ids))
        await self._pool.close()

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[None]:
        self.queries = await self._queries()
        manager = importlib.import_module("pgqueuer.qm").QueueManager(self.queries)

        async def work(job: Any) -> None:
            await handler.send(int(job.payload))

        manager.entrypoint("send")(work)
        lease = timedelta(seconds=self.lease)
        running = manager.run(
            dequeue_timeout=timedelta(seconds=1), batch_size=IN_HAND, max_concurrent_tasks=2 * IN_HAND,
            heartbeat_timeout=lease,
        )  # fmt: skip
        async with beside(running):
            yield

    async def later(self, nudge: int) -> Any:
        ids = await self.queries.enqueue("send", b"%d" % nudge, execute_after=timedelta(seconds=HOUR))
        return await self.queries.queue_job_by_id(ids[0])

    async def move(self, job: Any) -> str:
        """Its function for another try; it asks neither who holds the job nor whether anybody does."""
        await self.queries.retry_job(job, timedelta(0), None)
        return "retry_job"

    async def hold(self, job: Any) -> str:
        await self.queries.mark_job_as_cancelled([job.id])
        return "mark_job_as_cancelled"

    async def release(self, job: Any) -> str:
        await self.queries.requeue_jobs([job.id])
        return "requeue_jobs"


class Oban(Queue):
    """`Oban(queues=…)`, whose lifeline, on the process that leads, frees what began too long ago."""

    taken = "SELECT count(*) FROM oban_jobs WHERE state = 'executing'"
    unfinished = "SELECT count(*) FROM oban_jobs WHERE state IN ('available', 'scheduled', 'executing')"

    def __init__(self, database: Database, lease: float) -> None:
        super().__init__(database, lease)
        self._engine: Any = importlib.import_module("oban")

    def _worker(self, send: Send) -> Any:
        async def send_nudge(nudge: int) -> None:
            await send(nudge)

        send_nudge.__qualname__ = "send_nudge"
        self.worker = self._engine.job(queue="nudges")(send_nudge)
        return self.worker

    async def put_in(self, ids: Sequence[int]) -> None:
        pool = await self._engine.Oban.create_pool(self.url)
        await importlib.import_module("oban.schema").install(pool)
        worker = self._worker(nothing)
        await self._engine.Oban(pool=pool).enqueue_many([worker.new(one) for one in ids])
        await pool.close()

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[None]:
        self._worker(handler.send)
        pool = await self._engine.Oban.create_pool(self.url)
        lifeline = {"interval": 1.0, "rescue_after": self.lease}
        self.oban = self._engine.Oban(pool=pool, queues={"nudges": IN_HAND}, lifeline=lifeline)
        async with self.oban:
            yield
        await pool.close()

    async def later(self, nudge: int) -> Any:
        job = self.worker.new(nudge)
        job.scheduled_at = datetime.now(UTC) + timedelta(seconds=HOUR)
        job.state = "scheduled"
        return await self.oban.enqueue(job)

    async def move(self, job: Any) -> str:
        await self.oban.update_job(job, {"scheduled_at": datetime.now(UTC)})
        return "update_job"

    async def hold(self, job: Any) -> str:
        await self.oban.cancel_job(job)
        return "cancel_job"

    async def release(self, job: Any) -> str:
        await self.oban.retry_job(job)
        return "retry_job"


async def nothing(_: int) -> None:
    """For a process that only puts in."""
