"""Migrations bring a database from nothing, and from every earlier version, to what the code expects."""

from __future__ import annotations

import asyncio
from pathlib import Path

from storage.database import Database
from storage.migrating import SCRIPTS, differences, migrate, versions


async def test_a_migrated_database_has_the_tables_of_the_code(database_url: str) -> None:
    database = Database(database_url)
    assert (await versions(database))[0] is None
    await migrate(database)
    current, newest = await versions(database)
    assert current == newest is not None
    assert await differences(database) == []
    await database.close()


async def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    await asyncio.gather(*map(migrate, databases))
    assert await differences(databases[0]) == []
    for database in databases:
        await database.close()


def test_every_version_stands_in_one_line() -> None:
    numbers = sorted(Path(file).name[:4] for file in SCRIPTS.glob("versions/0*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
