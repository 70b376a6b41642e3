"""One worker process of `benchmarks.engines`, and what it is told to do.

A process of its own, because some of these engines are one for each process, and because a worker that stops
or sleeps is really killed or stopped.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, text
from sqlmodel import col, select

from benchmarks.engines_queues import Queue
from benchmarks.engines_sending import IN_HAND, LINKS, Handler, Ledger, composed, composed_asleep
from benchmarks.scheduler_ground import START
from bot.core.clock import MovedClock
from bot.core.message_kinds import MessageKind, MessageKinds
from bot.nudges import outbox, sender
from storage.database import Database
from storage.nudges import Nudge

OURS = "ours"
OURS_WIDE = f"ours, {IN_HAND} at once"
"""Our sender posts few messages at once to one workspace, for the platform's sake; the engines know no such
limit. This is ours without it."""
ENGINES = {
    "procrastinate": "benchmarks.engines_queues:Procrastinate",
    "pgqueuer": "benchmarks.engines_queues:PgQueuer",
    "oban": "benchmarks.engines_queues:Oban",
    "dbos": "benchmarks.engines_dbos:Dbos",
    "dbos in steps": "benchmarks.engines_dbos:DbosInSteps",
    "temporal": "benchmarks.engines_temporal:Temporal",
}
ENGINE_MODULES = ("procrastinate", "pgqueuer.queries", "pgqueuer.qm", "oban", "dbos", "temporalio.worker")
"""What takes long to import."""
STOPS_AFTER = 20
"""Messages that the platform takes from the worker that is killed."""
MOVED_WITHIN_SECONDS = 8.0
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Task:
    """What a worker is told."""

    does: str
    """fill, race, stop, sleep, rest (until all are sent), or moves."""
    engine: str
    url: str
    began: float
    """When the trial began, by the machine's clock: all its workers have one clock."""
    lease: float = 60
    asks: bool = True
    due: bool = True
    """Whether the messages are put in, to be sent at once."""
    ledger: str = ""
    server: str = ""


class Worker:
    """Ours or an engine's, on one database."""

    def __init__(self, task: Task, words: Connection) -> None:
        self.task, self._words = task, words
        self.database = Database(task.url)
        self.clock = MovedClock(START + timedelta(seconds=1 + time.time() - task.began), ticking=True)
        file = Path(task.ledger) if task.ledger else None
        self.platform = Ledger(file, STOPS_AFTER if task.does == "stop" else None)
        self.compose = composed_asleep if task.does == "sleep" else composed
        if task.engine == OURS_WIDE:
            sender.AT_ONCE = IN_HAND
        outbox.LEASE = timedelta(seconds=task.lease)

    def say(self, **facts: Any) -> None:
        """To the process that watches."""
        self._words.send(facts)

    def handler(self) -> Handler:
        return Handler(self.database, self.clock, self.platform, asks=self.task.asks, compose=self.compose)

    @property
    def is_ours(self) -> bool:
        return self.task.engine.startswith(OURS)

    def sender(self) -> sender.Sender:
        kinds = MessageKinds([MessageKind("note", self.compose)])
        platforms: Any = {"slack": self.platform}
        return sender.Sender(self.database, self.clock, platforms, kinds, LINKS)

    def queue(self) -> Queue:
        module, name = ENGINES[self.task.engine].split(":")
        queue: Queue = getattr(import_module(module), name)(self.database, self.task.lease)
        if self.task.server:
            queue.address = self.task.server  # type: ignore[attr-defined]  # Temporal's alone
        return queue

    async def unsent(self) -> int:
        """Rows that are not written as sent."""
        async with self.database.read() as db:
            return int(await db.scalar(select(func.count()).where(col(Nudge.state) != "sent")) or 0)

    async def ids(self) -> list[int]:
        async with self.database.read() as db:
            return list(await db.scalars(select(Nudge.id).order_by(col(Nudge.id))))


