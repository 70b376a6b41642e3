"""The attack on a form: every commit replayed, with the deployment's own keys in hand.

Whoever kept the log (or one backup after the other) looks for a commit that adds one box and marks one
person, and opens the box with every key that is left. So boxes come in company, marks come apart from them,
and after the closing there is no key.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.form_keys import FormKeys
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.core.router import Router
from bot.core.sealing import BadSeal, Sealer
from bot.evaluations import administration
from bot.evaluations.answer_store import AFTERWARDS, wipe
from storage.evaluations import SealedAnswer
from storage.nudges import Job
from tests.evaluations.stage import evaluated
from tests.support.kinds import ALL_KINDS
from tests.support.postgres import PostgresServer
from tests.support.stage import Stage, text_of

PEOPLE = 9
SECRET = "test-secret"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with evaluated(database_url, people=PEOPLE, there=PEOPLE) as stage:
        links = Links("http://127.0.0.1:8700", SECRET, form_keys=FormKeys(tmp_path / "keys"))
        stage.links = stage.router.links = links
        yield stage


@dataclass
class Log:
    """What each commit added: who was marked as having answered, and which boxes."""

    marked: set[int] = field(default_factory=set)
    boxes: set[str] = field(default_factory=set)
    pairs: list[tuple[int, str]] = field(default_factory=list)
    added: list[tuple[int, int]] = field(default_factory=list)
    """How many marks and boxes, by commit."""

    def replay(self, marked: set[int], boxes: set[str]) -> None:
        person, box = marked - self.marked, boxes - self.boxes
        self.added.append((len(person), len(box)))
        if len(person) == len(box) == 1:
            self.pairs.append((person.pop(), box.pop()))
        self.marked, self.boxes = marked, boxes


_MARKED = "SELECT person_id FROM ledgerentry WHERE answered"
_BOXES = "SELECT sealed FROM sealedanswer"


async def _answer(stage: Stage, person: int) -> None:
    said = await stage.submit(
        f"p{person}", "evaluation", "session:1", quality=str(1 + person % 5),
        **{"plus_delta.plus": f"linnet{person:03}"},
    )  # fmt: skip
    assert "Thank you" in text_of(said)


async def _attack(stage: Stage, people: int = PEOPLE) -> Log:
    """Answer one after the other, each commit replayed."""
    log = Log()
    for person in range(people):
        await _answer(stage, person)
        await _look(stage, log)
    return log


async def _look(stage: Stage, log: Log) -> None:
    """As the log (SQLite) or the row versions (PostgreSQL) tell it after a commit."""
    if stage.database.is_sqlite:
        log.replay(*_from_files(Path(stage.database.engine.url.database or "")))
        return
    async with stage.database.read() as db:
        marked = set((await db.scalars(text(_MARKED))).all())
        log.replay(marked, set((await db.scalars(text(_BOXES))).all()))


async def _written_carelessly(stage: Stage, log: Log) -> None:
    """A box and a mark in one commit, as they once were."""
    keys = stage.links.form_keys
    async with stage.database.write() as db:
        sealed = keys.seal("evaluation|session:1", {"quality": 5}, "anonymous answer 1")
        db.add(SealedAnswer(evaluation_id=1, sealed=sealed))
        person = (await db.scalars(text("SELECT person_id FROM ledgerentry WHERE NOT answered"))).first()
        await db.execute(text(f"UPDATE ledgerentry SET answered = true WHERE person_id = {person}"))
    await _look(stage, log)


def _from_files(file: Path) -> tuple[set[int], set[str]]:
    """The database and its write-ahead log, as a thief copies them between two commits."""
    stolen = file.parent / "stolen"
    stolen.mkdir(exist_ok=True)
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, stolen / one.name)
    with sqlite3.connect(stolen / file.name) as copy:
        return {row[0] for row in copy.execute(_MARKED)}, {row[0] for row in copy.execute(_BOXES)}


def _opened(log: Log, sealers: list[Sealer]) -> list[object]:
    """The answers that are attributed to a person."""
    found = []
    for _, box in log.pairs:
        for sealer in sealers:
            for evaluation in range(1, 4):
                try:
                    found.append(sealer.open(box, f"anonymous answer {evaluation}"))
                except BadSeal:
                    continue
    return found


def _keys_left(folder: Path) -> list[Sealer]:
    """Every key on the machine."""
    return [Sealer(SECRET), *(Sealer(one.read_text()) for one in folder.glob("*") if one.is_file())]


async def test_boxes_and_marks_are_written_in_company_and_in_other_commits(stage: Stage) -> None:
    """Five people are the smallest group that is shown."""
    log = await _attack(stage)
    assert log.added == [(0, 0)] * 4 + [(0, 5), (5, 0)] + [(0, 0)] * 3
    assert log.pairs == []
    assert "9 of 9 answered" in text_of(await stage.command("fay", "evaluation close 1"))
    await _look(stage, log)
    await administration.close_what_is_due(_jobs(stage))
    await _look(stage, log)
    assert log.added[-2:] == [(0, 0), (4, 0)], "the last four after all were opened"
    assert stage.links.form_keys.aside.names("evaluation|session:1") == set()


async def test_whoever_replays_the_log_attributes_no_answer_open_or_closed(
    stage: Stage, tmp_path: Path
) -> None:
    log = await _attack(stage)
    assert _opened(log, _keys_left(tmp_path / "keys")) == [], "with the form's own key"
    await _written_carelessly(stage, log)
    assert len(_opened(log, _keys_left(tmp_path / "keys"))) == 1, "the attack is no blind one"
    await stage.command("fay", "evaluation close 1")
    assert _opened(log, _keys_left(tmp_path / "keys")) == []
    async with stage.database.read() as db:
        kept = (await db.scalars(text("SELECT answers FROM anonymousanswer"))).all()
    assert sum("linnet" in str(one) for one in kept) == PEOPLE, "and nothing is lost"


async def test_an_answer_that_waits_is_neither_asked_for_nor_taken_again(stage: Stage) -> None:
    await _answer(stage, 1)
    again = await stage.submit("p1", "evaluation", "session:1", quality="2")
    assert "What you sent stays as it is" in text_of(again)
    assert "1 of 9 answered" in text_of(await stage.command("fay", "evaluation status"))


async def test_a_crash_before_the_files_are_emptied_counts_nobody_twice(stage: Stage) -> None:
    """Nor is the next one's box written alone, because five others seem to wait with it."""
    log = await _attack(stage, people=4)
    aside = stage.links.form_keys.aside
    before = aside.all("evaluation|session:1")
    await _answer(stage, 4)
    for name, waiting in before.items():  # as if the process had died after its commit
        aside.drop("evaluation|session:1", {name})
        aside.put("evaluation|session:1", name, waiting)
    await _look(stage, log)
    for person in range(5, PEOPLE):
        await _answer(stage, person)
        await _look(stage, log)
    assert all(found == (0, 0) or max(found) >= 5 for found in log.added), log.added
    assert log.pairs == []
    assert "9 of 9 answered" in text_of(await stage.command("fay", "evaluation close 1"))
    await administration.close_what_is_due(_jobs(stage))
    async with stage.database.read() as db:
        assert len((await db.scalars(text("SELECT id FROM anonymousanswer"))).all()) == PEOPLE
        assert len((await db.scalars(text(_MARKED))).all()) == PEOPLE


