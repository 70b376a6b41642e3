"""The attack after the form has closed: every commit replayed, with the deployment's own keys in hand.

Each commit that adds a box marks who has answered. Whoever kept the log (or one backup after the other) puts
the two together, and opens the boxes with every key that is left.
"""

from __future__ import annotations

import shutil
import sqlite3
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
from bot.evaluations.answer_store import AFTERWARDS, wipe
from storage.nudges import Job
from tests.evaluations.stage import evaluated
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

    def replay(self, marked: set[int], boxes: set[str]) -> None:
        person, box = marked - self.marked, boxes - self.boxes
        if len(person) == len(box) == 1:
            self.pairs.append((person.pop(), box.pop()))
        self.marked, self.boxes = marked, boxes


_MARKED = "SELECT person_id FROM ledgerentry WHERE answered"
_BOXES = "SELECT sealed FROM sealedanswer"


async def _answer(stage: Stage, person: int) -> None:
    said = await stage.submit(
        f"p{person}", "evaluation", "session:1", quality=str(1 + person % 5),
        **{"plus_delta.plus": f"canary{person:03}"},
    )  # fmt: skip
    assert "Thank you" in text_of(said)


async def _attack(stage: Stage) -> Log:
    """Answer one after the other, each commit replayed from the log (SQLite) or from its row versions."""
    log = Log()
    for person in range(PEOPLE):
        await _answer(stage, person)
        if stage.database.is_sqlite:
            log.replay(*_from_files(Path(stage.database.engine.url.database or "")))
            continue
        async with stage.database.read() as db:
            marked = set((await db.scalars(text(_MARKED))).all())
            log.replay(marked, set((await db.scalars(text(_BOXES))).all()))
    return log


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


async def test_whoever_replays_the_log_after_the_closing_attributes_no_answer(
    stage: Stage, tmp_path: Path
) -> None:
    log = await _attack(stage)
    assert len(log.pairs) == PEOPLE, "a commit tells whose box it is"
    assert len(_opened(log, _keys_left(tmp_path / "keys"))) == PEOPLE, "it works while the form is open"
    await stage.command("fay", "evaluation close 1")
    assert _opened(log, _keys_left(tmp_path / "keys")) == []
    async with stage.database.read() as db:
        kept = (await db.scalars(text("SELECT answers FROM anonymousanswer"))).all()
    assert sum("canary" in str(one) for one in kept) == PEOPLE, "and nothing is lost"


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
    await wipe(JobContext(stage.database, stage.clock, {}, stage.links), row)
    file = Path(stage.database.engine.url.database or "")
    log = file.with_name(f"{file.name}-wal")
    assert not log.exists() or log.stat().st_size == 0


async def test_a_crash_between_commit_and_destruction_is_mended(stage: Stage, tmp_path: Path) -> None:
    await _answer(stage, 1)
    (key,) = (tmp_path / "keys").glob("*")
    copy = key.read_text()
    await stage.command("fay", "evaluation close 1")
    assert not key.exists()
    key.write_text(copy)  # as if the process had died before it
    async with stage.database.read() as db:
        row = (await db.scalars(text("SELECT id FROM job WHERE kind = :kind"), {"kind": AFTERWARDS})).one()
        await wipe(JobContext(stage.database, stage.clock, {}, stage.links), await db.get_one(Job, row))
    assert not key.exists()


async def test_a_form_whose_key_is_away_keeps_its_boxes(stage: Stage, tmp_path: Path) -> None:
    await _answer(stage, 1)
    folder = tmp_path / "keys"
    folder.rename(tmp_path / "away")
    await stage.command("fay", "evaluation close 1")
    async with stage.database.read() as db:
        assert len((await db.scalars(text(_BOXES))).all()) == 1
