"""A community moves from one database to another: whole, once, and wherever it is cut off."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from adapters.cli import backups
from adapters.cli import databases as commands
from adapters.cli.moving import move_community
from bot.core.clock import SystemClock
from storage.cells import Arriving, Departed, forget_left
from storage.database import Database
from storage.guarantees import check
from storage.links import LinkRevocation
from storage.moving import APART, SHARED, STAY, carry_on
from storage.nudges import InboxEvent, Nudge
from storage.people import Community, Person, Workspace
from storage.tables import METADATA
from tests.cells.rows import NOW, OWNED, counts, fill, rows_of


@dataclass
class Two:
    """Database `main`, with the communities One and Two, and `west`, with none."""

    main: Database
    west: Database

    async def close(self) -> None:
        await self.main.close()
        await self.west.close()


async def _two(urls: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    monkeypatch.setenv("DATABASE_URL", urls[0])
    monkeypatch.setenv("DATABASES", f"west={urls[1]}")
    built = Two(*map(Database, urls))
    await fill(built.main, "One")
    await fill(built.main, "Two")
    yield built
    await built.close()


@pytest.fixture
async def two(urls: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    """In each way that a community can go."""
    async for built in _two(urls, monkeypatch):
        yield built


@pytest.fixture
async def alike(alike_urls: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    """On SQLite and on PostgreSQL."""
    async for built in _two(alike_urls, monkeypatch):
        yield built


@pytest.fixture
async def files(sqlite_urls: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    async for built in _two(sqlite_urls, monkeypatch):
        yield built


def test_every_table_belongs_to_a_community_or_says_why_not() -> None:
    """A new table is moved without anybody thinking of it, or fails here."""
    apart = STAY | {*SHARED, "inboxevent"}
    assert apart <= {table.name for table in METADATA.sorted_tables}
    assert {table.name for table in OWNED} == {table.name for table in METADATA.sorted_tables} - apart
    loose = [
        table.name
        for table in OWNED
        if not any(column.foreign_keys and not column.nullable for column in table.columns)
    ]
    assert loose == ["community"]


async def test_there_and_back_every_row_is_the_same(two: Two) -> None:
    """Each table has a row; ids stay, the other community is not touched, and no number is given twice."""
    one, other = await rows_of(two.main, 1), await rows_of(two.main, 2)
    assert all(one.values())
    async with two.main.write() as db:
        db.add(LinkRevocation(purpose="mine", subject="1", person_id=1, before=NOW))
    assert await move_community("one", "west") == 0
    assert await rows_of(two.west, 1) == one
    assert not any((await rows_of(two.main, 1)).values())
    assert await rows_of(two.main, 2) == other
    async with two.west.read() as db:
        assert [event.event for event in await db.scalars(select(InboxEvent))] == [{"said": "One"}]
        assert (await db.scalars(select(LinkRevocation))).one().subject == "1"
    async with two.west.write() as db:
        db.add(person := Person(community_id=1, name="New", created_at=NOW))
        await db.flush()
        assert person.id >= APART
    assert await move_community("1", "main") == 0
    back = await rows_of(two.main, 1)
    assert back.pop("person") == [*one.pop("person"), *[row for row in [dict(person)] if row["id"] >= APART]]
    assert back == one
    assert {name: count for name, count in (await counts(two.west)).items() if count} == {
        "departed": 1,
        "linkrevocation": 1,
        "mark": 1,
    }
    assert all(not rows for _, rows in await check(two.main, NOW))


async def _dead_at(step: str) -> None:
    """The command in a process of its own, which dies there."""
    code = (
        "import asyncio, os, sys; from adapters.cli.moving import move_community; "
        f"asyncio.run(move_community('One', 'west', lambda step: step == {step!r} and os._exit(9)))"
    )
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=False, env=os.environ)
    assert done.returncode == 9


async def test_killed_at_each_step_it_is_in_one_place_and_goes_on(alike: Two) -> None:
    """As by SIGKILL. Until the source has let go it acts, then the target; never both."""
    before = await rows_of(alike.main, 1, "held_until", "held_because")
    for step in ("held", "laid down", "departed"):
        await _dead_at(step)
        assert any((await rows_of(alike.main, 1)).values()) is (step != "departed")
        assert not any((await rows_of(alike.west, 1)).values())
    assert await move_community("One", "west") == 1  # it says that the community lives there now
    assert await rows_of(alike.west, 1, "held_until", "held_because") == before
    assert not any((await rows_of(alike.main, 1)).values())
    async with alike.west.read() as db:
        assert (await db.scalars(select(Arriving))).first() is None
        assert {one.held_because for one in await db.scalars(select(Workspace))} == {""}


async def test_what_was_on_its_way_is_looked_for_over_there(
    files: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process holds a message and does not let go: its lease moves along, and runs out over there."""
    from adapters.cli import moving

    monkeypatch.setattr(moving, "PATIENCE_SECONDS", 0.3)
    lease = SystemClock().now() + timedelta(seconds=50)
    async with files.main.write() as db:
        sending = (await db.scalars(select(Nudge).where(col(Nudge.community_id) == 1))).one()
        sending.state, sending.claimed_by, sending.lease_until, sending.sending_since = (
            "claimed",
            "p.1",
            lease,
            NOW,
        )
    assert await move_community("One", "west") == 0
    async with files.west.read() as db:
        sent = (await db.scalars(select(Nudge))).one()
    assert (sent.state, sent.claimed_by, sent.lease_until, sent.sending_since) == (
        "claimed",
        "p.1",
        lease,
        NOW,
    )


