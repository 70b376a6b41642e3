"""The sample community in a database of a test's own, copied instead of imported anew each time."""

from collections.abc import Coroutine
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from adapters.playground.sample import Home, population, settle_sample
from adapters.playground.server import BEGIN
from storage.database import Database
from storage.migrating import migrate
from tests.support.databases import sqlite_pattern


def sqlite_with_sample(file: Path, home: Home, now: datetime = BEGIN) -> str:
    """The address of an SQLite database in a new `file`, with the sample's people on the platforms of `home`
    and everything planned as at `now`: what `running_town` would put there."""
    file.write_bytes(sqlite_pattern(_settling(home, now)))
    return f"sqlite+aiosqlite:///{file}"


@cache
def _settling(home: Home, now: datetime) -> partial[Coroutine[Any, Any, None]]:
    return partial(_settle, home, now)


async def _settle(home: Home, now: datetime, url: str) -> None:
    database = Database(url, durable=False)
    await migrate(database)
    await settle_sample(database, home, population(home), now)
    await database.close()
