"""A report's aggregates beside the same in hand-written SQL: `python -m benchmarks.reports [--quick]`.

A million answers (200,000 forms of five questions) and 200,000 attendances of a community with 100 series in
5 years, in an SQLite file, or in the database at `--database` (an empty one). Product and peer take turns in
the same run; the peer is plain SQL by the database's own driver, without the product's code, and must come to
the same counts. Also: how long a whole cut takes, and a report of it. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from bot.reports.build import make_report
from bot.reports.counting import Counts, count_everything
from bot.reports.cuts import latest_cut
from bot.reports.publishing import publish
from bot.reports.scopes import EVERYTHING, Scope, places_of
from prompts import dates
from storage.base import opaque_id
from storage.database import Database
from storage.evaluations import AnonymousAnswer, Evaluation
from storage.people import Community, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Attendance, Session
from storage.tables import METADATA

START = datetime(2022, 9, 6, 20, tzinfo=UTC)
NOW = datetime(2027, 12, 1, tzinfo=UTC)
SERIES_IN_A_YEAR, SESSIONS, SHOW_UP = 20, 10, 0.8
ITEMS = {"quality": "quality", "useful": "usefulness", "recommend": "recommendation", "intend": "intent"}
TURNS = 5


async def fill(database: Database, attendances: int, forms: int) -> None:
    """A community of that size; the same every time."""
    rng = random.Random(7)
    async with database.write() as db:
        await (await db.connection()).run_sync(METADATA.create_all)
    cohort_size = max(1, round(attendances / (5 * SERIES_IN_A_YEAR * SESSIONS * SHOW_UP)))
    people = cohort_size * SERIES_IN_A_YEAR * 2
    async with database.write() as db:
        db.add(Community(id=1, name="Benchmark", created_at=START))
        await db.flush()
        await _put(db, Person, [_person(rng, number) for number in range(1, people + 1)])
        years = [
            {"id": y, "community_id": 1, "label": f"Year {y}", "starts_on": date(2021 + y, 9, 1),
             "ends_on": date(2022 + y, 8, 31)}
            for y in range(1, 6)
        ]  # fmt: skip
        await _put(db, ProjectYear, years)
        await _put(
            db, Project, [{"id": n, "community_id": 1, "title": f"P{n}", "funder": ""} for n in (1, 2, 3)]
        )
        form = 0
        for series in range(1, 5 * SERIES_IN_A_YEAR + 1):
            form = await _series(db, rng, series, cohort_size, people, form, forms // (5 * SERIES_IN_A_YEAR))
    async with database.write() as db:
        await db.execute(text("ANALYZE"))


def _person(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": number, "community_id": 1, "name": f"P{number}", "created_at": START,
        "state": rng.choices(["WA", "OR", "ID", "AK", ""], [5, 3, 1.5, 0.5, 1])[0],
        "job_role": rng.choice(["Counselor", "Peer", "Nurse", "Leader", ""]),
        "setting": rng.choice(["Clinic", "Hospital", "School", "Tribal", ""]),
        "organisation": f"Org {rng.randrange(200)}",
    }  # fmt: skip


async def _series(
    db: Any, rng: random.Random, series: int, size: int, people: int, form: int, forms: int
) -> int:
    year = (series - 1) // SERIES_IN_A_YEAR
    await _put(
        db, Series,
        [{"id": series, "community_id": 1, "project_id": series % 3 + 1, "year_id": year + 1,
          "slug": f"s{series}", "title": {"en": f"S{series}"}, "created_at": START}],
    )  # fmt: skip
    cohort = {
        "id": series, "community_id": 1, "series_id": series, "name": f"C{series}", "created_at": START
    }  # fmt: skip
    await _put(db, Cohort, [cohort])
    first = START + timedelta(days=365 * year + (series % SERIES_IN_A_YEAR))
    sessions: list[dict[str, Any]] = [
        {"id": series * 100 + n, "community_id": 1, "cohort_id": series, "number": n,
         "starts_at": first + timedelta(weeks=n), "zone": "America/Boise", "minutes": 60,
         "uid": f"{series}-{n}"}
        for n in range(SESSIONS)
    ]  # fmt: skip
    await _put(db, Session, sessions)
    members = rng.sample(range(1, people + 1), size)
    await _put(
        db, Enrollment,
        [{"cohort_id": series, "person_id": member, "status": "active", "consented_at": START}
         for member in members],
    )  # fmt: skip
    came = [
        {"session_id": session["id"], "person_id": one, "minutes": rng.randrange(30, 61), "source": "zoom",
         "recorded_at": START}
        for session in sessions for one in members if rng.random() < SHOW_UP
    ]  # fmt: skip
    await _put(db, Attendance, came)
    instrument = {
        "name": "b", "version": 1, "kind": "post_session", "mode": "anonymous", "title": {"en": "?"},
        "items": [
            *({"id": name, "measures": measure} for name, measure in ITEMS.items()),
            {"id": "skill", "measures": "retrospective"},
        ],
    }  # fmt: skip
    for session in sessions:
        form += 1
        await _put(
            db, Evaluation,
            [{"id": form, "key": f"session:{session['id']}", "community_id": 1, "cohort_id": series,
              "session_id": session["id"], "purpose": "post_session", "name": "b", "version": 1,
              "mode": "anonymous", "instrument": instrument, "state": "closed", "opens_at": START,
              "closes_at": session["starts_at"] + timedelta(days=5)}],
        )  # fmt: skip
        await _put(
            db, AnonymousAnswer,
            [{"id": opaque_id(), "evaluation_id": form, "answers": _answers(rng)}
             for _ in range(forms // SESSIONS)],
        )  # fmt: skip
    return form


def _answers(rng: random.Random) -> dict[str, object]:
    return {
        "quality": rng.randint(1, 5), "useful": rng.randint(1, 5), "recommend": rng.randint(1, 5),
        "intend": rng.choice(["yes", "no", "maybe", None]), "skill.before": rng.randint(1, 4),
        "skill.now": rng.randint(2, 5),
    }  # fmt: skip


async def _put(db: Any, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Rows with the table's own defaults."""
    if rows:
        whole = [table(**row).model_dump(exclude_unset=False) for row in rows]
        keys = {key for key in whole[0] if key != "id" or rows[0].get("id") is not None}
        await db.execute(insert(table), [{key: one[key] for key in keys} for one in whole])


