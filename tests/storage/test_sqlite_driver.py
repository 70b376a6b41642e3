"""SQLite's driver asked once for each statement: what comes back is what it was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.database import async_address


@pytest.fixture(params=["through our driver", "through SQLAlchemy's own"])
async def connection(request: pytest.FixtureRequest, empty_sqlite_url: str) -> AsyncIterator[AsyncConnection]:
    """An empty table; each test holds for both drivers."""
    engine = create_async_engine(
        async_address(empty_sqlite_url) if "our" in request.param else empty_sqlite_url
    )
    async with engine.connect() as opened:
        await opened.execute(text("create table person (id integer primary key, name text unique)"))
        yield opened
    await engine.dispose()


async def put(connection: AsyncConnection, *names: str) -> CursorResult[object]:
    return await connection.execute(
        text("insert into person (name) values (:name)"), [{"name": name} for name in names]
    )


async def test_rows_come_back_in_order_with_their_names(connection: AsyncConnection) -> None:
    """All at once, one, or none; without rows the columns are still known."""
    await put(connection, "Ana", "Ben")
    found = await connection.execute(text("select id, name from person order by id"))
    assert list(found.keys()) == ["id", "name"]
    assert found.all() == [(1, "Ana"), (2, "Ben")]
    none = await connection.execute(text("select id, name from person where id = 9"))
    assert (list(none.keys()), none.first()) == (["id", "name"], None)


async def test_a_change_says_how_many_rows_it_changed(connection: AsyncConnection) -> None:
    """The outbox decides by that number who may send."""
    await put(connection, "Ana", "Ben", "Cy")
    assert (await connection.execute(text("update person set name = name || '!' where id > 1"))).rowcount == 2
    assert (await connection.execute(text("delete from person where id = 9"))).rowcount == 0


async def test_a_new_row_says_its_number(connection: AsyncConnection) -> None:
    """By the last row, and by returning it."""
    assert (await connection.execute(text("insert into person (name) values ('Ana')"))).lastrowid == 1
    returned = await connection.execute(text("insert into person (name) values ('Ben') returning id"))
    assert returned.scalar_one() == 2


async def test_errors_are_the_databases_own_and_the_connection_goes_on(connection: AsyncConnection) -> None:
    """A broken constraint and a statement that makes no sense are told apart."""
    await put(connection, "Ana")
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await put(connection, "Ana")
    with pytest.raises(OperationalError, match="no such table"):
        await connection.execute(text("select * from nowhere"))
    assert (await connection.execute(text("select count(*) from person"))).scalar_one() == 1


async def test_rows_can_be_streamed(connection: AsyncConnection) -> None:
    """A large export reads row by row."""
    await put(connection, "Ana", "Ben", "Cy")
    async with connection.stream(text("select name from person order by id")) as result:
        assert [name async for (name,) in result] == ["Ana", "Ben", "Cy"]
