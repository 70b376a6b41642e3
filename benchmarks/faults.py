"""What each fault costs, counted by the far side alone: ``python -m benchmarks.faults --nudges 10000``.

The code is that of `tests/faults`, with more messages and more deaths. Prints a table as it goes, writes
docs/reliability.md (not with --quick), and ends with one JSON line: lost, doubled and unknown per fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from tests.faults.plays import FAULTS, Fault, Ground
from tests.faults.world import Platform, Toll
from tests.support.postgres import PostgresServer, running_server

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
TEMPLATE = Path(__file__).with_name("reliability.md")
QUICK = 60
MOST_EVENTS = 40
AT_ONCE = 8
MOST_SLOWNESS = 1.1
LONG = 300
"""Of fault 8 on Slack: the time taken by the least that its limits allow. With fewer messages, and on Teams,
that is a few seconds, within which a process has hardly begun."""


@dataclass(frozen=True)
class Row:
    fault: Fault
    platform: Platform
    database: str
    deaths: int
    toll: Toll
    seconds: float

    @property
    def holds(self) -> bool:
        short = self.toll.nudges < LONG or self.platform == "teams"
        in_time = short or self.toll.slowness <= MOST_SLOWNESS
        return self.toll.lost == 0 and self.toll.doubled == 0 and in_time

    def told(self) -> str:
        toll = self.toll
        return (
            f"| {self.fault.number} | {self.fault.title} | {self.platform.title()} | {_name(self.database)} "
            f"| {toll.nudges:,} | {self.deaths or '–'} | {toll.lost} | {toll.doubled} | {toll.unknown} "
            f"| {toll.skipped or '–'} | {toll.note or '–'} |"
        )


HEAD = (
    "| # | Fault | Platform | Database | Messages | Times | Lost | Doubled | Unknown | Expired | Notes |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def main(given: list[str]) -> int:
    options = _options(given)
    chosen = [one for one in FAULTS if options.fault in (None, one.number)]
    if not chosen:
        print(f"there is no fault {options.fault} here; there are {sorted({one.number for one in FAULTS})}")
        return 2
    print(HEAD, flush=True)
    rows: list[Row] = []
    with _servers(chosen) as servers:
        for fault in chosen:
            for platform in fault.platforms:
                for database in fault.databases:
                    rows.append(_played(fault, platform, database, options.nudges, servers))
                    print(rows[-1].told(), flush=True)
                    if not options.quick and options.fault is None:
                        _write(rows, options.page)
    print(json.dumps(_told(rows)))
    return 0 if all(row.holds for row in rows) else 1


def _options(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--nudges", type=int, default=10_000, help="messages per fault")
    parser.add_argument("--fault", type=int, help="only this number")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} messages per fault; writes no page")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    options = parser.parse_args(given)
    if options.quick:
        options.nudges = QUICK
    if options.nudges < QUICK:
        parser.error(f"--nudges must be {QUICK} or more")
    return options


def _played(
    fault: Fault, platform: Platform, database: str, nudges: int, servers: dict[str, PostgresServer]
) -> Row:
    deaths = max(1, nudges // fault.each) if fault.each else 1
    server = servers.get("durable" if fault.own_server else "shared")
    began = monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="throughline-faults-") as folder,
        _url(database, folder, server) as url,
    ):
        ground = Ground(
            url,
            Path(folder),
            platform,
            min(nudges, MOST_EVENTS if fault.events else fault.most or nudges),
            deaths,
            AT_ONCE,
            server,
        )
        toll = asyncio.run(fault.play(ground))
    return Row(fault, platform, database, deaths if fault.each else 0, toll, monotonic() - began)


@contextmanager
def _servers(chosen: list[Fault]) -> Iterator[dict[str, PostgresServer]]:
    """A PostgreSQL server for all, and one that may be crashed, as far as they are needed."""
    with ExitStack() as stack:
        servers = {}
        if any("postgres" in fault.databases for fault in chosen):
            servers["shared"] = stack.enter_context(running_server())
        if any(fault.own_server for fault in chosen):
            servers["durable"] = stack.enter_context(running_server(durable=True))
        yield servers


@contextmanager
def _url(database: str, folder: str, server: PostgresServer | None) -> Iterator[str]:
    if database == "sqlite" or server is None:
        yield f"sqlite+aiosqlite:///{folder}/throughline.db"
        return
    name = f"faults_{secrets.token_hex(4)}"
    yield server.create_database(name)
    server.drop_database(name)


def _write(rows: list[Row], page: Path) -> None:
    most = max(row.toll.nudges for row in rows)
    total = sum(row.toll.nudges for row in rows)
    text = TEMPLATE.read_text(encoding="utf-8")
    told = {
        "TABLE": "\n".join([HEAD, *(row.told() for row in rows)]),
        "MOST": f"{most:,}",
        "TOTAL": f"{total:,}",
        "BOUND": f"{3 / most:.2%}",
        "LOST": str(sum(row.toll.lost for row in rows)),
        "DOUBLED": str(sum(row.toll.doubled for row in rows)),
        "DAY": f"{datetime.now(UTC):%d %B %Y}",
        "MINUTES": f"{sum(row.seconds for row in rows) / 60:.0f}",
    }
    for name, value in told.items():
        text = text.replace("{" + name + "}", value)
    page.write_text(text, encoding="utf-8")


def _told(rows: list[Row]) -> dict[str, object]:
    return {
        "benchmark": "faults",
        "faults": [
            {
                "fault": row.fault.number,
                "title": row.fault.title,
                "platform": row.platform,
                "database": row.database,
                "nudges": row.toll.nudges,
                "lost": row.toll.lost,
                "doubled": row.toll.doubled,
                "unknown": row.toll.unknown,
                "seconds": round(row.seconds, 1),
                "slowness": round(row.toll.slowness, 3),
            }
            for row in rows
        ],
    }


def _name(database: str) -> str:
    return {"sqlite": "SQLite", "postgres": "PostgreSQL"}[database]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
