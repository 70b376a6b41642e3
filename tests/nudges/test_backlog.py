"""After a long outage much is due at once: a claim must not look at all of it each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event, insert, text, update
from sqlmodel import col, func, select

from bot.nudges.outbox import claim_due_nudges, wake
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Community

NOW = datetime(2027, 2, 2, 20, tzinfo=UTC)
BACKLOG = 20_000
CHUNK = 500


async def _fill(database: Database) -> None:
    """As many messages at one minute as a hundred thousand people have, and one that a dead process held."""
    async with database.write() as db:
        db.add(Community(id=1, name="Northwest", created_at=NOW))
    row = {"community_id": 1, "kind": "note", "created_at": NOW, "state": "planned"}
    for first in range(0, BACKLOG, CHUNK):
        rows = [
            {**row, "key": f"k{number}", "mark": f"m{number}", "due_at": NOW - timedelta(hours=1)}
            for number in range(first, first + CHUNK)
        ]
        async with database.write() as db:
            await db.execute(insert(Nudge), rows)
    async with database.write() as db:
        held = {"state": "claimed", "claimed_by": "gone.1", "lease_until": NOW - timedelta(minutes=1)}
        await db.execute(
            insert(Nudge), [{**row, **held, "key": "h", "mark": "h", "due_at": NOW - timedelta(hours=2)}]
        )
    async with database.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("analyze"))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _steps(connection: Connection, sql: str, given: Any) -> list[str]:
    """SQLite's account of a statement."""
    return [str(row[-1]) for row in connection.exec_driver_sql(f"explain query plan {sql}", given)]


def _run_nodes(connection: Connection, sql: str, given: Any) -> list[dict[str, Any]]:
    """PostgreSQL's account of a statement, which it runs."""
    found = connection.exec_driver_sql(f"explain (analyze, format json) {sql}", given).scalar_one()
    (read,) = json.loads(found) if isinstance(found, str) else found
    return list(_nodes(read["Plan"]))


def _looked_at(connection: Connection, sql: str, given: Any) -> int:
    """How many rows the database looked at, at most, at one step of a statement; on SQLite, which tells none,
    all that are due where they are sorted first."""
    if connection.dialect.name == "sqlite":
        sorts = any("TEMP B-TREE FOR ORDER BY" in step for step in _steps(connection, sql, given))
        return BACKLOG if sorts and "planned" in given else 0
    return int(max(node["Actual Rows"] for node in _run_nodes(connection, sql, given)))


def _passed_over(connection: Connection, sql: str, given: Any) -> int:
    """How many rows the database read and did not want; on SQLite, which tells none, all of them where the
    index is not entered at both ends of the time."""
    if connection.dialect.name == "sqlite":
        return (
            0 if any("due_at>? AND due_at<?" in step for step in _steps(connection, sql, given)) else BACKLOG
        )
    nodes = _run_nodes(connection, sql, given)
    return int(sum(node.get("Rows Removed by Filter", 0) for node in nodes))


@contextmanager
def _statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database in the block, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def seen(_: object, __: object, sql: str, given: Any, *___: object) -> None:
        sent.append((sql, given))

    event.listen(database.engine.sync_engine, "before_cursor_execute", seen)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", seen)


async def test_a_claim_looks_at_no_more_than_it_takes(database_url: str) -> None:
    database = Database(database_url, durable=False)
    await _fill(database)
    with _statements(database) as sent:
        claimed = await claim_due_nudges(database, "new.1", NOW, 100)
    claims = [one for one in sent if "nudge.lease_until" in one[0] and "ORDER BY" in one[0]]
    assert [claimed[0].key, len(claimed)] == ["h", 100], "what a dead process held goes first"
    assert claims, "the claim's own statements are asked"
    async with database.write() as db:
        connection = await db.connection()
        for sql, given in claims:
            assert await connection.run_sync(_looked_at, sql, given) <= 1_000
        left = await db.scalar(select(func.count()).where(col(Nudge.state) == "planned"))
    assert left == BACKLOG - 99
    await database.close()


async def test_waking_what_waits_looks_at_nothing_that_is_due_in_weeks(database_url: str) -> None:
    """A platform answers again while a whole year's messages are planned."""
    database = Database(database_url, durable=False)
    await _fill(database)
    async with database.write() as db:
        await db.execute(update(Nudge).values(due_at=NOW + timedelta(weeks=1)))
    with _statements(database) as sent:
        assert await wake(database, 1, NOW) == 0
    (waking,) = [one for one in sent if one[0].startswith("UPDATE")]
    async with database.write() as db:
        connection = await db.connection()
        assert await connection.run_sync(_passed_over, *waking) <= 1_000
    await database.close()
