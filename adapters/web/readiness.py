"""Whether this process can keep what it would acknowledge: it says so only after it has written a row."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import make_url

from bot.core.clock import Clock
from storage.database import Database
from storage.marks import READY, write_mark
from storage.migrating import versions

LONGEST_SECONDS = 2.0
"""A database that takes longer is not ready: a platform waits for three seconds."""
EVERY_SECONDS = 1.0
"""However often it is asked, one row a second is written."""
LEAST_FREE = 16 * 1024 * 1024
"""Bytes on the disk of an SQLite file: its journal must be able to grow."""


class Readiness:
    """One per process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()
        self._looked_at = float("-inf")
        self._found = ""

    async def why_not(self) -> str:
        """Empty when it is ready; else what is wrong, for an operator."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if now - self._looked_at >= EVERY_SECONDS:
                self._found = await self._look()
                self._looked_at = asyncio.get_running_loop().time()
            return self._found

    async def _look(self) -> str:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self._tried()
        except TimeoutError:
            return f"database: no answer within {LONGEST_SECONDS:g} s"
        except Exception as error:
            return f"database: {type(error).__name__}"

    async def _tried(self) -> str:
        current, newest = await versions(self._database)
        if current != newest:
            return f"database is at {current}, code at {newest}"
        async with self._database.write() as db:
            await write_mark(db, READY, "", self._clock.now())
        return self._full()

    def _full(self) -> str:
        if not self._database.is_sqlite:
            return ""
        folder = Path(make_url(self._database.url).database or "").parent
        free = shutil.disk_usage(folder).free
        return f"disk: {free:,} bytes are left" if free < LEAST_FREE else ""
