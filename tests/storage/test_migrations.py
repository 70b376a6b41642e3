"""Migrations bring a database from nothing, and from every earlier version, to what the code expects."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, insert, select

from storage.database import Database
from storage.migrating import SCRIPTS, differences, migrate, versions


async def test_a_migrated_database_has_the_tables_of_the_code(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert (await versions(database))[0] is None
    await migrate(database)
    current, newest = await versions(database)
    assert current == newest is not None
    assert await differences(database) == []
    await database.close()


async def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(3)]
    await asyncio.gather(*map(migrate, databases))
    assert await differences(databases[0]) == []
    for database in databases:
        await database.close()


def test_every_version_stands_in_one_line() -> None:
    numbers = sorted(Path(file).name[:4] for file in SCRIPTS.glob("versions/0*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


NUMBERS = sorted(Path(file).name[:4] for file in SCRIPTS.glob("versions/0*.py"))
NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
ROWS: dict[str, dict[str, object]] = {
    "community": {
        "name": "Northwest", "states": ["AK"], "languages": ["en"], "zone": "America/Boise", "k_inside": 5,
        "k_outside": 11, "settings": {}, "created_at": NOW,
    },
    "person": {
        "community_id": 1, "name": "Ana", "email": "ana@example.org", "zone": "America/Adak",
        "language": "es", "state": "AK", "job_role": "", "setting": "", "organisation": "", "created_at": NOW,
    },
    "nudge": {
        "key": "k", "mark": "m", "group": "", "community_id": 1, "kind": "note", "nature": "optional",
        "person_id": 1, "due_at": NOW, "due_because": "", "state": "planned", "reason": "", "released": False,
        "card": {"text": "Hola"}, "attempts": 0, "claimed_by": "", "created_at": NOW,
    },
}  # fmt: skip
"""A row of some tables of the first version; columns that a version lacks are left out."""


@pytest.mark.parametrize("before", NUMBERS[:-1])
async def test_an_upgrade_keeps_what_is_there(empty_database_url: str, before: str) -> None:
    database = Database(empty_database_url)
    await migrate(database, before)
    async with database.write() as db:
        await (await db.connection()).run_sync(_fill)
    await migrate(database)
    assert await differences(database) == []
    async with database.read() as db:
        kept = await (await db.connection()).run_sync(_names)
    assert kept == {"community": "Northwest", "person": "Ana", "nudge": "k"}
    await database.close()


def _fill(connection: Connection, rows: Mapping[str, dict[str, object]] = ROWS) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for name, values in rows.items():
        table = tables.tables[name]
        known = {column: value for column, value in values.items() if column in table.columns}
        missing = {
            column.name: ""
            for column in table.columns
            if not column.nullable and not column.primary_key and column.name not in known
        }
        connection.execute(insert(table).values(known | missing))


def _names(connection: Connection) -> dict[str, str]:
    tables = MetaData()
    tables.reflect(connection)
    return {
        name: str(
            connection.execute(select(tables.tables[name].c["key" if name == "nudge" else "name"])).scalar()
        )
        for name in ROWS
    }
