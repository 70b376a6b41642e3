"""An attack on anonymity, with everything that is left on the disk in hand.

The attacker knows in which order people answered (the ledger, the inbox and their own eyes tell), and reads
every byte of the database: its tables, old pages and row versions, its log. They must not be able to say
which answers are whose, neither while the form is open nor afterwards.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.events import Submit, Who
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.core.router import Router
from bot.evaluations.administration import close_what_is_due
from storage.database import Database
from storage.evaluations import FormDraft
from storage.nudges import InboxEvent
from storage.tables import METADATA
from tests.evaluations.stage import evaluated
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

PEOPLE = 40
ORDERED = 0.5
"""Kendall's tau beyond which an order is told: 4.5 standard deviations of a random one (0.11 for 40)."""


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with evaluated(database_url, people=PEOPLE, there=PEOPLE) as stage:
        yield stage


def _word(person: int) -> str:
    """What only this person wrote, of a length that is theirs alone, too."""
    return f"canary{person:03}" + "z" * (person * 7)


def _people() -> list[int]:
    return random.Random(8).sample(range(PEOPLE), PEOPLE)


async def _answer(stage: Stage, person: int) -> None:
    said = await stage.submit(
        f"p{person}",
        "evaluation",
        "session:1",
        quality=str(1 + person % 5),
        **{"plus_delta.plus": _word(person)},
    )
    assert "Thank you" in text_of(said)


async def _bytes(database: Database) -> bytes:
    """All that the database keeps on the disk: for SQLite the file and its log, for PostgreSQL the files of
    this database and the server's log of changes."""
    if database.is_sqlite:
        file = Path(database.engine.url.database or "")
        return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("CHECKPOINT"))
        folder = Path((await autocommit.execute(text("SHOW data_directory"))).scalar_one())
        query = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        number = (await autocommit.execute(query)).scalar_one()
    files = [*(folder / "base" / str(number)).iterdir(), *(folder / "pg_wal").glob("0*")]
    return b"".join(one.read_bytes() for one in files if one.is_file())


async def _rows(database: Database, table: str) -> list[str]:
    """A table's rows as they lie on the disk, first to last, each as text."""
    place = "" if database.is_sqlite else ", ctid, xmin"
    async with database.read() as db:
        found = await db.execute(text(f"SELECT *{place} FROM {table}"))
        return [str(tuple(row)) for row in found]


def _tau(first: list[int], second: list[int]) -> float:
    """Kendall's rank correlation of two orders of the same people: 1 the same, -1 reversed, about 0 none."""
    places = {person: place for place, person in enumerate(second)}
    pairs = [places[one] < places[other] for one, other in combinations(first, 2)]
    return 2 * sum(pairs) / len(pairs) - 1


def _order_in(pieces: list[str]) -> list[int]:
    """In which order the people's words stand in these rows."""
    return [int(piece.partition("canary")[2][:3]) for piece in pieces if "canary" in piece]


async def test_while_the_form_is_open_no_byte_on_the_disk_tells_an_answer(
    stage: Stage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for person in _people():
        await _answer(stage, person)
    assert b"canary" not in await _bytes(stage.database)
    assert "canary" not in "".join(capfd.readouterr()) + caplog.text
    boxes = await _rows(stage.database, "sealedanswer")
    assert len(boxes) == PEOPLE, "eight times five"
    assert len({len(box.split("'")[-2]) for box in boxes}) == 1, "the length of a box tells nothing"


async def test_an_event_that_a_crash_left_in_the_inbox_is_sealed_and_handled_later(stage: Stage) -> None:
    """Killed right after the door had recorded what somebody sent."""
    recorded = await stage.router.record(_submitted(3))
    assert b"canary" not in await _bytes(stage.database)
    stage.clock.advance(timedelta(minutes=1))
    restarted = Router(stage.database, stage.clock, stage.router.features, {}, stage.links)
    (left,) = await restarted.unfinished()
    assert left.event == recorded.event
    assert "Thank you" in text_of(await restarted.handle(left))
    await restarted.finish(left)
    async with stage.database.read() as db:
        row = await db.get(InboxEvent, left.id)
    assert row is not None
    assert (row.event, row.reply) == (None, None)
    assert b"canary" not in await _bytes(stage.database)


def _submitted(person: int) -> Submit:
    who = Who(platform="slack", tenant="T1", user=f"p{person}")
    values: dict[str, object] = {"quality": "4", "plus_delta.plus": _word(person)}
    return Submit(key="once", who=who, form="evaluation", context="session:1", values=values)


async def test_after_it_closed_no_order_tells_whose_answers_are_whose(stage: Stage) -> None:
    people = _people()
    for person in people:
        await _answer(stage, person)
    await stage.command("fay", "evaluation close 1")
    for table in METADATA.tables:
        if table != "anonymousanswer":
            assert not any("canary" in row for row in await _rows(stage.database, table)), table
    rows = await _rows(stage.database, "anonymousanswer")
    lying = _order_in(rows)
    assert sorted(lying) == list(range(PEOPLE))
    assert abs(_tau(people, lying)) < ORDERED, "the order of the rows is the order of arrival"
    by_id = _order_in(sorted(rows, key=lambda row: row.split("'")[1]))
    assert abs(_tau(people, by_id)) < ORDERED, "the ids are in the order of arrival"
    enrolled = sorted(people)
    assert abs(_tau(enrolled, lying)) < ORDERED, "the rows are in the order of the ledger"
    assert abs(_tau(enrolled, by_id)) < ORDERED
    if not stage.database.is_sqlite:
        assert len({row.split(", ")[-1] for row in rows}) == 1, "all were written by one transaction"
    on_disk = await _bytes(stage.database)
    places = [on_disk.find(f"canary{person:03}".encode()) for person in people]
    told = [person for _, person in sorted(zip(places, people, strict=True))]
    assert abs(_tau(people, told)) < ORDERED, "the bytes lie in the order of arrival"


async def test_neither_answer_nor_ledger_has_a_time_a_number_or_a_person_in_common(stage: Stage) -> None:
    assert set(METADATA.tables["anonymousanswer"].columns.keys()) == {"id", "evaluation_id", "answers"}
    assert set(METADATA.tables["sealedanswer"].columns.keys()) == {"id", "evaluation_id", "sealed"}
    assert set(METADATA.tables["ledgerentry"].columns.keys()) == {"evaluation_id", "person_id", "answered"}
    assert FormDraft.__table__.columns["saved_on"].type.python_type.__name__ == "date"  # type: ignore[attr-defined]


async def test_with_another_secret_the_boxes_stay_shut_and_nothing_is_lost(stage: Stage) -> None:
    for person in range(1, 7):
        await _answer(stage, person)
    right, stage.links = stage.links, Links("http://127.0.0.1:8700", "another")
    stage.router.links = stage.links
    await stage.command("fay", "evaluation close 1")
    assert len(await _rows(stage.database, "sealedanswer")) == 5, "the sixth waits beside the right keys"
    assert await _rows(stage.database, "anonymousanswer") == []
    await close_what_is_due(JobContext(stage.database, stage.clock, {}, right, ALL_KINDS))
    assert await _rows(stage.database, "sealedanswer") == []
    opened = sorted(_order_in(await _rows(stage.database, "anonymousanswer")))
    assert opened == [*range(1, 7)]