async def test_what_comes_late_is_carried_after_it_once_and_does_not_stand_in_the_way_back(
    files: Two,
) -> None:
    """A process that knew nothing of the move recorded it in the old place, one of them twice."""
    await move_community("One", "west")
    late = {"received_at": NOW, "state": "received", "attempts": 0, "failure": "", "claimed_by": ""}
    events = [{"key": f"slack:One:{one}", "event": {"said": f"late {one}"}, **late} for one in (1, 2)]
    async with files.main.write() as db:
        await db.execute(insert(InboxEvent), events)
        gone = (await db.scalars(select(Departed))).one()
    assert await carry_on(files.main, files.west, gone, NOW) == 2
    assert await carry_on(files.main, files.west, gone, NOW) == 0
    async with files.west.read() as db:
        said = [one.event for one in await db.scalars(select(InboxEvent).order_by(col(InboxEvent.key)))]
    assert said == [{"said": "One"}, {"said": "late 2"}]
    async with files.main.write() as db:
        await db.execute(insert(InboxEvent), events[1:])
    assert await move_community("One", "main") == 0
    async with files.main.read() as db:
        keys = list(await db.scalars(select(col(InboxEvent.key)).order_by(col(InboxEvent.key))))
    assert keys == ["slack:One:1", "slack:One:2", "slack:Two:1"]


