"""The database: SQLite by default, PostgreSQL by its address; one unit of work at a time.

`Database.write()` is one transaction: it commits when the block ends and rolls back when it raises. On
SQLite writers queue inside the process (SQLite allows one) and start with ``BEGIN IMMEDIATE``, so that a
transaction never fails half-way for want of the lock; between processes the busy timeout waits.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.held_file import SameFile
from storage.postgres import leader_of, one_shape, postgres_address
from storage.sqlite import DRIVER, HERE

BUSY_TIMEOUT_SECONDS = 15.0
COMMAND_TIMEOUT_SECONDS = 10.0
"""PostgreSQL: a statement that is not answered by then counts as a broken connection."""
FREE_CONNECTION_SECONDS = 10.0
"""So long a call waits for a connection of the pool."""
PATIENT_SECONDS = 3_600.0
"""The same for a migration or a copy."""

_AWAY_CLASSES = frozenset({"08", "40", "53", "57", "58"})
"""PostgreSQL: connection lost, rolled back for others, no room, told to stop, the machine's failure."""
_AWAY_STATES = frozenset({"25006", "55P03"})
"""A server that only reads (another takes over), a lock that is not to be had."""
_AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def async_address(url: str) -> str:
    """Name the asynchronous driver in a plain address: ``sqlite:///…`` or ``postgresql://…``.

    Raises `ValueError` for any other database.
    """
    address = one_shape(url)
    drivers = {
        "sqlite": DRIVER,
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
    }
    backend = address.drivername.split("+")[0]
    if backend not in drivers:
        raise ValueError(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {backend}://")
    return address.set(drivername=drivers[backend]).render_as_string(hide_password=False)


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, broke off, is locked or full: the same may work later.
    Not for what it refused: a broken constraint, a statement that makes no sense, a value it cannot hold."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, NoConnectionFree | OSError)
    if error.connection_invalidated:
        return True
    state, code = getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(state, str):
        return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES
    if isinstance(code, int):
        return code & 0xFF in _AWAY_CODES
    return isinstance(error, InterfaceError)  # the driver's own: it lost the connection


class Database:
    """Connections to one database. Nothing connects before the first use.

    `durable=False` is for data that nobody keeps: an SQLite file then does not wait for the disk. With
    `alone` nobody else has opened that file, and its statements need no thread (see `storage.sqlite`).
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        durable: bool = True,
        alone: bool = False,
        command_seconds: float = COMMAND_TIMEOUT_SECONDS,
    ) -> None:
        self.url = async_address(url)
        self._command_seconds = command_seconds
        self.alone = alone and not durable
        self.is_sqlite = self.url.startswith("sqlite")
        self.durable = durable
        self.engine = self._create_engine(pool_size)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self._file = SameFile(make_url(self.url).database or "") if self.is_sqlite else None

    def _create_engine(self, pool_size: int) -> AsyncEngine:
        if not self.is_sqlite:
            return self._create_postgres(pool_size)
        url = make_url(self.url)
        engine = create_async_engine(
            url.set(drivername=HERE) if self.alone else url,
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        if not self.durable:
            event.listen(engine.sync_engine, "connect", _never_wait_for_the_disk)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine

    def _create_postgres(self, pool_size: int) -> AsyncEngine:
        address, arguments = postgres_address(self.url)
        engine = create_async_engine(
            address,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=FREE_CONNECTION_SECONDS,
            pool_pre_ping=True,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                **arguments,
                "command_timeout": self._command_seconds,
                "async_creator_fn": leader_of(self.url).connect,
            },
        )
        event.listen(engine.sync_engine, "handle_error", _silence_is_a_broken_connection)
        return engine

    def patient(self) -> Database:
        """The same database for what takes long: a migration, a copy. Close it."""
        return Database(self.url, pool_size=1, durable=self.durable, command_seconds=PATIENT_SECONDS)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the data; nothing written in it is kept."""
        async with self._sessions() as db:
            yield db

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One short transaction: committed at the end of the block, rolled back when it raises."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            if self._file is not None:
                self._file.check()
            db = await stack.enter_async_context(self._sessions())
            await db.connection(execution_options={"writes": True})
            try:
                yield db
            except BaseException:
                await db.rollback()
                raise
            await db.commit()

    async def begin_log_anew(self) -> None:
        """Bring SQLite's write-ahead log, which keeps old versions of pages, into the file and begin it anew.
        PostgreSQL recycles its own by its settings."""
        if self.is_sqlite:
            async with self.engine.connect() as connection:
                autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await autocommit.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self.engine.dispose()


def _silence_is_a_broken_connection(context: Any) -> None:
    """A statement that was not answered in time: neither this connection nor its neighbours are of use."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # an acknowledged event survives a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what was deleted is overwritten, not only forgotten
    except Exception:
        connection.close()  # the pool never saw it: its thread would keep the process alive
        raise
    cursor.close()


def _never_wait_for_the_disk(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
