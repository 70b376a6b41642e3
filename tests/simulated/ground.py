"""What a story is played on: one database for one story after another, emptied in between.

Opening and migrating one for each story took longer than playing it, and SQLAlchemy writes every statement
anew for each engine. The file waits for no disk and is asked in the caller's thread: nobody else opens it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import text

from storage.database import Database
from storage.migrating import migrate
from storage.tables import METADATA

Told = TypeVar("Told")


class Ground:
    """`run` is for one thing at a time."""

    def __init__(self, database: Database, runner: asyncio.Runner) -> None:
        self.database = database
        self._runner = runner

    def run(self, story: Coroutine[Any, Any, Told]) -> Told:
        """Run something to its end, in the loop that all stories share."""
        return self._runner.run(story)

    async def clear(self) -> None:
        """Leave nothing of the story before; the first row of each table is number 1 again."""
        async with self.database.write() as db:
            for table in reversed(METADATA.sorted_tables):
                await db.execute(table.delete())
            await db.execute(text("DELETE FROM sqlite_sequence"))


@contextmanager
def ground() -> Iterator[Ground]:
    """A migrated, empty database for the time of a block."""
    with tempfile.TemporaryDirectory(prefix="throughline-seeds-") as folder, asyncio.Runner() as runner:
        database = Database(f"sqlite:///{folder}/seeds.db", durable=False, alone=True)
        runner.run(migrate(database))
        try:
            yield Ground(database, runner)
        finally:
            runner.run(database.close())