# --- the peer: plain SQL ------------------------------------------------------------------------------------

_CAME = """
  from session s join attendance a on a.session_id = s.id
  join enrollment e on e.cohort_id = s.cohort_id and e.person_id = a.person_id
  join cohort c on c.id = s.cohort_id
  where s.community_id = 1 and s.status <> 'cancelled' and s.starts_at < :before
    and (a.marked is true or (a.marked is null and a.minutes * 2 >= s.minutes))
    and (a.person_id, c.series_id) not in (
      select d.person_id, r.id from duty d join series r
      on d.series_id = r.id or (d.series_id is null and d.project_id = r.project_id)
        or (d.series_id is null and d.project_id is null))
"""
_GROUPS = ("state", "job_role", "setting", "organisation")
_LEVELS = {"series": "series_id", "project": "project_id", "year": "year_id", "all": "0"}
_PEOPLE = (
    "with reached as (select distinct c.series_id, r.project_id, r.year_id, q.person_id from"
    f" (select distinct s.cohort_id, a.person_id {_CAME}) q"
    " join cohort c on c.id = q.cohort_id join series r on r.id = c.series_id) "
    + " union all ".join(
        f"select '{level}', {column}, '{group}', p.{group}, count(distinct reached.person_id)"
        f" from reached join person p on p.id = reached.person_id"
        f" group by p.{group}{'' if level == 'all' else ', ' + column}"
        for level, column in _LEVELS.items()
        for group in _GROUPS
    )
)
_ATTENDANCE = (
    f"select s.id, count(*) {_CAME} group by s.id",
    f"select cohort_id, n, count(*) from (select s.cohort_id, a.person_id, count(*) as n {_CAME}"
    " group by s.cohort_id, a.person_id) q group by cohort_id, n",
    "select cohort_id, count(*) from enrollment where status in ('active', 'paused') group by cohort_id",
)