async def test_an_event_that_comes_back_while_it_is_carried_is_not_lost(
    files: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copy over there and the deletion here its community returns, and brings the copy along."""
    await move_community("One", "west")
    late = {"received_at": NOW, "state": "received", "attempts": 0, "failure": "", "claimed_by": ""}
    async with files.main.write() as db:
        await db.execute(insert(InboxEvent), [{"key": "slack:One:9", "event": {"said": "late"}, **late}])
        gone = (await db.scalars(select(Departed))).one()
    write = files.west.write

    @asynccontextmanager
    async def then_it_returns() -> AsyncIterator[AsyncSession]:
        async with write() as db:
            yield db
        assert await move_community("One", "main") == 0

    monkeypatch.setattr(files.west, "write", then_it_returns)
    await carry_on(files.main, files.west, gone, NOW)
    async with files.main.read() as db:
        found = {one.key: one.claimed_by for one in await db.scalars(select(InboxEvent))}
        assert found["slack:One:9"] == ""
        assert (await db.scalars(select(Departed))).all() == []
    assert await carry_on(files.main, files.west, gone, NOW) == 0, "it lives here"


async def test_no_number_is_given_out_by_two_databases(files: Two) -> None:
    """However often a community goes there and back: SQLite numbers from the highest id that a table holds,
    and that one may come from the other database."""
    given: list[int] = []
    for turn in range(5):
        for name, database in (("west", files.west), ("main", files.main)):
            assert await move_community("One", name) == 0
            for one in (files.main, files.west):
                whose = "One" if one is database else "Two"
                row = InboxEvent(key=f"slack:{whose}:{name}{turn}", received_at=NOW, state="done")
                async with one.write() as db:
                    db.add(row)
                    await db.flush()
                    given.append(row.id)
    assert len(set(given)) == len(given)


async def test_what_has_not_begun_is_free_over_there_at_once(files: Two) -> None:
    """Whoever had it in hand finds it gone; nobody waits until that lease has run out."""
    lease = SystemClock().now() + timedelta(seconds=50)
    async with files.main.write() as db:
        claimed = (await db.scalars(select(Nudge).where(col(Nudge.community_id) == 1))).one()
        claimed.state, claimed.claimed_by, claimed.lease_until, claimed.sending_since = (
            "claimed", "p.1", lease, None,
        )  # fmt: skip
        event = (await db.scalars(select(InboxEvent).where(col(InboxEvent.key) == "slack:One:1"))).one()
        event.state, event.claimed_by, event.lease_until = "received", "p", lease
    assert await move_community("One", "west") == 0
    async with files.west.read() as db:
        message, event = (await db.scalars(select(Nudge))).one(), (await db.scalars(select(InboxEvent))).one()
    assert (message.state, message.lease_until) == ("planned", None)
    assert (event.claimed_by, event.lease_until) == ("", None)


async def test_rows_of_a_move_that_was_given_up_do_not_stay(files: Two) -> None:
    """They are people's; but a move that has left its source is never taken for given up."""
    await _dead_at("laid down")
    now = SystemClock().now()
    await forget_left(files.west, [], now - timedelta(days=1))
    assert (await counts(files.west))["arriving"] > 0
    await forget_left(files.west, [], now + timedelta(days=1))
    assert (await counts(files.west))["arriving"] == 0
    await _dead_at("departed")
    async with files.main.read() as db:
        move = (await db.scalars(select(col(Departed.move)))).one()
    await forget_left(files.west, [move], now + timedelta(days=1))
    assert (await counts(files.west))["arriving"] > 0


async def _refused(capsys: pytest.CaptureFixture[str], named: str, to: str) -> str:
    assert await move_community(named, to) == 1
    return capsys.readouterr().err


async def test_wrong_input_is_said_in_a_sentence_and_changes_nothing(
    files: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await counts(files.main)
    assert "there is no database east: choose main, west" in await _refused(capsys, "One", "east")
    told = await _refused(capsys, "Three", "west")
    assert "no community is called Three. 1: One, in main; 2: Two, in main" in told
    assert "lives in main already" in await _refused(capsys, "One", "main")
    async with files.main.write() as db:
        (await db.get_one(Community, 2)).name = "One"
    assert "several communities are called One" in await _refused(capsys, "One", "west")
    assert await counts(files.main) == before
    assert sum((await counts(files.west)).values()) == 0


async def test_another_version_is_refused(files: Two, capsys: pytest.CaptureFixture[str]) -> None:
    async with files.west.write() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "west is at version 0000" in await _refused(capsys, "One", "west")


async def test_a_target_that_was_begun_on_its_own_is_refused(
    files: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its ids are the same; nothing is written over, and the community goes on where it is."""
    await fill(files.west, "Own")
    before = await rows_of(files.main, 1)
    assert "rows with the same numbers or keys" in await _refused(capsys, "One", "west")
    assert await rows_of(files.main, 1) == before
    assert (await counts(files.west))["arriving"] == 0


async def test_a_target_that_breaks_in_the_middle_changes_nothing(
    files: Two, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the rows are laid down when its disk is full."""
    from storage import moving

    written = moving._piece

    def full(move: str, number: int, of: str, rows: list[dict[str, object]], at: datetime) -> Arriving:
        if of == "session":
            raise OSError(28, "No space left on device")
        return written(move, number, of, rows, at)

    before = await rows_of(files.main, 1)
    monkeypatch.setattr(moving, "_piece", full)
    assert "does not answer, or is full" in await _refused(capsys, "One", "west")
    assert await rows_of(files.main, 1) == before
    assert sum((await counts(files.west)).values()) == 0
    monkeypatch.undo()


async def test_rows_that_break_a_guarantee_are_not_taken(
    files: Two, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would only be broken over there may not go."""
    from storage import guarantees, moving

    monkeypatch.setattr(moving, "broken", _worse(guarantees.broken))
    assert "guarantee G2 would not hold there" in await _refused(capsys, "One", "west")
    async with files.main.read() as db:
        assert (await db.scalars(select(Departed))).first() is None


def _worse(broken: object) -> object:
    """The third look, after the rows were tried, finds one more."""
    looks = iter((0, 0, 1))

    async def told(db: object, now: object) -> dict[str, int]:
        found = await broken(db, now)  # type: ignore[operator]
        return {**found, "G2": found["G2"] + next(looks)}

    return told


async def test_commands_go_over_all_databases(
    files: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Check, migrate, back up and restore, each of them of both."""
    assert await move_community("One", "west") == 0
    await files.close()
    file = tmp_path / "copies" / "backup"
    assert await asyncio.to_thread(commands.check_database) == 0
    assert "west" in capsys.readouterr().out
    assert await commands.migrate_database() == "database: 0001 -> 0001\nwest: 0001 -> 0001"
    assert await asyncio.to_thread(backups.back_up, file) == 0
    assert sorted(one.name for one in file.parent.iterdir()) == ["backup", "backup.west"]
    async with files.west.write() as db:
        await db.execute(text("DELETE FROM inboxevent"))
    await files.close()
    assert await asyncio.to_thread(backups.restore, file, force=True) in {0, None}
    built = Two(Database(files.main.url), Database(files.west.url))
    async with built.west.read() as db:
        assert (await db.scalars(select(InboxEvent))).one().key == "slack:One:1"
    await built.close()
    (file.parent / "backup.west").unlink()
    assert await asyncio.to_thread(backups.restore, file, force=True) == 1
    assert "backup.west" in capsys.readouterr().err
