"""SQLite's driver, asked once for each statement.

aiosqlite does its work in a thread, and SQLAlchemy asks it four times for one statement: make a cursor,
execute, fetch, close. Each question costs two changes of thread, which take longer than most statements do.
Here one question does all four; what comes back, and every error, is the same.

`HERE` asks no thread at all: a statement holds up the event loop while it runs. That is for a file that
nobody else opens and that waits for no disk (the demo, tests), where a statement takes less time than the
change of thread.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util.concurrency import await_

DRIVER = "sqlite+asked_once"
HERE = "sqlite+asked_here"


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """One statement and its rows. It exists only in the thread; here are its results."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._description: Any = None
        self._rowcount = -1
        self._lastrowid: int | None = None

    @property
    def description(self) -> Any:
        return self._description

    @property
    def rowcount(self) -> int:
        return self._rowcount

    @property
    def lastrowid(self) -> Any:
        return self._lastrowid

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        self._ask(lambda cursor: cursor.execute(operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        self._ask(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def _ask(self, work: Callable[[sqlite3.Cursor], object]) -> None:
        try:
            done = await_(self._in_thread(work))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        rows, self._description, self._rowcount, self._lastrowid = done
        self._rows = deque(rows)

    async def _in_thread(self, work: Callable[[sqlite3.Cursor], object]) -> Any:
        connection: Any = self._connection
        async with self._adapt_connection._execute_mutex:
            return await connection._execute(_done, connection._conn, work)

    async def _async_soft_close(self) -> None:
        """Closed in the thread already."""

    def close(self) -> None:
        self._rows.clear()


def _done(connection: sqlite3.Connection, work: Callable[[sqlite3.Cursor], object]) -> tuple[Any, ...]:
    cursor = connection.cursor()
    try:
        work(cursor)
        rows = cursor.fetchall() if cursor.description else []
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection whose statements are `Cursor`s."""

    __slots__ = ()
    _cursor_cls = Cursor  # type: ignore[assignment]  # the base takes its own kind, and makes ours the same way


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver's module, as SQLAlchemy sees it."""

    def connect(self, *arg: Any, **kw: Any) -> Connection:
        connection = super().connect(*arg, **kw)
        return Connection(self, connection._connection)


class Dialect(SQLiteDialect_aiosqlite):
    """SQLite over aiosqlite, registered under a name of its own below."""

    driver = "asked_once"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Driver:
        return Driver(__import__("aiosqlite"), sqlite3)


class CursorHere(Cursor):
    """The same in the caller's thread. SQLAlchemy wants to see something awaited all the same."""

    __slots__ = ()

    async def _in_thread(self, work: Callable[[sqlite3.Cursor], object]) -> Any:
        connection: Any = self._connection
        return _done(connection._conn, work)


class ConnectionHere(Connection):
    """A connection whose statements are `CursorHere`s."""

    __slots__ = ()
    _cursor_cls = CursorHere

    def commit(self) -> None:
        await_(self._at_once("commit"))

    def rollback(self) -> None:
        await_(self._at_once("rollback"))

    async def _at_once(self, name: str) -> None:
        connection: Any = self._connection
        if connection._connection:
            getattr(connection._conn, name)()


class DriverHere(Driver):
    """The driver's module for `HERE`."""

    def connect(self, *arg: Any, **kw: Any) -> ConnectionHere:
        connection = super().connect(*arg, **{**kw, "check_same_thread": False})
        return ConnectionHere(self, connection._connection)


class DialectHere(Dialect):
    """SQLite in the caller's thread."""

    driver = "asked_here"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> DriverHere:
        return DriverHere(__import__("aiosqlite"), sqlite3)


registry.register("sqlite.asked_once", __name__, "Dialect")
registry.register("sqlite.asked_here", __name__, "DialectHere")
