"""`throughline import`: the same check and the same import as in the chat and on the page."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from sqlmodel import col, func, or_, select

from adapters.databases import open_database
from adapters.settings import read_settings
from bot.clock import SystemClock
from bot.communities.importing import (
    CommunityPlan,
    Outcome,
    Problem,
    RosterPlan,
    apply_community,
    apply_roster,
    check_roster,
    read_community,
    read_roster,
)
from bot.nudges.planner import replan_cohort
from bot.reports.benchmark import Benchmark, parse_benchmark
from bot.reports.benchmark_door import load_benchmark, loaded_event, loaded_line, problem_lines
from prompts.text import plain
from storage.database import Database
from storage.migrating import migrate
from storage.people import Community
from storage.series import Cohort, Series


def _read(file: Path) -> CommunityPlan:
    """The file, with the rosters beside it that it may name."""
    rosters = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
    return read_community(file.read_bytes(), rosters)


async def import_community_file(file: Path, *, apply: bool) -> int:
    """Check, and import when asked to. Returns the exit status: 1 when there is any problem."""
    plan = _read(file)
    if plan.errors:
        return _refused(plan.errors)
    if not apply:
        return _checked()
    database, now = await _open(), SystemClock().now()
    async with database.write() as db:
        community = (await db.scalars(select(Community))).first() or Community(name="", created_at=now)
        db.add(community)
        await db.flush()
        outcome = await apply_community(db, community, plan, now)
        for cohort_id in outcome.cohort_ids:
            await replan_cohort(db, cohort_id, now)
    await database.close()
    return _imported(outcome)


async def import_roster_file(file: Path, name: str, *, apply: bool) -> int:
    """Check against the cohort, and import when asked to. Returns the exit status."""
    plan = _roster_in(file)
    database, now = await _open(), SystemClock().now()
    async with database.write() as db:
        cohorts = await db.scalars(
            select(Cohort)
            .join(Series)
            .where(or_(func.lower(col(Cohort.name)) == name.lower(), Series.slug == name.lower()))
        )
        found = list(cohorts)
        if len(found) != 1:
            print(f"{len(found)} cohorts are called {name!r}; give the cohort's full name", file=sys.stderr)
            return 1
        problems = await check_roster(db, found[0], plan)
        if problems or not apply:
            return _refused(problems) if problems else _checked()
        outcome = await apply_roster(db, found[0], plan, now)
        await replan_cohort(db, found[0].id or 0, now)
    await database.close()
    return _imported(outcome)


async def import_benchmark_file(file: Path, *, apply: bool) -> int:
    """The workforce that reach is held against; it replaces the one before. Returns the exit status."""
    benchmark = _benchmark_in(file)
    if benchmark is None:
        print(f"{file} is not UTF-8 text; save it as CSV UTF-8", file=sys.stderr)
        return 1
    wrong = problem_lines(benchmark, "en")
    if wrong or not apply:
        print("\n".join(map(plain, wrong)), end="\n" if wrong else "", file=sys.stderr)
        return 1 if wrong else _checked()
    database, now = await _open(), SystemClock().now()
    async with database.write() as db:
        community = (await db.scalars(select(Community))).first()
        if community is not None:
            await load_benchmark(db, community, benchmark)
            db.add(loaded_event(community, benchmark, now))
    await database.close()
    if community is None:
        print("there is no community yet; import one first", file=sys.stderr)
        return 1
    print(plain(loaded_line(benchmark, "en")))
    return 0


def _benchmark_in(file: Path) -> Benchmark | None:
    try:
        return parse_benchmark(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def _community_in(file: Path) -> CommunityPlan:
    beside = {other.name: other.read_bytes() for other in file.parent.glob("*.csv")}
    return read_community(file.read_bytes(), beside)


def _roster_in(file: Path) -> RosterPlan:
    return read_roster(file.read_bytes())


async def _open() -> Database:
    database = open_database(read_settings().database_url)
    await migrate(database)
    return database


def _refused(problems: Iterable[Problem]) -> int:
    told = [plain(problem.say("en")) for problem in problems]
    print("\n".join(told), file=sys.stderr)
    print(f"{len(told)} problems; nothing was imported", file=sys.stderr)
    return 1


def _checked() -> int:
    print("no problems found; add --apply to import it")
    return 0


def _imported(outcome: Outcome) -> int:
    if outcome.nothing_new:
        print("everything in it is there already; nothing was changed")
        return 0
    for kind, count in outcome.made.items():
        print(f"made {count} {kind}")
    for kind, count in outcome.changed.items():
        print(f"changed {count} {kind}")
    return 0
