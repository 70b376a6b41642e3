"""Planning, claiming, sending beside their peers: `python -m benchmarks.scheduler [--quick] [--only NAME]`.

The peer of the first three is APScheduler 3 with its SQLAlchemyJobStore on an SQLite file of our settings;
the others are held against themselves, against an ideal token bucket, or against a promise. Everything takes
turns with its peer in one run; figures are medians. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from adapters.garbage import look_less_often
from benchmarks.scheduler_claiming import blocking, claim_rate, claiming
from benchmarks.scheduler_ground import Measure, seconds_to_sync
from benchmarks.scheduler_planning import planning
from benchmarks.scheduler_processes import processes
from benchmarks.scheduler_sending import lag, sending
from benchmarks.scheduler_tls import over_tls

console = Console(stderr=True, width=150)
Run = Callable[[], Awaitable[Measure | tuple[Measure, ...]]]

QUICK: dict[str, Run] = {
    "planning": lambda: planning(10_000, 300, 3),
    "claiming": lambda: claiming(10_000, 10),
    "blocking": lambda: blocking(1_000, 3),
    "rate": lambda: claim_rate(10_000, 100_000, 20),
    "processes": lambda: processes(3_000, 3),
    "sending": lambda: sending(500, 2, 25),
    "tls": lambda: over_tls(300, 3),
    "lag": lambda: lag(50_000, 1_000),
}
FULL: dict[str, Run] = {
    "planning": lambda: planning(100_000, 1_000, 3),
    "claiming": lambda: claiming(100_000, 30),
    "blocking": lambda: blocking(1_000, 5),
    "rate": lambda: claim_rate(10_000, 1_000_000, 50),
    "processes": lambda: processes(20_000, 5),
    "sending": lambda: sending(10_000, 4, 50),
    "tls": lambda: over_tls(1_000, 5),
    "lag": lambda: lag(1_000_000, 4_000),
}


async def run(plays: dict[str, Run]) -> list[Measure]:
    """One after the other; the table grows on the screen."""
    found: list[Measure] = []
    for play in plays.values():
        result = await play()
        found += [result] if isinstance(result, Measure) else result
        for one in found[-1:] if isinstance(result, Measure) else result:
            console.print(f"{one.name}: {one.ratio:.3g} (target {one.target:g})")
    return found


def _table(found: list[Measure]) -> Table:
    table = Table("measure", "figure", "peer", "unit", "ratio", "target", "reached", "note")
    for one in found:
        peer = "-" if one.peer is None else f"{one.peer:.4g}"
        sign = "<=" if one.at_most else ">="
        table.add_row(
            one.name, f"{one.figure:.4g}", peer, one.unit, f"{one.ratio:.3g}", f"{sign} {one.target:g}",
            "yes" if one.reached else "NO", one.note,
        )  # fmt: skip
    return table


def main() -> None:
    """The table, then one JSON line."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--quick", action="store_true", help="smaller outboxes, fewer turns")
    read.add_argument("--only", nargs="+", choices=list(FULL), default=list(FULL))
    given = read.parse_args()
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    look_less_often()  # as the serving process does; the peer runs in the same process
    plays = QUICK if given.quick else FULL
    load, sync = os.getloadavg()[0], seconds_to_sync()
    found = asyncio.run(run({name: plays[name] for name in given.only}))
    console.print(_table(found), f"The disk takes {sync * 1000:.2f} ms to have a page for good.")
    figures = [asdict(one) | {"reached": one.reached} for one in found]
    loads = [round(load, 1), round(os.getloadavg()[0], 1)]
    told = {"benchmark": "scheduler", "cores": os.cpu_count(), "load": loads, "disk_sync_s": sync}
    print(json.dumps({**told, "measures": figures}))


if __name__ == "__main__":
    main()
