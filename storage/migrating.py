"""Bringing a database to the newest version of the tables, and telling which version it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database
from storage.tables import METADATA

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 7_285_114
"""PostgreSQL's advisory lock for migrations: of several processes starting at once, one migrates."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision`; several processes may call this at once. Rolls back whole when it fails."""
    if database.is_sqlite:
        await _upgrade(database, revision)
        return
    patient = database.patient()
    try:
        await _upgrade(patient, revision)
    finally:
        await patient.close()


async def _upgrade(database: Database, revision: str) -> None:
    async with database.write() as db:
        if not database.is_sqlite:
            await db.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        connection = await db.connection()
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def versions(database: Database) -> tuple[str | None, str | None]:
    """(the version that the database has, the newest one); None for a database never migrated."""
    async with database.read() as db:
        connection = await db.connection()
        current = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    return current, ScriptDirectory(str(SCRIPTS)).get_current_head()


def known(revision: str) -> bool:
    """Whether this program knows that version; one written by a newer program it does not."""
    return any(one.revision == revision for one in ScriptDirectory(str(SCRIPTS)).walk_revisions())


async def differences(database: Database) -> list[object]:
    """What the tables in the code and in the database do not share; empty when the migrations are whole."""
    async with database.read() as db:
        connection = await db.connection()
        return list(
            await connection.run_sync(
                lambda sync: compare_metadata(
                    MigrationContext.configure(sync, opts={"compare_type": True}), METADATA
                )
            )
        )


async def write_migration(database: Database, message: str, revision: str) -> None:
    """Write the script of the next version from the difference between code and `database` (a developer's
    command; read what it wrote)."""
    async with database.write() as db:
        connection = await db.connection()
        await connection.run_sync(
            lambda sync: command.revision(_config(sync), message=message, autogenerate=True, rev_id=revision)
        )