async def _race_of_ours(worker: Worker) -> None:
    """From a warm start too: an engine's clock begins when it has taken its first message."""
    ours = worker.sender()
    worker.clock.move_to(START - timedelta(days=1))
    await ours.send_due()  # connects, and finds nothing due
    worker.clock.move_to(START + timedelta(seconds=1))
    began = time.perf_counter()
    while await ours.send_due(IN_HAND):
        pass
    worker.say(seconds=time.perf_counter() - began, posts=worker.platform.posts, unsent=await worker.unsent())


async def _race(worker: Worker) -> None:
    """From the first message that is handed over to the last job that is finished."""
    queue, handler = worker.queue(), worker.handler()
    nudges = len(await worker.ids())
    async with queue.running(handler):
        await _until(lambda: handler.done >= nudges)
        while await queue.left():  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        assert handler.begun is not None
        seconds = time.perf_counter() - handler.begun
        worker.say(seconds=seconds, posts=worker.platform.posts, unsent=await worker.unsent())


async def _work(worker: Worker) -> None:
    """Until it is killed. It says when it has stopped with messages in hand, and when all are sent."""
    if worker.is_ours:
        working = asyncio.ensure_future(_sending(worker.sender()))
        await _watched(worker, lambda: _claimed(worker.database))
        await working
        return
    queue, handler = worker.queue(), worker.handler()
    async with queue.running(handler):
        await _watched(worker, queue.held)


async def _sending(ours: sender.Sender) -> None:
    while True:
        if not await ours.send_due(IN_HAND):
            await asyncio.sleep(0.1)


async def _claimed(database: Database) -> int:
    async with database.read() as db:
        return int(await db.scalar(text("SELECT count(*) FROM nudge WHERE state = 'claimed'")) or 0)


async def _watched(worker: Worker, held: Any) -> None:
    if worker.task.does == "stop":
        await _until(lambda: worker.platform.posts >= STOPS_AFTER)
        await asyncio.sleep(1)
        worker.say(held=await held(), unsent=await worker.unsent())
    while await worker.unsent():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    worker.say(unsent=0)
    await asyncio.Event().wait()


async def _moves(worker: Worker) -> None:
    """Two messages an hour ahead: one is moved to now, one is held, and then let go."""
    queue, handler = worker.queue(), worker.handler()
    first, second = (await worker.ids())[:2]
    async with queue.running(handler):
        job = await queue.later(first)
        moved = await _tried(queue.move, job)
        moved["went"] = await _reaches(handler, 1)
        before = handler.done
        job = await queue.later(second)
        held = await _tried(queue.hold, job)
        held["stayed"] = handler.done == before
        released = await _tried(queue.release, job)
        released["went"] = await _reaches(handler, before + 1)
    worker.say(moved=moved, held=held, released=released)


async def _tried(act: Any, job: Any) -> dict[str, Any]:
    try:
        return {"by": await act(job)}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error.__cause__ or error}".splitlines()[0][:90]}


async def _reaches(handler: Handler, number: int) -> bool:
    try:
        async with asyncio.timeout(MOVED_WITHIN_SECONDS):
            await _until(lambda: handler.done >= number)
    except TimeoutError:
        return False
    return True


async def _until(holds: Callable[[], bool]) -> None:
    """An engine may run the handler in a loop of its own: it cannot wake this one."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)


async def _do(worker: Worker) -> None:
    task = worker.task
    if task.does == "fill":
        await worker.queue().put_in(await worker.ids() if task.due else [])
        worker.say()
    elif task.does == "race":
        await (_race_of_ours(worker) if worker.is_ours else _race(worker))
    elif task.does == "moves":
        await _moves(worker)
    else:
        await _work(worker)


def play(task: Task, words: Connection) -> None:
    """What a worker process does. It says `failed` when it cannot."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        asyncio.run(_do(Worker(task, words)))
    except Exception:
        words.send({"failed": traceback.format_exc()[-2_000:]})
