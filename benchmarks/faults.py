"""What each fault costs, counted by the far side alone: ``python -m benchmarks.faults --nudges 10000``.

The code is that of `tests/faults`, with more messages and more deaths. Prints a table as it goes, writes
docs/reliability.md when all faults are played with that many messages, and ends with one JSON line: lost,
doubled and unknown per fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
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
DAY = "%d %B %Y"
RUN_FROM = r"Run from (\d+ \w+ \d{4}) to (\d+ \w+ \d{4})"
QUICK, WHOLE = 60, 10_000
"""Messages for each fault: for a look, and in the page."""
MOST_EVENTS = 40
AT_ONCE = 8
SIDE_BY_SIDE = 4
"""Rows: most of them wait, for a limit or a lease. The last ones of the table, which take longest, begin."""
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
    with ProcessPoolExecutor(options.side_by_side, get_context("spawn")) as players:
        for playing in as_completed([players.submit(_played, turn) for turn in reversed(left)]):
            row = playing.result()
            rows = sorted([*rows, row], key=lambda row: row.turn.place)
            print(row.told(), flush=True)
            _keep(row, options.keep)
            if options.page is not None:
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
    parser.add_argument("--nudges", type=int, default=WHOLE, help="messages per fault")
    parser.add_argument("--fault", type=int, help="only this number")
    parser.add_argument("--platform", choices=[*_NAMES], help="only this one")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} messages per fault")
    parser.add_argument(
        "--side-by-side", type=int, default=SIDE_BY_SIDE, metavar="N", help="so many rows at a time"
    )
    parser.add_argument(
        "--keep", type=Path, help="a file for the rows played; those in it are not played again"
    )
    parser.add_argument(
        "--page",
        type=Path,
        help=f"where the rows go, in place of the same ones there; all faults with {WHOLE} messages or more "
        f"go into {PAGE.name}",
    )
    options = parser.parse_args(given)
    if options.quick:
        options.nudges = QUICK
    if options.nudges >= WHOLE and options.fault is None and options.platform is None:
        options.page = options.page or PAGE
    if options.nudges < QUICK:
        parser.error(f"--nudges must be {QUICK} or more")
    return options


def _played(turn: Turn) -> Row:
    """One row, with a PostgreSQL server of its own where it needs one; the process plays others after it, so
    that everything is imported once. A play that breaks off counts as if everything was lost; the others go
    on."""
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
    """Put these rows into the page's table, and what follows from all of them into the sentences about it."""
    text = page.read_text(encoding="utf-8")
    lines = {_key(line): line for line in text.splitlines() if _key(line) in _KNOWN}
    lines |= {_key(row.told()): row.told() for row in rows}
    cells = [
        [int(cell.replace(",", "")) for cell in _cells(line, 5, 9) if cell != "–"] for line in lines.values()
    ]
    most, total = max(one[0] for one in cells), sum(one[0] for one in cells)
    lost, doubled = sum(one[-2] for one in cells), sum(one[-1] for one in cells)
    days = [*_days(text), *(row.day for row in rows)]
    table = "\n".join([HEAD, *(lines[key] for key in sorted(lines, key=_KNOWN.index))])
    for pattern, told in (
        (re.escape(HEAD.splitlines()[0]) + r"\n(\|.*\n)*", f"{table}\n"),
        (RUN_FROM, f"Run from {min(days):{DAY}} to {max(days):{DAY}}"),
        (r"[\d,]+ messages and events, \*\*\d+ lost, \d+ doubled",
         f"{total:,} messages and events, **{lost} lost, {doubled} doubled"),
        (r"a row of [\d,]+ messages that is below [\d.]+%",
         f"a row of {most:,} messages that is below {3 / most:.2%}"),
    ):  # fmt: skip
        text, found = re.subn(pattern, lambda _, told=told: told, text)  # type: ignore[misc]
        assert found == 1, f"{page} has no place for: {told[:60]}"
    page.write_text(text, encoding="utf-8")


def _cells(line: str, first: int, end: int) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|")[first:end])


def _key(line: str) -> tuple[str, ...]:
    """Number, title, platform and database of a line of the table."""
    return _cells(line, 1, 5)


def _days(text: str) -> list[date]:
    """The first and the last day that the page names."""
    told = re.search(RUN_FROM, text)
    return [datetime.strptime(day, DAY).date() for day in told.groups()] if told else []  # noqa: DTZ007


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


_KNOWN: list[tuple[str, ...]] = [
    (str(fault.number), fault.title, _NAMES[platform], _name(database))
    for fault in FAULTS
    for platform in fault.platforms
    for database in fault.databases
]
"""The keys of all rows, in the table's order."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
