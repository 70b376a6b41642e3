"""`throughline import` and `throughline export`: what the chat and the page do, from a terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlmodel import col, func, or_, select

from adapters.cli.databases import open_database
from adapters.settings import read_settings
from bot.core.clock import SystemClock
from bot.nudges.planner import replan_cohort
from bot.reports.benchmark import Benchmark, parse_benchmark
from bot.reports.benchmark_commands import load_benchmark, loaded_event, loaded_line, problem_lines
from bot.tables import TooManyLines
from bot.tables.decoding import Undecodable
from bot.transfer import (
    CommunityPlan,
    ImportOutcome,
    ImportProblem,
    Placement,
    RosterPlan,
    SeriesPlan,
    apply_community,
    apply_roster,
    apply_series,
    check_roster,
    check_series,
    read_community,
    read_roster,
    read_series,
)
from bot.transfer.exporting import series_as_yaml
from bot.transfer.roster import COLUMNS
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


def answers_in(given: Iterable[str]) -> dict[str, str]:
    """``{"5.state": "ID"}`` of "5.state=ID". Raises ValueError."""
    answers = {}
    for one in given:
        place, found, value = one.partition("=")
        if not found or not re.fullmatch(r"\d+\.[a-z_]+", place):
            raise ValueError(f"“{one}” is not like 5.state=ID")
        answers[place] = value
    return answers


def check_roster_file(file: Path, *, as_json: bool, answers: Mapping[str, str]) -> int:
    """Print what the file says, without a database. Returns the exit status: 1 while questions are open."""
    plan = read_roster(file.read_bytes(), answers=answers)
    if as_json:
        print(json.dumps(reading(plan), ensure_ascii=False, indent=2))
        return 1 if plan.errors else 0
    for row in plan.people:
        told = [value for column in COLUMNS[2:] if (value := getattr(row, column))]
        print(f"{row.line:4d}  {row.name} <{row.email}>  {', '.join(told)}")
    for note in (*plan.notes, *plan.errors):
        print(plain(note.say("en")))
    questions = "1 question" if len(plan.errors) == 1 else f"{len(plan.errors)} questions"
    print(f"{len(plan.people)} people, {questions}; nothing was imported")
    return 1 if plan.errors else 0


def reading(plan: RosterPlan) -> dict[str, object]:
    """Everything that a roster says, as JSON has it."""
    left_out = {"not_attending", "no_person"}
    return {
        "people": [
            {"line": row.line} | {name: getattr(row, name) for name in COLUMNS} for row in plan.people
        ],
        "unknown_columns": list(plan.unknown),
        "left_out": [_problem(one) for one in plan.notes if one.key in left_out],
        "questions": [_problem(error) for error in plan.errors if error.can_be_chosen],
        "problems": [_problem(error) for error in plan.errors if not error.can_be_chosen],
        "notes": [_problem(one) for one in plan.notes if one.key not in left_out | {"columns_left_out"}],
    }


def _problem(one: ImportProblem) -> dict[str, object]:
    told: dict[str, object] = {"line": one.line, "column": one.column, "given": one.given}
    if one.can_be_chosen:
        told["choices"] = list(one.likely)
    return told | {"reason": plain(one.say("en"))}


async def import_roster_file(file: Path, name: str, *, apply: bool, answers: Mapping[str, str]) -> int:
    """Check against the cohort, and import when asked to. Returns the exit status."""
    plan = _roster_in(file, answers)
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
        await replan_cohort(db, found[0].id, now)
    await database.close()
    return _imported(outcome)


async def import_benchmark_file(file: Path, *, apply: bool) -> int:
    """The workforce that reach is held against; it replaces the one before. Returns the exit status."""
    benchmark = _benchmark_in(file)
    if benchmark is None:
        print(f"{file} is no table; save it as CSV or Excel", file=sys.stderr)
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
        return parse_benchmark(file.read_bytes())
    except (Undecodable, TooManyLines):
        return None


async def import_series_file(file: Path, place: Placement, *, apply: bool) -> int:
    """Check against the community, and import when asked to. Returns the exit status."""
    plan = _series_in(file)
    if plan.errors or plan.file is None:
        return _refused(plan.errors)
    database, now = await _open(), SystemClock().now()
    async with database.write() as db:
        community = (await db.scalars(select(Community))).first() or Community(
            name="", languages=list(plan.file.series.languages), created_at=now
        )
        problems = await check_series(db, community, plan.file, place)
        if problems or not apply:
            return _refused(problems) if problems else _checked()
        db.add(community)
        await db.flush()
        outcome = await apply_series(db, community, plan, place, now)
        for cohort_id in outcome.cohort_ids:
            await replan_cohort(db, cohort_id, now)
    await database.close()
    return _imported(outcome)


async def export_series_file(name: str, file: Path | None) -> int:
    """Write the series with this short name or number to `file`, or print it. Returns the exit status."""
    database = await _open()
    async with database.read() as db:
        of_ours = select(Series).order_by(col(Series.slug))
        found = [one for one in await db.scalars(of_ours) if name.casefold() in {one.slug, str(one.id)}]
        if len(found) != 1:
            known = ", ".join(one.slug for one in await db.scalars(of_ours)) or "none"
            print(f"{len(found)} series are called {name!r}; there are: {known}", file=sys.stderr)
            return 1
        text = await series_as_yaml(db, found[0])
    await database.close()
    if file is None:
        print(text, end="")
        return 0
    _write(file, text)
    print(f"wrote {file}; in the other centre: throughline import series {file.name} --starts DAY")
    return 0


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode())


def _series_in(file: Path) -> SeriesPlan:
    return read_series(file.read_bytes())


def _roster_in(file: Path, answers: Mapping[str, str]) -> RosterPlan:
    return read_roster(file.read_bytes(), answers=answers)


async def _open() -> Database:
    database = open_database(read_settings().database_url)
    await migrate(database)
    return database


def _refused(problems: Iterable[ImportProblem]) -> int:
    told = [plain(problem.say("en")) for problem in problems]
    print("\n".join(told), file=sys.stderr)
    print(f"{len(told)} {'problem' if len(told) == 1 else 'problems'}; nothing was imported", file=sys.stderr)
    return 1


def _checked() -> int:
    print("no problems found; add --apply to import it")
    return 0


def _imported(outcome: ImportOutcome) -> int:
    if outcome.nothing_new:
        print("everything in it is there already; nothing was changed")
        return 0
    for kind, count in outcome.made.items():
        print(f"made {count} {kind}")
    for kind, count in outcome.changed.items():
        print(f"changed {count} {kind}")
    return 0
