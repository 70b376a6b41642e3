"""`simulate` held against a run: ``python -m benchmarks.scale --people 100000``.

Cohorts of forty are written into one PostgreSQL and planned by the product's own planner, until everybody is
enrolled or the minutes are over; then it is counted, claimed and sent from, with a platform that takes every
message at once. Beside each figure stands what `throughline simulate` says of as many people. The last line
is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import statistics
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, delete, select, update

from adapters.garbage import look_less_often
from adapters.simulating.small_run import write_cohort, write_community
from benchmarks.scheduler_ground import AtOnce
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.features import all_kinds
from bot.nudges.outbox import claim_due_nudges
from bot.nudges.planner import replan_cohort
from bot.nudges.scheduler import TICK_SECONDS
from bot.nudges.sender import Sender
from bot.simulation.limits import MessageCosts
from bot.simulation.load import Scenario, expected_load
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.series import Cohort, Series
from tests.support.postgres import running_server

CLAIMS = 20
SENT_MINUTES = 10
"""Minutes of the busiest hour that are played on the moved clock."""
SENT_AT_MOST = 5_000
"""Messages of those minutes for this one process: as many others as that takes send the rest."""
SERVER = {"shared_buffers": "2GB", "max_wal_size": "8GB"}
"""What whoever runs so large a database sets; everything else is as PostgreSQL comes."""


@dataclass(slots=True)
class Scale:
    """What stands in the database and what it took. Seconds, bytes, messages a second."""

    people: int = 0
    weeks: int = 8
    """Of the series: one session in each."""
    processes: int = 1
    """That plan side by side."""
    cohorts: int = 0
    rows: int = 0
    planning: float = 0
    slowest_tenth: float = 0
    """Median seconds to plan one of the last tenth of the cohorts."""
    fastest_tenth: float = 0
    """The same of the first tenth."""
    outbox_bytes: int = 0
    all_bytes: int = 0
    claims: float = 0
    due: int = 0
    """In the first minutes of the busiest hour."""
    senders: int = 1
    """Processes that those are shared among; one of them is played."""
    sent: int = 0
    sending: float = 0
    """Time in which there was something to send."""
    late_median: float = 0
    late_p99: float = 0
    load: float = 0
    """Processes that waited for one of the machine's processors, at the end (one minute)."""


async def measured(people: int, weeks: int, minutes: float, processes: int) -> Scale:
    """Everything, one after the other, on a server of its own; so many processes plan."""
    with running_server(durable=True, **SERVER) as server:
        database = Database(server.create_database("scale"))
        try:
            await migrate(database)
            scale, scenario = Scale(weeks=weeks, processes=processes), Scenario(people, weeks)
            await _plan(database, scenario, minutes, scale)
            await _count(database, scale)
            hour = await _busiest(database)
            await _claim(database, hour, scale)
            await _leave_one_share(database, hour, scale)
            await _send(database, hour, scale)
            scale.load = os.getloadavg()[0]
            return scale
        finally:
            await database.close()


