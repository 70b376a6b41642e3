"""The inbox commits in groups: each event once, none lost with another, acknowledging before handling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from bot.core.inbox import Inbox
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import InboxEvent
from tests.support.stage import START


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


async def rows(database: Database) -> dict[str, dict[str, Any] | None]:
    async with database.read() as db:
        return {row.key: row.event for row in await db.scalars(select(InboxEvent))}


async def test_a_storm_is_committed_in_a_few_groups_and_each_event_once(database: Database) -> None:
    inbox, commits = Inbox(database), 0

    def counted(_: object) -> None:
        nonlocal commits
        commits += 1

    sql_event.listen(database.engine.sync_engine, "commit", counted)
    put = [inbox.put(f"k{number % 300}", START, {"n": number % 300}) for number in range(400)]
    answers = await asyncio.gather(*put)
    assert commits <= 5
    assert sorted(await rows(database)) == sorted(f"k{number}" for number in range(300))
    assert [new for _, new in answers] == [True] * 300 + [False] * 100, "the same key again is not new"
    assert answers[350][0] == answers[50][0], "and is told of the same row"
    assert await inbox.put("k7", START, {}) == (answers[7][0], False)
    assert (await rows(database))["k7"] == {"n": 7}, "what was recorded first stands"


async def test_nobody_takes_up_what_was_committed_a_moment_ago(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look for what was left behind sees the row before the door hears of it: both would answer."""
    inbox, write, swept = Inbox(database), database.write, list[list[InboxEvent]]()

    @asynccontextmanager
    async def then_a_look() -> AsyncIterator[AsyncSession]:
        async with write() as db:
            yield db
        async with write() as db:
            swept.append(await inbox.hands.take_over(db, START, 10))

    monkeypatch.setattr(database, "write", then_a_look)
    row_id, _ = await inbox.put("a", START, {})
    assert swept == [[]]
    inbox.hands.let_go(row_id)
    async with write() as db:
        assert len(await inbox.hands.take_over(db, START, 10)) == 1


async def test_an_event_whose_commit_broke_off_is_in_nobodys_hands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may stand there all the same: then the next look takes it up."""
    inbox, write = Inbox(database), database.write

    @asynccontextmanager
    async def breaks_off() -> AsyncIterator[AsyncSession]:
        async with write() as db:
            yield db
        raise OSError

    monkeypatch.setattr(database, "write", breaks_off)
    with pytest.raises(OSError):
        await inbox.put("a", START, {})
    async with write() as db:
        assert len(await inbox.hands.take_over(db, START, 10)) == 1


async def test_an_event_that_cannot_be_written_keeps_no_other_out(database: Database) -> None:
    inbox = Inbox(database)
    poison: dict[str, object] = {"not": object()}
    given = [inbox.put("a", START, {}), inbox.put("b", START, poison), inbox.put("c", START, {})]
    first, second, third = await asyncio.gather(*given, return_exceptions=True)
    assert isinstance(second, Exception)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)
    assert sorted(await rows(database)) == ["a", "c"]
    assert (await inbox.put("d", START, {}))[1], "and the inbox goes on"


async def test_nothing_is_acknowledged_when_the_database_is_gone(database: Database) -> None:
    inbox = Inbox(database)
    async with database.write() as db:
        await db.run_sync(lambda sync: InboxEvent.__table__.drop(sync.connection()))  # type: ignore[attr-defined]
    answers = await asyncio.gather(
        *(inbox.put(f"k{number}", START, {}) for number in range(3)), return_exceptions=True
    )
    assert all(isinstance(answer, Exception) for answer in answers)


async def test_handling_lets_those_who_wait_for_an_acknowledgement_go_first(database: Database) -> None:
    inbox, order = Inbox(database), []

    async def handled() -> None:
        async with inbox.turn("T1"):
            order.append("handled")

    async def acknowledged() -> None:
        await inbox.put("k", START, {})
        order.append("acknowledged")

    arriving = asyncio.create_task(acknowledged())
    await asyncio.sleep(0)
    await asyncio.gather(handled(), arriving)
    assert order == ["acknowledged", "handled"]


async def test_whoever_went_away_meanwhile_costs_the_others_nothing(database: Database) -> None:
    inbox = Inbox(database)
    tasks = [asyncio.create_task(inbox.put(f"k{number}", START, {})) for number in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks[1:])
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(InboxEvent)) == 3, "recorded all the same"
