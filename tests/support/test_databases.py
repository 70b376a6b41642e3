"""The databases lent to tests are real, empty and nobody else's."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.people import Community
from tests.support.postgres import PostgresServer
from tests.support.stage import START


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


@pytest.mark.postgres
@pytest.mark.parametrize("attempt", [1, 2, 3])
async def test_nothing_of_one_test_is_there_for_the_next(postgres_url: str, attempt: int) -> None:
    """The second gets the first one's database, emptied; the third another: the second added a table."""
    database = Database(postgres_url)
    async with database.write() as db:
        made = Community(name="Northwest", created_at=START)
        db.add(made)
        await db.flush()
        assert made.id == 1
        assert await db.scalar(select(func.count()).select_from(Community)) == 1
        assert await db.scalar(text("SELECT to_regclass('greeting')")) is None
        if attempt == 2:
            await db.execute(text("CREATE TABLE greeting (words TEXT)"))
    await database.close()
