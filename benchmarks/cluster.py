"""Several processes on one PostgreSQL: `make cluster`, or `python -m benchmarks.cluster [--processes 3]`.

Starts a PostgreSQL and a Slack of our own on loopback and so many whole bots (`throughline run`), with
messages due to everybody. While they send, one is killed (SIGKILL); then the others are stopped one by one
(SIGTERM) with a new one for each, as in a rolling restart. At the end the far side's ledger is held against
the outbox. With `--keep` the bots go on afterwards until Ctrl-C, for a look at them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import signal
import socket
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import aiohttp
from rich.console import Console
from rich.table import Table
from sqlmodel import col, select

from storage.nudges import Nudge
from tests.faults.processes import Process
from tests.faults.served import Application, live
from tests.faults.world import TEAM, World, world
from tests.support.postgres import running_server

MOST_SECONDS = 240
GRACE_SECONDS = 10.0
console = Console(stderr=True, width=100)


@dataclass
class Cluster:
    """The bots that run, by port, and what was seen of them."""

    here: World
    folder: Path
    running: dict[int, Process] = field(default_factory=dict)
    workers: set[str] = field(default_factory=set)
    """Names under which messages were seen claimed, one for each process that took part."""
    statuses: list[int] = field(default_factory=list)
    slowest_stop: float = 0

    async def add(self) -> None:
        """Start one more, and wait until it is ready."""
        port = _free_port()
        slack = self.here.slack
        assert slack is not None
        application = Application(
            database=self.here.database.url,
            port=port,
            slack=self.here.orders.slack,
            token=self.here.orders.tokens[TEAM],
            secret=slack.workplace.app.signing_secret,
            folder=str(self.folder),
            grace_seconds=GRACE_SECONDS,
        )
        self.running[port] = Process(live, application)
        await _ready(port)

    async def kill_one(self, chance: random.Random) -> None:
        """SIGKILL: it settles nothing."""
        port = chance.choice(sorted(self.running))
        process = self.running.pop(port)
        process.kill()
        self.statuses.append(await process.wait())

    async def stop_one(self, port: int) -> None:
        """SIGTERM: it finishes what it has in hand."""
        process = self.running.pop(port)
        began = monotonic()
        process.tell(signal.SIGTERM)
        self.statuses.append(await process.wait())
        self.slowest_stop = max(self.slowest_stop, monotonic() - began)

    async def states(self) -> Counter[str]:
        """Messages by state; notes who has claimed some."""
        async with self.here.database.read() as db:
            rows = (
                await db.execute(select(Nudge.claimed_by).where(col(Nudge.state) == "claimed").distinct())
            ).scalars()
            self.workers |= {holder.partition(".")[0] for holder in rows}
        return await self.here.states()

    async def until_sent(self, share: float, total: int) -> None:
        """Wait until that share of the messages is sent. Raises TimeoutError after MOST_SECONDS."""
        async with asyncio.timeout(MOST_SECONDS):
            while (await self.states())["sent"] < share * total:  # noqa: ASYNC110 - other processes' work
                await asyncio.sleep(0.02)


async def run(processes: int, nudges: int, *, keep: bool) -> dict[str, object]:
    """The whole play; the figures it ended with."""
    chance = random.Random(nudges)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(running_server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = server.create_database(f"cluster_{secrets.token_hex(4)}")
        here = await stack.enter_async_context(world(url, nudges))
        cluster = Cluster(here, folder)
        began = monotonic()
        try:
            await _play(cluster, processes, nudges, chance)
            took = monotonic() - began
            if keep:
                await _kept(cluster)
        finally:
            for port in list(cluster.running):
                await cluster.stop_one(port)
        toll = await here.toll()
    return {
        "processes": processes,
        "nudges": nudges,
        "workers_seen": len(cluster.workers),
        "killed": cluster.statuses.count(-signal.SIGKILL),
        "stopped_well": cluster.statuses.count(0),
        "slowest_stop_seconds": round(cluster.slowest_stop, 1),
        "lost": toll.lost,
        "doubled": toll.doubled,
        "unknown": toll.unknown,
        "seconds": round(took, 1),
    }


async def _play(cluster: Cluster, processes: int, nudges: int, chance: random.Random) -> None:
    for _ in range(processes):
        await cluster.add()
    console.print(f"{processes} processes run: {', '.join(f':{port}' for port in cluster.running)}")
    await cluster.until_sent(0.25, nudges)
    await cluster.kill_one(chance)
    console.print("one was killed (SIGKILL)")
    await cluster.until_sent(0.5, nudges)
    for port in list(cluster.running):
        await cluster.stop_one(port)
        await cluster.add()
    await cluster.add()
    console.print("the others were stopped one by one, and new ones started")
    console.print("what the killed one had claimed is free again when its lease of 60 s has ended ...")
    await cluster.until_sent(1, nudges)


async def _kept(cluster: Cluster) -> None:
    for port in cluster.running:
        console.print(f"http://127.0.0.1:{port}/readyz")
    console.print("Ctrl-C ends them")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    await stop.wait()
    loop.remove_signal_handler(signal.SIGINT)


async def _ready(port: int) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Print the table and one JSON line; the status is 1 when anything was lost or doubled."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--processes", type=int, default=3)
    read.add_argument("--nudges", type=int, default=1_000)
    read.add_argument("--quick", action="store_true", help="fewer messages")
    read.add_argument("--keep", action="store_true", help="go on until Ctrl-C")
    given = read.parse_args()
    if not 2 <= given.processes <= 16 or not 40 <= given.nudges <= 20_000:
        read.error("give 2 to 16 processes and 40 to 20,000 nudges")
    found = asyncio.run(run(given.processes, 200 if given.quick else given.nudges, keep=given.keep))
    table = Table("measure", "figure")
    for name, value in found.items():
        table.add_row(name.replace("_", " "), str(value))
    console.print(table)
    print(json.dumps(found))
    raise SystemExit(1 if found["lost"] or found["doubled"] else 0)


if __name__ == "__main__":
    main()