def _jobs(stage: Stage) -> JobContext:
    return JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)


@pytest.mark.postgres
async def test_the_log_of_postgresql_holds_no_box_beside_a_mark(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Read with PostgreSQL's own tool: which transaction wrote which rows, and when, as archives keep it."""
    async with evaluated(postgres_url, people=PEOPLE, there=PEOPLE) as stage:
        async with stage.database.read() as db:
            begin = (await db.scalars(text("SELECT pg_current_wal_insert_lsn()::text"))).one()
        await _attack(stage)
        async with stage.database.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await autocommit.execute(text("CHECKPOINT"))
            query = text("SELECT pg_current_wal_insert_lsn()::text, current_setting('data_directory')")
            end, folder = (await autocommit.execute(query)).one()
            files = {
                table: (
                    await autocommit.execute(text(f"SELECT pg_relation_filenode('{table}')"))
                ).scalar_one()
                for table in ("sealedanswer", "ledgerentry")
            }
    written = _written(postgres_server.programs / "pg_waldump", Path(folder) / "pg_wal", begin, end, files)
    boxes = Counter(one for one, table, what in written if table == "sealedanswer" and "INSERT" in what)
    marks = Counter(one for one, table, what in written if table == "ledgerentry" and "UPDATE" in what)
    assert list(boxes.values()) == [5]
    assert list(marks.values()) == [5]
    assert not boxes.keys() & marks.keys()


def _written(
    program: Path, folder: Path, begin: str, end: str, files: dict[str, int]
) -> list[tuple[str, str, str]]:
    """(transaction, table, what was done to a row) of each change."""
    told = subprocess.run(
        [program, "-p", folder, "-s", begin, "-e", end, "-r", "Heap"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    line = re.compile(r"tx: +(\d+),.*desc: (\S+) .*blkref #0: rel \d+/\d+/(\d+)")
    tables = {str(number): table for table, number in files.items()}
    found = [line.search(one) for one in told.splitlines()]
    return [(one[1], tables[one[3]], one[2]) for one in found if one and one[3] in tables]


async def test_what_the_inbox_recorded_opens_no_more_either(stage: Stage, tmp_path: Path) -> None:
    """An event recorded before the closing holds who sent it, and nothing that can be read of what."""
    from tests.evaluations.test_nobody_can_be_found import _submitted

    recorded = await stage.router.record(_submitted(3))
    async with stage.database.read() as db:
        (written,) = (await db.scalars(text(f"SELECT event FROM inboxevent WHERE id = {recorded.id}"))).all()
    await _answer(stage, 1)
    await stage.command("fay", "evaluation close 1")
    assert "canary" not in str(written)
    stage.clock.advance(timedelta(minutes=5))
    restarted = Router(stage.database, stage.clock, stage.router.features, {}, stage.links)
    left = next(one for one in await restarted.unfinished() if one.id == recorded.id)
    assert "canary" not in repr(left.event)
    assert "closed" in text_of(await stage.router.handle(left))


async def test_the_log_begins_anew_in_the_closing_s_wake(stage: Stage, tmp_path: Path) -> None:
    if not stage.database.is_sqlite:
        pytest.skip("PostgreSQL recycles its own log")
    await _attack(stage)
    await stage.command("fay", "evaluation close 1")
    async with stage.database.read() as db:
        job = (await db.scalars(text("SELECT id FROM job WHERE kind = :kind"), {"kind": AFTERWARDS})).one()
        row = await db.get_one(Job, job)
    await wipe(_jobs(stage), row)
    file = Path(stage.database.engine.url.database or "")
    log = file.with_name(f"{file.name}-wal")
    assert not log.exists() or log.stat().st_size == 0


async def test_a_crash_between_commit_and_destruction_is_mended(stage: Stage, tmp_path: Path) -> None:
    await _answer(stage, 1)
    (key,) = (one for one in (tmp_path / "keys").glob("*") if one.is_file())
    copy = key.read_text()
    await stage.command("fay", "evaluation close 1")
    assert not key.exists()
    key.write_text(copy)  # as if the process had died before it
    async with stage.database.read() as db:
        row = (await db.scalars(text("SELECT id FROM job WHERE kind = :kind"), {"kind": AFTERWARDS})).one()
        job = await db.get_one(Job, row)
    await wipe(_jobs(stage), job)
    assert not key.exists()


async def test_a_form_whose_key_is_away_keeps_its_boxes(stage: Stage, tmp_path: Path) -> None:
    await _attack(stage, people=6)
    folder = tmp_path / "keys"
    folder.rename(tmp_path / "away")
    await stage.command("fay", "evaluation close 1")
    async with stage.database.read() as db:
        assert len((await db.scalars(text(_BOXES))).all()) == 5
    (tmp_path / "away").rename(folder)
    await administration.close_what_is_due(_jobs(stage))
    async with stage.database.read() as db:
        assert len((await db.scalars(text("SELECT id FROM anonymousanswer"))).all()) == 6


async def test_fewer_answers_than_are_written_together_outlast_a_folder_that_is_away(
    stage: Stage, tmp_path: Path
) -> None:
    await _attack(stage, people=2)
    (tmp_path / "keys").rename(tmp_path / "away")
    await stage.command("fay", "evaluation close 1")
    await administration.close_what_is_due(_jobs(stage))
    (tmp_path / "away").rename(tmp_path / "keys")
    await administration.close_what_is_due(_jobs(stage))
    async with stage.database.read() as db:
        assert len((await db.scalars(text("SELECT id FROM anonymousanswer"))).all()) == 2
        assert len((await db.scalars(text(_MARKED))).all()) == 2