def peer_statements(sqlite: bool) -> list[str]:
    """What somebody would write by hand for the same numbers."""

    def field(name: str) -> str:
        return f"json_extract(answers, '$.\"{name}\"')" if sqlite else f"answers ->> '{name}'"

    answers = [
        f"select evaluation_id, {', '.join(map(field, names))}, count(*) from anonymousanswer"
        f" group by evaluation_id, {', '.join(map(field, names))}"
        for names in (*((name,) for name in ITEMS), ("skill.before", "skill.now"))
    ]
    sets = "select evaluation_id, count(*) from anonymousanswer group by evaluation_id"
    return [*_ATTENDANCE, _PEOPLE, sets, *answers]


async def peer(database: Database, before: datetime) -> list[list[Any]]:
    given = {"before": moment(database, before)}
    found = []
    async with database.read() as db:
        for one in peer_statements(database.is_sqlite):
            rows = await db.execute(text(one), given if ":before" in one else {})
            found.append(list(rows.all()))
    return found


def moment(database: Database, at: datetime) -> object:
    """As the tables hold it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") if database.is_sqlite else at


async def product(database: Database, cut: date) -> Counts:
    async with database.read() as db:
        community = await db.get_one(Community, 1)
        before = dates.beginning(cut, community.zone)
        return await count_everything(db, community, await places_of(db, 1), cut, before)


def same(ours: Counts, theirs: list[list[Any]]) -> None:
    """Stop when the two do not agree."""
    people = Counter({row[3]: row[4] for row in theirs[3] if row[0] == "all" and row[2] == "state"})
    assert ours.tables[EVERYTHING]["state"] == people
    assert ours.tables[EVERYTHING]["size"]["participations"] == sum(row[1] for row in theirs[0])
    assert ours.tables[Scope("series", 7)]["dose"] == {str(r[1]): r[2] for r in theirs[1] if r[0] == 7}
    recommended: Counter[str] = Counter()
    for forms in ours.answers.values():
        recommended.update(forms["recommendation"][0])
    peers: Counter[str] = Counter()
    for row in theirs[7]:
        peers[str(row[1])] += row[2]
    assert recommended == peers


# --- the run ------------------------------------------------------------------------------------------------


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = await work()
    return time.perf_counter() - started, result


async def measure(database: Database, attendances: int, forms: int) -> dict[str, float]:
    cut = latest_cut(NOW.date())
    before = dates.beginning(cut, "America/Los_Angeles")
    ours, theirs = [], []
    for _ in range(TURNS):
        seconds, counts = await timed(lambda: product(database, cut))
        ours.append(seconds)
        seconds, rows = await timed(lambda: peer(database, before))
        theirs.append(seconds)
        same(counts, rows)
    async with database.write() as db:
        community = await db.get_one(Community, 1)
        whole, _ = await timed(lambda: publish(db, community, cut, NOW))
        one, made = await timed(lambda: make_report(db, community, "all", "inside", "en", NOW))
        assert made is not None
    mine, peers = statistics.median(ours), statistics.median(theirs)
    return {
        "attendances": attendances, "answers": forms * 5, "seconds": round(mine, 3),
        "sql_seconds": round(peers, 3), "ratio": round(mine / peers, 2), "cut_seconds": round(whole, 3),
        "report_seconds": round(one, 3),
    }  # fmt: skip


async def run(attendances: int, forms: int, url: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'reports.db'}", durable=False)
        try:
            seconds, _ = await timed(lambda: fill(database, attendances, forms))
            print(f"filled in {seconds:.0f} s", flush=True)
            return await measure(database, attendances, forms)
        finally:
            await database.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it, print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, in under a minute")
    parser.add_argument("--database", default="", help="an empty database instead of an SQLite file")
    given = parser.parse_args(arguments)
    attendances, forms = (20_000, 20_000) if given.quick else (200_000, 200_000)
    row = asyncio.run(run(attendances, forms, given.database))
    print("| attendances | answers | aggregates s | hand-written SQL s | ratio | whole cut s | report s |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    print(
        f"| {row['attendances']:,} | {row['answers']:,} | {row['seconds']} | {row['sql_seconds']} "
        f"| {row['ratio']} | {row['cut_seconds']} | {row['report_seconds']} |"
    )
    print(json.dumps(row))


if __name__ == "__main__":
    main()
