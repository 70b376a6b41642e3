"""What each fault costs, counted by the far side alone: ``python -m benchmarks.faults --nudges 10000``.

The code is that of `tests/faults`, with more messages and more deaths. Prints a table as it goes, writes
docs/reliability.md (not with --quick), and ends with one JSON line: lost, doubled and unknown per fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from tests.faults.ground import Ground
from tests.faults.table import FAULTS, Fault
from tests.faults.world import Platform, Toll
from tests.support.logs import plain_logs
from tests.support.postgres import running_server

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
class Turn:
    """What is to be played: `number` is the fault's place in `FAULTS`, since a play itself cannot be sent to
    another process."""

    number: int
    platform: Platform
    database: str
    nudges: int

    @property
    def fault(self) -> Fault:
        return FAULTS[self.number]

    @property
    def place(self) -> tuple[int, str, str]:
        """In the table."""
        return (self.number, self.platform, self.database)

    @property
    def deaths(self) -> int:
        return max(1, self.nudges // self.fault.each) if self.fault.each else 0


@dataclass(frozen=True)
class Row:
    turn: Turn
    toll: Toll
    seconds: float
    day: date
    """When it was played (UTC): a run that was broken off may go on days later."""

    @property
    def holds(self) -> bool:
        short = self.toll.nudges < LONG or self.turn.platform != "slack"
        in_time = short or self.toll.slowness <= MOST_SLOWNESS
        return self.toll.lost == 0 and self.toll.doubled == 0 and in_time

    def told(self) -> str:
        turn, toll = self.turn, self.toll
        return (
            f"| {turn.fault.number} | {turn.fault.title} | {_NAMES[turn.platform]} | {_name(turn.database)} "
            f"| {toll.nudges:,} | {turn.deaths or '–'} | {toll.lost} | {toll.doubled} | {toll.unknown} "
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
    rows = _kept(options.keep)
    turns = [
        Turn(FAULTS.index(fault), platform, database, options.nudges)
        for fault in chosen
        for platform in fault.platforms
        if options.platform in (None, platform)
        for database in fault.databases
    ]
    played = {row.turn.place for row in rows}
    left = [turn for turn in turns if turn.place not in played]
    with ProcessPoolExecutor(options.side_by_side, get_context("spawn"), max_tasks_per_child=1) as players:
        for playing in as_completed([players.submit(_played, turn) for turn in left]):
            row = playing.result()
            rows = sorted([*rows, row], key=lambda row: row.turn.place)
            print(row.told(), flush=True)
            _keep(row, options.keep)
            if not options.quick and options.fault is None and options.platform is None:
                _write(rows, options.page)
    print(json.dumps(_told(rows)))
    return 0 if all(row.holds for row in rows) else 1


def _kept(file: Path | None) -> list[Row]:
    """What an earlier run has played, when it was broken off."""
    if file is None or not file.exists():
        return []
    read = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Row(Turn(**one["turn"]), Toll(**one["toll"]), one["seconds"], date.fromisoformat(one["day"]))
        for one in read
    ]


def _keep(row: Row, file: Path | None) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(asdict(row), default=str) + "\n")


def _options(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--nudges", type=int, default=10_000, help="messages per fault")
    parser.add_argument("--fault", type=int, help="only this number")
    parser.add_argument("--platform", choices=[*_NAMES], help="only this one")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} messages per fault; writes no page")
    parser.add_argument("--side-by-side", type=int, default=1, metavar="N", help="so many rows at a time")
    parser.add_argument(
        "--keep", type=Path, help="a file for the rows played; those in it are not played again"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    options = parser.parse_args(given)
    if options.quick:
        options.nudges = QUICK
    if options.nudges < QUICK:
        parser.error(f"--nudges must be {QUICK} or more")
    return options


def _played(turn: Turn) -> Row:
    """One row, in a process of its own, with a PostgreSQL server of its own where it needs one. A play that
    breaks off counts as if everything was lost; the others go on."""
    fault, began = turn.fault, monotonic()
    plain_logs()
    with (
        running_server(durable=fault.own_server) if turn.database == "postgres" else nullcontext() as server,
        tempfile.TemporaryDirectory(prefix="throughline-faults-") as folder,
    ):
        ground = Ground(
            server.create_database("faults") if server else f"sqlite+aiosqlite:///{folder}/throughline.db",
            Path(folder),
            turn.platform,
            min(turn.nudges, MOST_EVENTS if fault.events else fault.most or turn.nudges),
            max(1, turn.deaths),
            AT_ONCE,
            server,
        )
        try:
            toll = asyncio.run(fault.play(ground))
        except Exception as error:
            traceback.print_exc()
            toll = Toll(ground.nudges, ground.nudges, 0, 0, note=f"FAILED: {type(error).__name__} {error}")
    return Row(turn, toll, monotonic() - began, datetime.now(UTC).date())


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
        "CHANGES": f"{sum(row.toll.changes for row in rows):,}",
        "DOUBLED": str(sum(row.toll.doubled for row in rows)),
        "DAYS": " and ".join(f"{day:%d %B %Y}" for day in sorted({row.day for row in rows})),
    }
    for name, value in told.items():
        text = text.replace("{" + name + "}", value)
    page.write_text(text, encoding="utf-8")


def _told(rows: list[Row]) -> dict[str, object]:
    return {
        "benchmark": "faults",
        "changes_accepted": sum(row.toll.changes for row in rows),
        "faults": [
            {
                "fault": row.turn.fault.number,
                "title": row.turn.fault.title,
                "platform": row.turn.platform,
                "database": row.turn.database,
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


_NAMES: dict[Platform, str] = {"slack": "Slack", "teams": "Teams", "email": "E-mail"}


def _name(database: str) -> str:
    return {"sqlite": "SQLite", "postgres": "PostgreSQL"}[database]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
