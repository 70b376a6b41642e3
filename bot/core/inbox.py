"""Commits what comes in, in groups.

Platforms give an acknowledgement three seconds; with a commit for each event a storm of events would queue up
behind the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.inbox_hands import LEASE, EventHands
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.nudges import InboxEvent

MOST_AT_ONCE = 200
"""Events of one commit."""
GATHER_SECONDS = 0.002
"""A group waits so long for those that come with it: what a commit costs does not depend on its size."""
SQLITE_TURNS, POSTGRES_TURNS = 2, 8
"""Events being handled at the same time: SQLite has one writer, and another event may get ready meanwhile."""
STORM = 8
"""With more events than that in one commit, the next are on their way: who was acknowledged sends again."""
STORM_SECONDS = 0.02
CALM_WITHIN_SECONDS = 1.0
"""The longest that handling waits for events that are still to be acknowledged."""


_TABLE: Table = InboxEvent.__table__  # type: ignore[attr-defined]
_POSTGRES_INSERT = (
    postgres_insert(_TABLE)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(_TABLE.c.key, _TABLE.c.id)
)
_BY_KEY = select(_TABLE.c.key, _TABLE.c.id).where(_TABLE.c.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event to record: its key, when it came (UTC), and as it is kept."""

    key: str
    received_at: datetime
    event: dict[str, object]
    holder: str


class Turns:
    """So many at the same time; who waits gets a turn workspace by workspace, so that a flood from one
    keeps the others waiting for one event of it, not for all."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, workspace: str) -> None:
        """Wait for a turn; `give` it back."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(workspace, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()  # it had just been given to us
            raise

    def give(self) -> None:
        """Pass the turn on, to the workspace that has waited longest since its last one."""
        while self._waiting:
            workspace, waiting = self._waiting.popitem(last=False)
            turn = waiting.popleft()
            if waiting:
                self._waiting[workspace] = waiting
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Inbox:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.hands = EventHands(database)
        self._group: GroupCommit[Arrival, tuple[int, bool]] = GroupCommit(
            self._commit, most=MOST_AT_ONCE, gather=GATHER_SECONDS
        )
        self._storm_until = 0.0
        """By the event loop's clock."""
        self._turns = Turns(SQLITE_TURNS if database.is_sqlite else POSTGRES_TURNS)

    async def put(self, key: str, received_at: datetime, event: dict[str, object]) -> tuple[int, bool]:
        """Commit one event; returns its row's id, and whether its key is new. Raises the database's error
        when it could not be committed."""
        return await self._group.put(Arrival(key, received_at, event, self.hands.worker))

    @asynccontextmanager
    async def turn(self, workspace: str) -> AsyncIterator[None]:
        """A turn to handle an event of `workspace` in the background. Few at the same time, and not while
        others are still to be acknowledged; but nobody waits for the latter for ever."""
        await self._turns.take(workspace)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._calm(), CALM_WITHIN_SECONDS)
            yield
        finally:
            self._turns.give()

    async def _calm(self) -> None:
        """Until nothing waits to be acknowledged, and no storm is on; what is handled in its gaps would take
        as long as a group of acknowledgements."""
        clock = asyncio.get_running_loop().time
        await self._group.idle.wait()
        while (left := self._storm_until - clock()) > 0:
            await asyncio.sleep(left)
            await self._group.idle.wait()

    async def _commit(self, group: Sequence[Arrival]) -> list[tuple[int, bool]]:
        once = {one.key: one for one in reversed(group)}
        insert = _insert_on_sqlite if self._database.is_sqlite else _insert_on_postgres
        fresh: dict[str, int] = {}
        try:
            async with self._database.write() as db:
                connection = await db.connection()
                fresh = await insert(connection, list(once.values()))
                for row_id in fresh.values():  # in hand before anybody else can see them
                    self.hands.took(row_id)
                ids = dict(fresh)
                if known := once.keys() - fresh.keys():
                    found = await connection.execute(_BY_KEY, {"keys": list(known)})
                    ids |= {row.key: row.id for row in found}
        except BaseException:
            for row_id in fresh.values():
                self.hands.let_go(row_id)
            raise
        new = set(fresh)
        if len(group) > STORM:
            self._storm_until = asyncio.get_running_loop().time() + STORM_SECONDS
        rows = []
        for one in group:
            rows.append((ids[one.key], one.key in new))
            new.discard(one.key)  # the same key twice in one group: the first is new
        return rows


async def _insert_on_postgres(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """Insert those whose key is not there yet; their keys and row ids."""
    inserted = await connection.execute(_POSTGRES_INSERT, [_values(arrival) for arrival in arrivals])
    return {row.key: row.id for row in inserted}


async def _insert_on_sqlite(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """The same in one plain statement: SQLAlchemy would write it anew for each group, which takes longer
    than SQLite takes to run it."""
    values = [_values(arrival) for arrival in arrivals]
    write = _writers(connection.dialect)
    flat = tuple(write[name](each[name]) for each in values for name in each)
    inserted = await connection.exec_driver_sql(_sqlite_insert(tuple(values[0]), len(values)), flat)
    return {row.key: row.id for row in inserted}


@cache
def _sqlite_insert(names: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(names))})"
    return (
        f"INSERT INTO inboxevent ({', '.join(names)}) VALUES {', '.join([row] * rows)} "  # noqa: S608  # ours
        "ON CONFLICT (key) DO NOTHING RETURNING key, id"
    )


@cache
def _writers(dialect: Dialect) -> dict[str, Callable[[Any], Any]]:
    """What turns a value of each column into one of the driver's."""
    return {column.name: column.type.bind_processor(dialect) or (lambda value: value) for column in _TABLE.c}


def _values(one: Arrival) -> dict[str, Any]:
    return {
        "key": one.key,
        "received_at": one.received_at,
        "event": one.event,
        "state": "received",
        "attempts": 0,
        "failure": "",
        "claimed_by": one.holder,
        "lease_until": one.received_at + LEASE,
    }
