"""The databases lent to tests are real, empty and nobody else's."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.postgres import PostgresServer


@pytest.mark.parametrize("attempt", [1, 2])
async def test_every_test_gets_an_empty_database(empty_database_url: str, attempt: int) -> None:
    """A table made by one test is not there for the next one."""
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE greeting (words TEXT)"))
        await connection.execute(text("INSERT INTO greeting VALUES ('ñandú 🙂 שלום')"))
        rows = (await connection.execute(text("SELECT words FROM greeting"))).scalars().all()
    await engine.dispose()
    assert rows == ["ñandú 🙂 שלום"]


@pytest.mark.postgres
async def test_a_database_can_start_as_a_copy_of_another(postgres_server: PostgresServer) -> None:
    """A copy holds the template's rows, so a schema is built once and copied for each test."""
    template = postgres_server.create_database("pattern")
    engine = create_async_engine(template)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE greeting AS SELECT 'hello' AS words"))
    await engine.dispose()

    engine = create_async_engine(postgres_server.create_database("copied", template="pattern"))
    async with engine.connect() as connection:
        words = (await connection.execute(text("SELECT words FROM greeting"))).scalar_one()
    await engine.dispose()

    assert words == "hello"
    postgres_server.drop_database("copied")
    postgres_server.drop_database("pattern")
    assert postgres_server.execute("SELECT count(*) FROM pg_database WHERE datname = 'copied'") == "0"
