"""Two rows of one human made one: nothing is lost in any table, and undoing it gives back every row."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select as pick
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.identities.merging import APART, merge, undo
from storage.attendance import Join
from storage.database import Database
from storage.evaluations import LedgerEntry
from storage.identities import PersonMerge
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.series import Enrollment
from storage.sessions import Attendance
from storage.tables import METADATA
from tests.security.two_tenants import OURS, THEIRS, furnished
from tests.support.stage import START

KEEP, GONE = OURS, THEIRS
Tables = dict[str, list[tuple[object, ...]]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two has a row in every table; in some, both have one about the same."""
    made = Database(furnished(tmp_path / "two.db"), durable=False)
    async with made.write() as db:
        db.add(Enrollment(cohort_id=KEEP, person_id=GONE, status="left", stick_opt_in=False))
        db.add(Attendance(session_id=KEEP, person_id=GONE, minutes=50, source="zoom", recorded_at=START))
        db.add(LedgerEntry(evaluation_id=KEEP, person_id=GONE, answered=True))
        db.add(OptOut(person_id=GONE, kind="look_back", since=START))
        for person, state in ((KEEP, "planned"), (GONE, "sent")):
            db.add(_nudge(f"tomorrow|session:1|person:{person}", person, state))
        db.add(_nudge(f"later|session:1|person:{GONE}", GONE, "planned"))
    yield made
    await made.close()


def _nudge(key: str, person_id: int, state: str) -> Nudge:
    return Nudge(
        key=key, group=key.rpartition("|")[0], community_id=KEEP, kind="session_reminder", state=state,
        person_id=person_id, cohort_id=KEEP, due_at=START, created_at=START,
    )  # fmt: skip


async def _tables(db: AsyncSession) -> Tables:
    return {
        table.name: sorted((tuple(row) for row in (await db.execute(pick(table))).all()), key=str)
        for table in METADATA.sorted_tables
        if table.name != "personmerge"
    }


async def _merged(database: Database) -> PersonMerge:
    async with database.write() as db:
        keep, gone = await db.get_one(Person, KEEP), await db.get_one(Person, GONE)
        return await merge(db, keep, gone, START)


async def test_nothing_belongs_to_who_went_and_no_row_is_lost(database: Database) -> None:
    async with database.read() as db:
        before = {name: len(rows) for name, rows in (await _tables(db)).items()}
    done = await _merged(database)
    async with database.read() as db:
        after = await _tables(db)
        for table in METADATA.sorted_tables:
            naming = [
                column
                for column in table.columns
                if any(key.column is METADATA.tables["person"].c.id for key in column.foreign_keys)
            ]
            for column in naming if table.name not in APART else []:
                left = (await db.execute(pick(column).where(column == GONE))).all()
                assert left == [], f"{table.name}.{column.name}"
        gone = await db.get_one(Person, GONE)
        assert gone.deleted_at == START
        for name, rows in after.items():
            assert len(rows) + len(done.set_aside.get(name, [])) == before[name], name


async def test_what_both_had_takes_the_better_of_the_two(database: Database) -> None:
    await _merged(database)
    async with database.read() as db:
        enrollment = (await db.scalars(select(Enrollment).where(Enrollment.cohort_id == KEEP))).one()
        assert (enrollment.status, enrollment.stick_opt_in) == ("active", False)
        attendance = (await db.scalars(select(Attendance).where(Attendance.session_id == KEEP))).one()
        assert attendance.minutes == 51, "minutes on two accounts add up"
        entry = (await db.scalars(select(LedgerEntry).where(LedgerEntry.evaluation_id == KEEP))).one()
        assert entry.answered
        kinds = set(await db.scalars(select(OptOut.kind).where(OptOut.person_id == KEEP)))
        assert "look_back" in kinds


async def test_a_message_that_one_account_got_is_not_sent_to_the_other(database: Database) -> None:
    await _merged(database)
    async with database.read() as db:
        same = (await db.scalars(select(Nudge).where(Nudge.group == "tomorrow|session:1"))).one()
        assert (same.person_id, same.state, same.reason) == (KEEP, "skipped", "sent_on_other_account")
        later = (await db.scalars(select(Nudge).where(Nudge.group == "later|session:1"))).one()
        assert (later.key, later.person_id) == (f"later|session:1|person:{KEEP}", KEEP)


async def test_undo_gives_back_every_row_of_every_table(database: Database) -> None:
    async with database.read() as db:
        before = await _tables(db)
    done = await _merged(database)
    async with database.write() as db:
        kept = await db.get_one(PersonMerge, done.id)
        await undo(db, kept, START + timedelta(days=1))
    async with database.read() as db:
        assert await _tables(db) == before
        assert (await db.get_one(PersonMerge, done.id)).undone_at == START + timedelta(days=1)


def test_two_part_attendances_are_one_with_overlapping_minutes_once() -> None:
    from bot.identities.merging import _attendance

    def row(*stays: Join, minutes: int = 20) -> dict[str, object]:
        return {"minutes": minutes, "stays": stays or None, "marked": None}

    def stay(begins: int) -> Join:
        begun = datetime(2027, 2, 2, 12, begins, tzinfo=UTC)
        return Join(begun, begun + timedelta(minutes=20), 20)

    assert _attendance(row(stay(0)), row(stay(30)))["minutes"] == 40
    assert _attendance(row(stay(0)), row(stay(10)))["minutes"] == 30
    assert _attendance(row(stay(0)), row())["minutes"] == 40
