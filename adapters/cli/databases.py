"""`throughline db migrate` and `db check`, and how a command opens the databases."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from adapters.settings import read_settings
from bot.core.clock import SystemClock
from storage.cells import MAIN, gone_astray, in_two_places
from storage.database import Database
from storage.guarantees import check
from storage.held_file import held
from storage.migrating import migrate, versions
from storage.postgres import one_shape

Told = TypeVar("Told")


class CannotRead(Exception):
    """The text names the database, and says what to do."""


async def migrate_database() -> str:
    """Migrate each database, and say from which version to which. What goes wrong names the database."""
    told: list[str] = []
    for name, url in read_settings().cells.items():
        database = open_database(url)
        try:
            before, _ = await versions(database)
            await migrate(database)
            after, _ = await versions(database)
        except Exception as error:
            error.add_note("\n".join([f"This is the database {name}. Before it:", *told]))
            raise
        finally:
            await database.close()
        told.append(f"{'database' if name == MAIN else name}: {before or 'empty'} -> {after}")
    return "\n".join(told)


def check_database() -> int:
    """Print how many rows break each guarantee, in each database. Returns the exit status: 1 when any does,
    when one cannot be read, or when a workspace or a community stands in two or in none."""
    cells, bad, unread = read_settings().cells, False, False
    for name, url in cells.items():
        if len(cells) > 1:
            print(name)
        try:
            found = asked(name, url, lambda database: check(database, SystemClock().now()))
        except CannotRead as error:
            unread = bool(say(str(error)))
            continue
        for guarantee, rows in found:
            print(f"{guarantee.number:4} {'ok' if not rows else f'{rows} rows'}  {guarantee.title}")
            bad = bad or bool(rows)
    wrong = [] if unread else asyncio.run(misplaced(cells))
    print("".join(f"{one}\n" for one in wrong), end="")
    return 1 if bad or unread or wrong else 0


async def misplaced(cells: Mapping[str, str]) -> list[str]:
    """A sentence for each workspace or community that stands in two of these databases, or in none."""
    async with each_database(cells) as databases:
        twice, astray = await in_two_places(databases.values()), await gone_astray(databases)
    told = [f"{one} stands in two databases" for one in twice]
    return told + [f"community {number} went to {cell}, and is not there" for number, cell in astray.items()]


def asked(name: str, url: str, ask: Callable[[Database], Awaitable[Told]]) -> Told:
    """What a database says. Raises `CannotRead`; looking makes no file."""
    try:
        if is_file(url) and not sqlite_file(url).is_file():
            raise FileNotFoundError(url)
        return asyncio.run(_asked(url, ask))
    except Exception as error:
        told = f"the database {name} cannot be read ({type(error).__name__})"
        raise CannotRead(f"{told}: run throughline doctor") from error


async def _asked(url: str, ask: Callable[[Database], Awaitable[Told]]) -> Told:
    async with each_database({"": url}) as databases:
        return await ask(databases[""])


def open_database(url: str) -> Database:
    """The database at `url`. An SQLite file that is missing is made, with its folder, and for its owner
    alone: what people wrote is in it (SQLite gives its journal the same permissions)."""
    if is_file(url):
        file = sqlite_file(url)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    return Database(url)


@asynccontextmanager
async def each_database(cells: Mapping[str, str]) -> AsyncIterator[dict[str, Database]]:
    """The database of each address by its name, closed afterwards."""
    databases = {name: open_database(url) for name, url in cells.items()}
    try:
        yield databases
    finally:
        for one in databases.values():
            await one.close()


@contextmanager
def alone_with(url: str) -> Iterator[None]:
    """An SQLite file is for one process: two would each send what the other has claimed. Raises
    `HeldElsewhere`. A PostgreSQL is for several."""
    if not is_file(url):
        yield
        return
    with held(sqlite_file(url)):
        yield


def is_file(url: str) -> bool:
    """Whether the database is an SQLite file."""
    address = one_shape(url)
    return address.drivername.startswith("sqlite") and address.database not in {None, "", ":memory:"}


def sqlite_file(url: str) -> Path:
    return Path(one_shape(url).database or "")


def say(sentence: str, status: int = 1) -> int:
    """Print it, on standard error when the exit status is one of failure. Returns the status."""
    print(sentence, file=sys.stderr if status else sys.stdout)
    return status
