"""DBOS in `benchmarks.engines`: a queue of its own, and a workflow for each message.

It is no dependency of ours. What is called here is the public interface of the version that docs/decisions
names.
"""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any

from benchmarks.engines_queues import HOUR, Queue
from benchmarks.engines_sending import IN_HAND, Handler
from storage.database import Database

POLLING_SECONDS = 0.05
"""How often it looks into its queue: the default of a second would be what is measured."""


class Dbos(Queue):
    """What a dead process held is found when a process with the same executor id starts. On SQLite its
    tables are in a file of their own."""

    in_steps = False
    """Whether it keeps the progress within a message too."""
    taken = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING'"
    unfinished = (
        "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
    )

    def __init__(self, database: Database, lease: float) -> None:
        super().__init__(database, lease)
        self._file = f"{database.engine.url.database}.dbos" if database.is_sqlite else ""
        self._engine: Any = importlib.import_module("dbos")
        self._dbos: Any = self._engine.DBOS

    async def _count(self, statement: str) -> int:
        if not self._file:
            return await super()._count(statement)
        with closing(sqlite_driver().connect(self._file)) as file:
            return int(file.execute(statement.replace("dbos.", "")).fetchone()[0])

    def _launch(self, handler: Handler | None) -> None:
        """Without a handler it takes nothing."""
        if self._file:  # as ours: a write-ahead log, and every commit waits for the disk
            with closing(sqlite_driver().connect(self._file)) as file:
                file.execute("PRAGMA journal_mode=WAL")
        url = (
            f"sqlite:///{self._file}" if self._file else self.url.replace("postgresql", "postgresql+psycopg")
        )
        config: dict[str, Any] = {
            "name": "engines", "system_database_url": url, "log_level": "CRITICAL",
            "application_version": "1", "executor_id": "local",
        }  # fmt: skip
        if self._file:
            config["db_engine_kwargs"] = {"module": sqlite_driver()}
        self._dbos(config=config)
        self.work = self._dbos.workflow(name="send")(self._workflow(handler))
        self._dbos.listen_queues(["nudges"] if handler else ["none"])
        self._dbos.launch()

    def _workflow(self, handler: Handler | None) -> Callable[[int], Awaitable[None]]:
        async def begin(nudge: int) -> bool:
            assert handler is not None
            return await handler.begin(nudge)

        async def post(nudge: int) -> None:
            assert handler is not None
            await handler.post(nudge)

        if self.in_steps:
            begin = self._dbos.step(name="begin")(begin)
            post = self._dbos.step(name="post")(post)

        async def work(nudge: int) -> None:
            if await begin(nudge):
                await post(nudge)

        return work

    async def put_in(self, ids: Sequence[int]) -> None:
        self._launch(None)
        await self._dbos.register_queue_async(
            "nudges", worker_concurrency=IN_HAND, polling_interval_sec=POLLING_SECONDS
        )
        for one in ids:
            await self._dbos.enqueue_workflow_async("nudges", self.work, one)
        await asyncio.to_thread(self._dbos.destroy)

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[None]:
        self._launch(handler)
        yield
        await asyncio.to_thread(self._dbos.destroy)

    async def later(self, nudge: int) -> Any:
        with self._engine.SetEnqueueOptions(delay_seconds=HOUR):
            handle = await self._dbos.enqueue_workflow_async("nudges", self.work, nudge)
        return handle.workflow_id

    async def move(self, job: Any) -> str:
        await self._dbos.set_workflow_delay_async(job, delay_seconds=0)
        return "set_workflow_delay"

    async def hold(self, job: Any) -> str:
        await self._dbos.cancel_workflow_async(job)
        return "cancel_workflow"

    async def release(self, job: Any) -> str:
        await self._dbos.resume_workflow_async(job, queue_name="nudges")
        return "resume_workflow"


def sqlite_driver() -> Any:
    """DBOS's tables need SQLite 3.42; where Python has an older one, the `pysqlite3-binary` package brings
    its own."""
    if sqlite3.sqlite_version_info >= (3, 42):
        return sqlite3
    return importlib.import_module("pysqlite3.dbapi2")


class DbosInSteps(Dbos):
    """Marking and posting are steps: each is written down by the one that still owns the workflow."""

    in_steps = True
