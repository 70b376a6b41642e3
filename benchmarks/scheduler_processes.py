"""Several processes that claim and settle from one PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from datetime import timedelta
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from benchmarks.scheduler_ground import START, Measure, median, outbox
from bot.nudges.outbox import Outcome, claim_due_nudges, settled, write_all
from storage.database import Database
from tests.support.postgres import PostgresServer, running_server

BATCH = 100
PROCESSES = 4
_CONTEXT = get_context("spawn")


async def processes(nudges: int, turns: int) -> Measure:
    """One process and four, turn about, each time on a new database; messages a second, and how many were
    claimed by two."""
    rates: dict[int, list[float]] = {1: [], PROCESSES: []}
    doubled = 0
    with running_server(durable=True) as server:
        for _ in range(turns):
            for number in rates:
                rate, twice = await _rate(server, number, nudges)
                rates[number].append(rate)
                doubled += twice
    figure, itself = median(rates[PROCESSES]), median(rates[1])
    return Measure(
        f"PostgreSQL, 1 -> {PROCESSES} processes", figure, itself, figure / itself if not doubled else 0, 1.5,
        "claims a s", note=f"{nudges:,} messages, {doubled} claimed twice; {os.cpu_count()} cores",
    )  # fmt: skip


async def _rate(server: PostgresServer, number: int, nudges: int) -> tuple[float, int]:
    url = server.create_database(f"b{secrets.token_hex(4)}")
    async with outbox(url, nudges, seconds_apart=0):
        pass
    ready, claimed = _CONTEXT.Barrier(number + 1), _CONTEXT.Queue()
    workers = [_CONTEXT.Process(target=_work, args=(url, ready, claimed)) for _ in range(number)]
    for worker in workers:
        worker.start()
    await asyncio.to_thread(ready.wait)
    began = perf_counter()
    done: list[list[int]] = [await asyncio.to_thread(claimed.get) for _ in workers]
    took = perf_counter() - began
    for worker in workers:
        worker.join()
    counted = Counter(one for ids in done for one in ids)
    assert len(counted) == nudges
    return nudges / took, sum(times - 1 for times in counted.values())


def _work(url: str, ready: Any, claimed: Any) -> None:
    claimed.put(asyncio.run(_emptied(url, ready)))


async def _emptied(url: str, ready: Any) -> list[int]:
    """The ids that this process claimed, until nothing is due."""
    database = Database(url, pool_size=2)
    now, worker, ids = START + timedelta(seconds=1), secrets.token_hex(8), []
    await claim_due_nudges(database, worker, START - timedelta(days=1), 1)  # connects, and compiles
    ready.wait()
    while batch := await claim_due_nudges(database, worker, now, BATCH):
        ids += [nudge.id for nudge in batch]
        await write_all(database, [settled(nudge, Outcome("sent", message={}), now) for nudge in batch])
    await database.close()
    return ids
