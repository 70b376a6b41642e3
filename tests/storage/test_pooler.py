"""Behind a pooler in transaction mode: nothing of ours is tied to one connection of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.nudges.outbox import claim_due_nudges
from bot.nudges.promotion import Timeline
from storage.database import Database
from storage.marks import take_turn
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.people import Community
from tests.support.left_out import leave_out
from tests.support.pooler import pooled
from tests.support.postgres import PostgresMissing, running_server

pytestmark = pytest.mark.postgres
NOW = datetime(2027, 1, 4, tzinfo=UTC)


@pytest.fixture
def pooled_url() -> Iterator[str]:
    try:
        with running_server() as server, pooled(server) as port:
            server.create_database("pooled")
            yield f"postgresql://postgres@127.0.0.1:{port}/pooled?pooler=transaction"
    except PostgresMissing as missing:
        leave_out(str(missing))


async def test_many_claims_at_a_time_share_few_connections(pooled_url: str) -> None:
    databases = [Database(pooled_url) for _ in range(3)]
    await migrate(databases[0])
    async with databases[0].write() as db:
        db.add(Community(name="C", created_at=NOW))
        await db.flush()
        db.add_all(
            Nudge(key=f"n{number}", community_id=1, kind="note", due_at=NOW, created_at=NOW)
            for number in range(120)
        )

    async def claims(number: int) -> list[int]:
        database, worker = databases[number % 3], f"w{number}"
        await Timeline(database, worker).look(NOW)
        return [one.id for one in await claim_due_nudges(database, f"{worker}.1", NOW, 10)]

    claimed = await asyncio.gather(*(claims(number) for number in range(12)))
    assert sorted(one for batch in claimed for one in batch) == sorted(set().union(*claimed))
    for database in databases:
        async with database.read() as db:
            assert len(list(await db.scalars(select(Nudge)))) == 120
    turns = await asyncio.gather(*(_turn(database, str(number)) for number, database in enumerate(databases)))
    assert turns.count(True) == 1
    for database in databases:
        await database.close()


async def _turn(database: Database, holder: str) -> bool:
    async with database.write() as db:
        return await take_turn(db, "housekeeping", holder, NOW, NOW.replace(hour=1))
