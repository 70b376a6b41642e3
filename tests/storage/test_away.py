"""What may be tried again later, and what the database will never take; as the databases say it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import database as module
from storage.database import Database, is_away
from storage.migrating import migrate
from storage.people import Community
from tests.support.databases import sqlite_with_tables

NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
Work = Callable[[AsyncSession], Awaitable[object]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


async def _error(database: Database, work: Work) -> Exception | None:
    try:
        async with database.write() as db:
            await work(db)
    except Exception as error:
        return error
    return None


def _community(**values: object) -> Work:
    async def work(db: AsyncSession) -> None:
        given: dict[str, Any] = {"name": "Northwest", "created_at": NOW, **values}
        db.add(Community(**given))
        await db.flush()

    return work


def _said(sql: str) -> Work:
    return lambda db: db.execute(text(sql))


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(_community(name="a\0b"), id="NUL"),
        pytest.param(_community(settings={"a": "\0"}), id="NUL in JSON"),
        pytest.param(_community(name="\ud800"), id="half a character"),
        pytest.param(_community(k_inside=2**40), id="number too large"),
        pytest.param(_community(k_inside=2**70), id="number much too large"),
        pytest.param(_community(name=None), id="missing"),
        pytest.param(_said("SELECT * FROM nowhere"), id="no such table"),
        pytest.param(_said("SELEC 1"), id="no statement"),
    ],
)
async def test_what_is_refused_is_not_away(database: Database, work: Work) -> None:
    error = await _error(database, work)
    assert error is None or not is_away(error)


async def test_a_locked_file_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_SECONDS", 0.0)
    database = Database(sqlite_with_tables(tmp_path / "locked.db"))
    other = connect(tmp_path / "locked.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = await _error(database, _community())
    other.execute("ROLLBACK")
    other.close()
    await database.close()
    assert error is not None
    assert is_away(error)


async def test_a_file_that_cannot_be_opened_or_grow_is_away(tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path}/no/such/folder.db")
    full = Database(f"sqlite:///{tmp_path}/full.db")
    await migrate(full)

    async def grow(db: AsyncSession) -> None:
        await db.execute(text("PRAGMA max_page_count = 1"))
        for _ in range(200):
            await _community(name="x" * 4000)(db)

    errors = [await _error(gone, _said("SELECT 1")), await _error(full, grow)]
    for database in (gone, full):
        await database.close()
    assert [error is not None and is_away(error) for error in errors] == [True, True]


@pytest.mark.postgres
async def test_a_connection_that_was_ended_and_a_deadlock_are_away(postgres_url: str) -> None:
    database = Database(postgres_url)
    await migrate(database)
    ended = await _error(database, _said("SELECT pg_terminate_backend(pg_backend_pid())"))
    met = asyncio.Barrier(2)

    def both(first: int, second: int) -> Work:
        async def work(db: AsyncSession) -> None:
            await db.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
            await met.wait()
            await db.execute(text(f"SELECT pg_advisory_xact_lock({second})"))

        return work

    errors = await asyncio.gather(_error(database, both(1, 2)), _error(database, both(2, 1)))
    await database.close()
    assert ended is not None
    assert is_away(ended)
    assert [is_away(error) for error in errors if error is not None] == [True]


async def test_a_server_that_does_not_answer_is_away() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/nothing")
    error = await _error(nowhere, _said("SELECT 1"))
    await nowhere.close()
    assert error is not None
    assert is_away(error)
