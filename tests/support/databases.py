"""One fresh, empty database per test, on SQLite or on PostgreSQL."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.left_out import leave_out
from tests.support.postgres import PostgresMissing, PostgresServer, running_server


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


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database, dropped after the test. Mark the test `postgres`."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database in a file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'throughline.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))