async def _plan(database: Database, scenario: Scenario, minutes: float, scale: Scale) -> None:
    now = min(scenario.starts) - timedelta(days=30)
    async with database.write() as db:
        await write_community(db, now)
    part = _Part(database.url, scenario, now, minutes * 60, 0, scale.processes)
    with ProcessPoolExecutor(scale.processes, get_context("spawn")) as planners:
        planning = [planners.submit(_planned, replace(part, first=one)) for one in range(scale.processes)]
        numbered = [cohort for each in as_completed(planning) for cohort in each.result()]
    took = [seconds for _, seconds in sorted(numbered)]
    scale.cohorts, scale.people = len(took), len(took) * scenario.cohort_size
    scale.planning = sum(took) / scale.processes
    tenth = max(1, len(took) // 10)
    scale.fastest_tenth, scale.slowest_tenth = (
        statistics.median(took[:tenth]),
        statistics.median(took[-tenth:]),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Every `step`-th cohort from `first` on, for one process, until its `seconds` are over."""

    url: str
    scenario: Scenario
    now: datetime
    seconds: float
    first: int
    step: int


def _planned(part: _Part) -> list[tuple[int, float]]:
    """The number of each cohort, and the seconds that its planning took."""
    look_less_often()
    return asyncio.run(_written_and_planned(part))


async def _written_and_planned(part: _Part) -> list[tuple[int, float]]:
    began, took, scenario = perf_counter(), list[tuple[int, float]](), part.scenario
    one_cohort = replace(scenario, people=scenario.cohort_size)
    database = Database(part.url)
    async with database.read() as db:
        series = (await db.scalars(select(Series))).one()
    for number in range(part.first, round(scenario.cohorts), part.step):
        if perf_counter() - began > part.seconds:
            break
        start = scenario.starts[number % len(scenario.starts)]
        async with database.write() as db:
            await write_cohort(db, series, number, one_cohort, start, part.now)
            this = select(Cohort.id).filter_by(series_id=series.id, name=f"C{number}")
            cohort = (await db.scalars(this)).one()
        one = perf_counter()
        async with database.write() as db:
            await replan_cohort(db, all_kinds(), cohort, part.now)
        took.append((number, perf_counter() - one))
    await database.close()
    return took


async def _count(database: Database, scale: Scale) -> None:
    async with _patient(database) as connection:
        await connection.execute(text("vacuum analyze"))
        size = text("select pg_total_relation_size('nudge'), pg_database_size(current_database())")
        scale.outbox_bytes, scale.all_bytes = (await connection.execute(size)).one()
        scale.rows = (await connection.execute(select(func.count()).select_from(Nudge))).scalar_one()


@asynccontextmanager
async def _patient(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection for statements over all the rows, which take longer than the product allows."""
    patient = database.patient()
    async with patient.engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")
    await patient.close()


async def _busiest(database: Database) -> datetime:
    hour = func.date_trunc("hour", col(Nudge.due_at))
    async with _patient(database) as connection:
        found = await connection.execute(
            select(hour)
            .where(col(Nudge.state) == "planned")
            .group_by(hour)
            .order_by(func.count().desc())
            .limit(1)
        )
        return found.scalar_one()  # type: ignore[no-any-return]


async def _claim(database: Database, hour: datetime, scale: Scale) -> None:
    """Batches of a hundred of all that is due at the end of the busiest hour, with the rest in the table."""
    took = []
    for _ in range(CLAIMS):
        began = perf_counter()
        claimed = await claim_due_nudges(database, "scale.1", hour + timedelta(hours=1), 100)
        took.append((perf_counter() - began) / max(1, len(claimed)))
    scale.claims = 1 / statistics.median(took)
    async with database.write() as db:  # as they were
        await db.execute(
            update(Nudge).where(col(Nudge.state) == "claimed").values(state="planned", lease_until=None)
        )


async def _leave_one_share(database: Database, hour: datetime, scale: Scale) -> None:
    """Of what is due in the first minutes of `hour` leave one process's share; what is due before is gone."""
    within = (col(Nudge.state) == "planned", col(Nudge.due_at) < hour + timedelta(minutes=SENT_MINUTES))
    async with _patient(database) as connection:
        await connection.execute(delete(Nudge).where(col(Nudge.due_at) < hour))
        count = select(func.count()).select_from(Nudge).where(*within)
        scale.due = (await connection.execute(count)).scalar_one()
        scale.senders = max(1, math.ceil(scale.due / SENT_AT_MOST))
        others = col(Nudge.id) % scale.senders != 0
        await connection.execute(
            update(Nudge).where(*within, others).values(state="skipped", reason="another process")
        )


async def _send(database: Database, hour: datetime, scale: Scale) -> None:
    """Some minutes of the busiest hour: the clock jumps from tick to tick while there is nothing to do, and
    runs while there is."""
    clock = MovedClock(hour, ticking=True)
    links = Links("http://127.0.0.1", "scale-secret-key")
    sender = Sender(database, clock, {"slack": AtOnce()}, all_kinds(), links)  # type: ignore[dict-item]
    for tick in _ticks(hour):
        if clock.now() < tick:
            clock.move_to(tick)
        began = perf_counter()
        while await sender.send_due():
            scale.sending += perf_counter() - began
            began = perf_counter()
    async with database.read() as db:
        rows = await db.execute(select(Nudge.sent_at, Nudge.due_at).where(col(Nudge.state) == "sent"))
        late = [(sent - due).total_seconds() for sent, due in rows if sent is not None]
    scale.sent = len(late)
    if len(late) > 1:
        scale.late_median = statistics.median(late)
        scale.late_p99 = statistics.quantiles(late, n=100, method="inclusive")[98]


def _ticks(hour: datetime) -> Iterator[datetime]:
    for number in range(round(SENT_MINUTES * 60 / TICK_SECONDS) + 1):
        yield hour + timedelta(seconds=number * TICK_SECONDS)


def told(scale: Scale) -> tuple[Table, dict[str, float]]:
    """The table, and what `simulate` says of as many people."""
    scenario = Scenario(max(1, scale.people), scale.weeks)
    load, costs = expected_load(scenario, all_kinds()), MessageCosts()
    forecast = {
        "rows": load.total,
        "bytes": load.total * costs.bytes_in_postgres,
        "sends": costs.sends_per_second,
    }
    table = Table(
        "what",
        "forecast",
        "measured",
        "difference",
        title=f"{scale.people:,} people, {scale.cohorts:,} cohorts, {scale.weeks} weeks",
    )

    def row(name: str, paper: float | None, found: float, unit: str = "") -> None:
        apart = f"{found / paper - 1:+.1%}" if paper else ""
        table.add_row(name, f"{paper:,.0f}{unit}" if paper else "", f"{found:,.5g}{unit}", apart)

    row("messages in the outbox", forecast["rows"], scale.rows)
    row("outbox with its indexes", forecast["bytes"] / 2**20, scale.outbox_bytes / 2**20, " MiB")
    row("bytes of a message", costs.bytes_in_postgres, scale.outbox_bytes / max(1, scale.rows), " B")
    row("whole database", None, scale.all_bytes / 2**20, " MiB")
    row("growth in a week of the series", None, scale.all_bytes / scale.weeks / 2**20, " MiB")
    row("planning, messages a second", None, scale.rows / max(scale.planning, 1e-9))
    row("planning a cohort, first tenth", None, scale.fastest_tenth, " s")
    row("planning a cohort, last tenth", None, scale.slowest_tenth, " s")
    row("claims a second", None, scale.claims)
    row(f"due within {SENT_MINUTES} minutes of the busiest hour", None, scale.due)
    row("processes that share them; one is played", None, scale.senders)
    row("sent a second while busy", costs.sends_per_second, scale.sent / max(scale.sending, 1e-9))
    row("due to sent, median", None, scale.late_median, " s")
    row("due to sent, p99", None, scale.late_p99, " s")
    row("load of the machine", None, scale.load)
    return table, forecast


def main() -> None:
    """The table, then one JSON line."""
    read = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    read.add_argument("--people", type=int, default=2_000)
    read.add_argument("--weeks", type=int, default=8, help="of the series")
    read.add_argument(
        "--minutes", type=float, default=10, help="for planning; then those enrolled so far count"
    )
    read.add_argument("--processes", type=int, default=1, help="that plan side by side")
    options = read.parse_args()
    look_less_often()
    scale = asyncio.run(measured(options.people, options.weeks, options.minutes, options.processes))
    table, forecast = told(scale)
    Console(stderr=True, width=100).print(table)
    print(json.dumps(asdict(scale) | {"forecast": forecast}))


if __name__ == "__main__":
    main()
