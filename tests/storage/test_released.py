"""What a release had is kept: its migrations as they were, and its data through an upgrade."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import JSON, Column, Connection, Date, DateTime, Enum, MetaData, func, insert, select
from sqlalchemy.types import Boolean, Float, Integer, LargeBinary

from storage.database import Database
from storage.migrating import SCRIPTS, differences, migrate

FILES = {path.name: path for path in sorted(Path(SCRIPTS).glob("versions/0*.py"))}
LINES = [line.split() for line in (SCRIPTS / "released.txt").read_text().splitlines()]
"""A line for each migration that a release has: the release, the file, its SHA-256."""
NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)


def test_no_migration_of_a_release_was_changed() -> None:
    """`make release` writes the lines; after it a table changes by a new migration."""
    now = {name: sha256(path.read_bytes()).hexdigest() for name, path in FILES.items()}
    assert {name: now.get(name) for _, name, _ in LINES} == {name: digest for _, name, digest in LINES}


@pytest.mark.parametrize("before", sorted(name[:4] for name in FILES))
async def test_an_upgrade_from_each_version_keeps_a_row_in_every_table(
    empty_database_url: str, before: str
) -> None:
    database = Database(empty_database_url)
    await migrate(database, before)
    async with database.write() as db:
        filled = await (await db.connection()).run_sync(_fill)
    await migrate(database)
    assert await differences(database) == []
    async with database.read() as db:
        kept = await (await db.connection()).run_sync(_counts)
    await database.close()
    assert len(filled) > 50
    assert {name: kept[name] for name in filled if name in kept} == dict.fromkeys(filled & kept.keys(), 1)


def _tables(connection: Connection) -> MetaData:
    tables = MetaData()
    tables.reflect(connection)
    tables.remove(tables.tables["alembic_version"])
    return tables


def _fill(connection: Connection) -> set[str]:
    """One row in each table; every reference leads to the first row of its table."""
    tables = _tables(connection)
    for table in tables.sorted_tables:
        given = {
            column.name: _value(column)
            for column in table.columns
            if (not column.nullable or column.foreign_keys)
            and not (column.primary_key and _counts_itself(column))
        }
        connection.execute(insert(table).values(given))
    return set(tables.tables)


def _counts_itself(column: Column[object]) -> bool:
    return isinstance(column.type, Integer) and len(column.table.primary_key) == 1 and not column.foreign_keys


def _value(column: Column[object]) -> object:
    if column.foreign_keys and isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    for kind, value in (
        (Boolean, False), (Integer, 1), (Float, 1.0), (DateTime, NOW), (Date, date(2027, 2, 1)), (JSON, {}),
        (LargeBinary, b"x"),
    ):  # fmt: skip
        if isinstance(column.type, kind):
            return value
    return "x"


def _counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in _tables(connection).tables.items()
    }
