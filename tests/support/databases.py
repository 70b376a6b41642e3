"""A database of one's own for each test, on SQLite or on PostgreSQL: with the tables and no rows, or empty.

The tables are made once in each test process, by the migrations, and copied: making them takes longer than
most tests.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import make_url

from storage.database import Database
from storage.migrating import migrate
from tests.support.left_out import leave_out
from tests.support.postgres import PostgresMissing, PostgresServer, running_server

PATTERN = "pattern_of_tables"


async def _migrated(url: str) -> None:
    database = Database(url, durable=False)
    await migrate(database)
    await database.close()


@pytest.fixture(scope="session")
def _postgres_or_reason() -> Iterator[PostgresServer | str]:
    # A fixture that skips is set up anew for every test; keep the answer, so that it is asked once.
    try:
        with running_server() as server:
            yield server
    except PostgresMissing as missing:
        yield str(missing)


@pytest.fixture
def postgres_server(_postgres_or_reason: PostgresServer | str) -> PostgresServer:
    """The PostgreSQL server of this test process; the test is left out where there is none."""
    if isinstance(_postgres_or_reason, str):
        leave_out(_postgres_or_reason)
    return _postgres_or_reason


@pytest.fixture(scope="session")
def _postgres_pattern(_postgres_or_reason: PostgresServer | str) -> str:
    """The name of a database with the tables, to which nobody is connected."""
    if isinstance(_postgres_or_reason, PostgresServer):
        asyncio.run(_migrated(_postgres_or_reason.create_database(PATTERN)))
    return PATTERN


@pytest.fixture(scope="session")
def _shape_of_pattern(_postgres_or_reason: PostgresServer | str, _postgres_pattern: str) -> str:
    """What a test that adds or drops a table changes."""
    return (
        "" if isinstance(_postgres_or_reason, str) else _postgres_or_reason.empty_database(_postgres_pattern)
    )


@pytest.fixture(scope="session")
def _clean_postgres() -> list[str]:
    """Names of databases with the tables and no rows: emptying one takes a tenth of copying another."""
    return []


@pytest.fixture
def postgres_url(
    postgres_server: PostgresServer,
    _postgres_pattern: str,
    _shape_of_pattern: str,
    _clean_postgres: list[str],
) -> Iterator[str]:
    """A PostgreSQL database with the tables and no rows, for this test alone. Mark the test `postgres`."""
    if not _clean_postgres:
        _clean_postgres.append(f"test_{secrets.token_hex(6)}")
        postgres_server.create_database(_clean_postgres[-1], _postgres_pattern)
    name = _clean_postgres.pop()
    yield postgres_server.url(name)
    if postgres_server.empty_database(name) == _shape_of_pattern:
        _clean_postgres.append(name)
    else:
        postgres_server.drop_database(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without a table, dropped after the test. Mark the test `postgres`."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@cache
def sqlite_pattern(make: Callable[[str], Coroutine[Any, Any, None]]) -> bytes:
    """What stands in an SQLite file after `make` wrote to the database at the address that it is given."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside:  # a loop may run in this thread
        beside.submit(asyncio.run, make(f"sqlite:///{folder}/pattern.db")).result()
        return Path(folder, "pattern.db").read_bytes()


def sqlite_with_tables(file: Path) -> str:
    """The address of an SQLite database with the tables and no rows, in a new `file`."""
    file.write_bytes(sqlite_pattern(_migrated))
    return f"sqlite+aiosqlite:///{file}"


def with_tables(url: str) -> str:
    """The same database; an SQLite file that is not there yet gets the tables."""
    file = make_url(url).database or ""
    if url.startswith("sqlite") and not Path(file).exists():
        return sqlite_with_tables(Path(file))
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database in a file, with the tables and no rows."""
    return sqlite_with_tables(tmp_path / "throughline.db")


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """An SQLite database in a file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'throughline.db'}"


_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the tables and no rows; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=_BOTH)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database without a table; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))
