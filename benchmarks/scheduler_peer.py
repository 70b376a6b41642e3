"""The peer of `benchmarks.scheduler`: APScheduler 3 with its SQLAlchemyJobStore, one job for each message.

Its SQLite file has the settings of ours: write-ahead log, every commit waits for the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import create_engine, event, insert

from benchmarks.scheduler_ground import CHUNK, START


async def send(number: int, text: str) -> None:
    """What a job does: nothing, so that only the scheduler is measured."""


def job_store(folder: Path) -> Any:
    """A store of its own kind on an SQLite file with our settings."""
    engine = create_engine(f"sqlite:///{folder / 'peer.db'}")
    event.listen(engine, "connect", _as_ours)
    return SQLAlchemyJobStore(engine=engine)


def _as_ours(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


@contextmanager
def filled_store(folder: Path, pending: int, first: datetime = START) -> Iterator[Any]:
    """A store with so many jobs, one due each second from `first` on; written in bulk, which it cannot."""
    scheduler, store = BackgroundScheduler(timezone=UTC), job_store(folder)
    store.start(scheduler, "default")
    rows: list[dict[str, object]] = []
    with store.engine.begin() as connection:
        for number in range(pending):
            job = _job(scheduler, number, first + timedelta(seconds=number))
            moment = datetime_to_utc_timestamp(job.next_run_time)
            state = _pickled(store, job)
            rows.append({"id": job.id, "next_run_time": moment, "job_state": state})
            if len(rows) == CHUNK or number == pending - 1:
                connection.execute(insert(store.jobs_t), rows)
                rows = []
    try:
        yield store
    finally:
        store.shutdown()


def _job(scheduler: Any, number: int, moment: datetime) -> Any:
    trigger = DateTrigger(moment)
    return Job(
        scheduler, id=f"n{number}", func=send, args=(number, "Look back and look ahead"), kwargs={},
        trigger=trigger, executor="default", name="send", misfire_grace_time=None, coalesce=True,
        max_instances=1, next_run_time=moment,
    )  # fmt: skip


def _pickled(store: Any, job: Any) -> bytes:
    import pickle

    return pickle.dumps(job.__getstate__(), store.pickle_protocol)


def seconds_to_plan(folder: Path, items: int) -> float:
    """Seconds for one job, through its own `add_job`; it has no other way in."""
    scheduler = BackgroundScheduler(timezone=UTC, jobstores={"default": job_store(folder)})
    scheduler.start(paused=True)
    began = perf_counter()
    for number in range(items):
        scheduler.add_job(
            send, "date", run_date=START + timedelta(seconds=number), id=f"n{number}",
            args=(number, "Look back and look ahead"), misfire_grace_time=None,
        )  # fmt: skip
    took = perf_counter() - began
    scheduler.shutdown()
    return took / items


def seconds_to_settle(store: Any, turn: int, batch: int) -> float:
    """Seconds for one job: what is due of it is read, and each one is removed as done."""
    began = perf_counter()
    jobs = store.get_due_jobs(START + timedelta(seconds=(turn + 1) * batch - 1))
    for job in jobs:
        store.remove_job(job.id)
    assert len(jobs) == batch
    return (perf_counter() - began) / batch


def running_scheduler(store: Any) -> Any:
    """A scheduler in this event loop that finds its jobs due as soon as it starts."""
    return AsyncIOScheduler(timezone=UTC, jobstores={"default": store})
