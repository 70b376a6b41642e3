"""Writes the migration that changed tables ask for (``make migration``); read it before it is committed.

Until the first release the first migration is made anew; after it each change is a new one.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from storage.database import Database
from storage.migrating import SCRIPTS, migrate, write_migration

RUFF = Path(sys.executable).with_name("ruff")
FIRST = "The first version"


async def make_migration(message: str) -> Path:
    """Write it and return its file."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/made.db")
        try:
            made = await _written(database, message)
        finally:
            await database.close()
    for mend in (("check", "--fix", "--exit-zero"), ("format",)):
        await asyncio.to_thread(subprocess.run, [RUFF, *mend, "--quiet", made], check=True)
    return made


async def _written(database: Database, message: str) -> Path:
    versions = SCRIPTS / "versions"
    if (SCRIPTS / "released.txt").read_text(encoding="utf-8").strip():
        await migrate(database)
        number = f"{len(list(versions.glob('0*.py'))) + 1:04}"
        await write_migration(database, message, number)
        return next(versions.glob(f"{number}_*.py"))
    first = next(versions.glob("0001_*.py"))
    first.unlink()
    await write_migration(database, FIRST, "0001")
    return next(versions.glob("0001_*.py")).rename(first)


def main() -> None:
    made = asyncio.run(make_migration(" ".join(sys.argv[1:]) or "What changed"))
    print(f"{made} is written: read it, then run the tests of storage.")


if __name__ == "__main__":
    main()
