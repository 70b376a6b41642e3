"""Our claim beside two PostgreSQL task engines, on the same nudges: `python -m benchmarks.engines`.

procrastinate and pgqueuer are no dependencies of ours: install them beside the project to run this. Each
takes the same messages from one durable PostgreSQL in four processes' place (connections of one process), one
of which stops in the middle with its messages in hand. The last line is JSON; docs/decisions tells what
followed from it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import json
import os
import secrets
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.scheduler_ground import START, median, outbox
from bot.nudges.outbox import LEASE, Outcome, claim_due_nudges, settled, write_all
from storage.database import Database
from tests.support.postgres import PostgresServer, running_server

NEEDED = ("procrastinate", "pgqueuer", "psycopg")
WORKERS, BATCH = 4, 100


@dataclass
class Taken:
    """What the workers took and settled. The one that stops has taken its share and settles nothing of it."""

    seconds: float = 0
    settled: Counter[str] = field(default_factory=Counter)
    left: int = 0
    """Held by the one that stopped."""


Claim = Callable[[], Awaitable[list[Any]]]
Settle = Callable[[list[Any]], Awaitable[None]]
Name = Callable[[Any], str]


async def _drained(workers: list[tuple[Claim, Settle]], name: Name) -> Taken:
    """All of them until nothing is left; the last one stops with its first batch in hand."""
    taken = Taken()
    began = perf_counter()

    async def work(claim: Claim, settle: Settle, *, stops: bool) -> None:
        while batch := await claim():
            if stops:
                taken.left = len(batch)
                return
            await settle(batch)
            taken.settled.update(name(one) for one in batch)

    last = len(workers) - 1
    await asyncio.gather(*(work(*one, stops=at == last) for at, one in enumerate(workers)))
    taken.seconds = perf_counter() - began
    return taken


async def _found_again(taken: Taken, claim: Claim, settle: Settle, name: Name) -> None:
    """After the pause that makes the stopped one's messages free."""
    while batch := await claim():
        await settle(batch)
        taken.settled.update(name(one) for one in batch)


async def ours(server: PostgresServer, nudges: int) -> Taken:
    """Our outbox: four connections' worth of `claim_due_nudges` and `write_all`."""
    url = server.create_database(f"ours{secrets.token_hex(4)}")
    now = START + timedelta(seconds=1)
    async with outbox(url, nudges, seconds_apart=0):
        pass
    database = Database(url, pool_size=WORKERS)

    def worker(moment: Any) -> tuple[Claim, Settle]:
        me = secrets.token_hex(8)

        async def claim() -> list[Any]:
            return list(await claim_due_nudges(database, me, moment, BATCH))

        async def settle(batch: list[Any]) -> None:
            changes = [settled(nudge, Outcome("sent", message={}), moment) for nudge in batch]
            await write_all(database, changes)

        return claim, settle

    taken = await _drained([worker(now) for _ in range(WORKERS)], lambda nudge: nudge.key)
    await _found_again(taken, *worker(now + LEASE), lambda nudge: nudge.key)
    await database.close()
    return taken


async def procrastinate(server: PostgresServer, nudges: int) -> Taken:
    """One job for each nudge, fetched and finished through its own job manager: it has no batches."""
    engine: Any = importlib.import_module("procrastinate")

    url = server.create_database(f"procrastinate{secrets.token_hex(4)}").replace("+asyncpg", "")
    app = engine.App(connector=engine.PsycopgConnector(conninfo=url, min_size=WORKERS, max_size=WORKERS + 1))

    async def send(nudge: str) -> None:
        pass

    task = app.task(send, name="send")

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for start in range(0, nudges, 1_000):
            keys = range(start, min(start + 1_000, nudges))
            await task.batch_defer_async(*({"nudge": f"n{number}"} for number in keys))
        manager = app.job_manager

        async def worker() -> tuple[Claim, Settle]:
            me = await manager.register_worker()

            async def claim() -> list[Any]:
                job = await manager.fetch_job(None, me)
                return [job] if job else []

            async def settle(batch: list[Any]) -> None:
                for job in batch:
                    await manager.finish_job(job, engine.jobs.Status.SUCCEEDED, False)

            return claim, settle

        workers = [await worker() for _ in range(WORKERS)]
        taken = await _drained(workers, _nudge_of)
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=0):
            await manager.retry_job(job)
        await _found_again(taken, *workers[0], _nudge_of)
    return taken


def _nudge_of(job: Any) -> str:
    return str(job.task_kwargs["nudge"])


async def pgqueuer(server: PostgresServer, nudges: int) -> Taken:
    """One job for each nudge, in batches, through its own queries."""
    import asyncpg

    engine: Any = importlib.import_module("pgqueuer.queries")

    url = server.create_database(f"pgqueuer{secrets.token_hex(4)}").replace("+asyncpg", "")
    pool = await asyncpg.create_pool(url, min_size=WORKERS, max_size=WORKERS + 1)
    queries = engine.Queries.from_asyncpg_pool(pool)
    await queries.install()
    for start in range(0, nudges, 1_000):
        keys = [f"n{number}".encode() for number in range(start, min(start + 1_000, nudges))]
        await queries.enqueue(["send"] * len(keys), list(keys), [0] * len(keys))

    def worker(stale: timedelta) -> tuple[Claim, Settle]:
        me: Any = uuid.uuid4()

        async def claim() -> list[Any]:
            told = {"send": engine.EntrypointExecutionParameter(0)}
            return list(await queries.dequeue(BATCH, told, me, None, stale))

        async def settle(batch: list[Any]) -> None:
            await queries.log_jobs([(job, "successful", None) for job in batch])

        return claim, settle

    taken = await _drained([worker(timedelta(minutes=1)) for _ in range(WORKERS)], _payload)
    await _found_again(taken, *worker(timedelta(seconds=0)), _payload)
    await pool.close()
    return taken


def _payload(job: Any) -> str:
    return bytes(job.payload).decode()


ENGINES = {"ours": ours, "procrastinate": procrastinate, "pgqueuer": pgqueuer}


async def compare(nudges: int, turns: int) -> dict[str, dict[str, float]]:
    """Turn about, each on a new database."""
    all_taken: dict[str, list[Taken]] = {name: [] for name in ENGINES}
    with running_server(durable=True) as server:
        for _ in range(turns):
            for name, engine in ENGINES.items():
                all_taken[name].append(await engine(server, nudges))
    return {
        name: {
            "settled_per_second": round(median([(nudges - one.left) / one.seconds for one in many])),
            "held_by_the_dead": many[0].left,
            "lost": sum(nudges - len(one.settled) for one in many),
            "doubled": sum(sum(one.settled.values()) - len(one.settled) for one in many),
        }
        for name, many in all_taken.items()
    }


def main() -> None:
    """The table, then one JSON line; one line only where the engines are not installed."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--quick", action="store_true")
    quick = read.parse_args().quick
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        print(f"not run: {', '.join(missing)} not installed (they are no dependencies of this project)")
        return
    nudges, turns = (1_000, 3) if quick else (5_000, 3)
    load = os.getloadavg()[0]
    found = asyncio.run(compare(nudges, turns))
    table = Table("engine", *[name.replace("_", " ") for name in found["ours"]])
    for name, figures in found.items():
        table.add_row(name, *[f"{value:,}" for value in figures.values()])
    Console(stderr=True, width=100).print(table)
    print(
        json.dumps(
            {"benchmark": "engines", "nudges": nudges, "turns": turns, "load": round(load, 1), **found}
        )
    )


if __name__ == "__main__":
    main()
