"""`throughline import`: what the chat and the page do, from a terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlmodel import col, func, or_, select

from adapters.cli.cannot_choose import CannotChoose
from adapters.cli.communities import (
    Home,
    Known,
    all_databases,
    begin_community,
    chosen,
    community_in,
    found_in,
    known_communities,
    of_which,
    place_in,
)
from bot.core.clock import SystemClock
from bot.features import all_kinds
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
from bot.transfer.community_file import FileCommunity
from bot.transfer.roster import COLUMNS
from prompts.text import plain
from storage.cells import MAIN
from storage.people import Community
from storage.series import Cohort, Series


def _read(file: Path) -> CommunityPlan:
    """The file, with the rosters beside it that it may name."""
    rosters = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
    return read_community(file.read_bytes(), rosters)


async def import_community_file(file: Path, *, apply: bool, named: str = "", to: str = "") -> int:
    """Check, and import when asked to, into the community `named` or a new one in the database `to`; with
    neither into the only one, or the one that the file is about. Returns the exit status: 1 when there is any
    problem. Raises `CannotChoose`."""
    plan = _read(file)
    if plan.errors or plan.file is None:
        return _refused(plan.errors)
    if not apply:
        return _checked()
    now = SystemClock().now()
    async with all_databases() as databases:
        home = _meant(await known_communities(databases), plan.file.community, named, to)
        cell = home.cell if home else to or MAIN
        place = 0 if home else await place_in(databases, cell)
        async with databases[cell].write() as db:
            community = await (community_in(db, home) if home else begin_community(db, place, now))
            outcome = await apply_community(db, community, plan, now)
            for cohort_id in outcome.cohort_ids:
                await replan_cohort(db, all_kinds(), cohort_id, now)
        if not home and len(databases) > 1:
            print(f"a new community, in {cell}")
    return _imported(outcome)


def _meant(known: Known, told: FileCommunity, named: str, to: str) -> Home | None:
    """None: a new one."""
    if named:
        return known.one_called(named)
    if to and to not in known.cells:
        raise CannotChoose(f"there is no database {to}: choose {', '.join(known.cells)}")
    there = known.of_file(told.id, told.name.root.values())
    if to and there:
        raise CannotChoose(
            f"{there[0].name} lives in {there[0].cell} already: leave out --to, and it is kept"
        )
    if to:
        return None
    return there[0] if len(there) == 1 else known.only_one()


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


async def import_roster_file(
    file: Path, name: str, *, apply: bool, answers: Mapping[str, str], named: str = ""
) -> int:
    """Check against the cohort of that name, perhaps of the community `named`, and import when asked to.
    Returns the exit status. Raises `CannotChoose`."""
    plan, now = _roster_in(file, answers), SystemClock().now()
    async with all_databases() as databases:
        known = await known_communities(databases)
        cohorts = select(Cohort.community_id, Cohort.id, Cohort.name).join(Series).where(
            or_(func.lower(col(Cohort.name)) == name.lower(), Series.slug == name.lower())
        )  # fmt: skip
        found = await found_in(databases, known, named, cohorts)
        if len(found) != 1:
            told = f"{len(found)} cohorts are called {name!r}; give the cohort's full name"
            print(told + of_which(found), file=sys.stderr)
            return 1
        [(home, cohort_id, _)] = found
        async with databases[home.cell].write() as db:
            await community_in(db, home)
            cohort = await db.get_one(Cohort, cohort_id)
            problems = await check_roster(db, cohort, plan)
            if problems or not apply:
                return _refused(problems) if problems else _checked()
            outcome = await apply_roster(db, cohort, plan, now)
            await replan_cohort(db, all_kinds(), cohort_id, now)
    return _imported(outcome)


async def import_benchmark_file(file: Path, *, apply: bool, named: str = "") -> int:
    """The workforce that reach is held against; it replaces the one before. Returns the exit status. Raises
    `CannotChoose`."""
    benchmark = _benchmark_in(file)
    if benchmark is None:
        print(f"{file} is no table; save it as CSV or Excel", file=sys.stderr)
        return 1
    wrong = problem_lines(benchmark, "en")
    if wrong or not apply:
        print("\n".join(map(plain, wrong)), end="\n" if wrong else "", file=sys.stderr)
        return 1 if wrong else _checked()
    async with all_databases() as databases:
        home = await chosen(databases, named)
        if home is None:
            print("there is no community yet; import one first", file=sys.stderr)
            return 1
        async with databases[home.cell].write() as db:
            community = await community_in(db, home)
            await load_benchmark(db, community, benchmark)
            db.add(loaded_event(community, benchmark, SystemClock().now()))
    print(plain(loaded_line(benchmark, "en")))
    return 0


def _benchmark_in(file: Path) -> Benchmark | None:
    try:
        return parse_benchmark(file.read_bytes())
    except (Undecodable, TooManyLines):
        return None


async def import_series_file(file: Path, place: Placement, *, apply: bool, named: str = "") -> int:
    """Check against the community, and import when asked to. Returns the exit status. Raises
    `CannotChoose`."""
    plan = _series_in(file)
    if plan.errors or plan.file is None:
        return _refused(plan.errors)
    now = SystemClock().now()
    async with all_databases() as databases:
        home = await chosen(databases, named)
        async with databases[home.cell if home else MAIN].write() as db:
            community = (
                await community_in(db, home)
                if home
                else Community(name="", languages=list(plan.file.series.languages), created_at=now)
            )
            problems = await check_series(db, community, plan.file, place)
            if problems or not apply:
                return _refused(problems) if problems else _checked()
            db.add(community)
            await db.flush()
            outcome = await apply_series(db, community, plan, place, now)
            for cohort_id in outcome.cohort_ids:
                await replan_cohort(db, all_kinds(), cohort_id, now)
    return _imported(outcome)


def _series_in(file: Path) -> SeriesPlan:
    return read_series(file.read_bytes())


def _roster_in(file: Path, answers: Mapping[str, str]) -> RosterPlan:
    return read_roster(file.read_bytes(), answers=answers)


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
