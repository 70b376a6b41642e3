"""`throughline db`: migrate, back up and restore, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

from adapters.settings import read_settings
from bot.core.clock import SystemClock
from bot.nudges.outbox import doubt_what_was_due
from storage.database import Database
from storage.migrating import migrate, versions


async def migrate_database() -> str:
    """Migrate, and say from which version to which."""
    settings = read_settings()
    database = open_database(settings.database_url)
    before, _ = await versions(database)
    await migrate(database)
    after, _ = await versions(database)
    await database.close()
    return f"database: {before or 'empty'} -> {after}"


def open_database(url: str) -> Database:
    """The database at `url`. An SQLite file that is missing is made, with its folder, and for its owner
    alone: what people wrote is in it (SQLite gives its journal the same permissions)."""
    address = make_url(url)
    if address.drivername.startswith("sqlite") and address.database not in {None, "", ":memory:"}:
        file = Path(str(address.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    return Database(url)


def back_up(to: Path) -> int:
    """Write a consistent copy, without stopping the bot. Returns the exit status."""
    url = read_settings().database_url
    if to.exists():
        return _say(f"{to} exists already; name another file, or remove it first")
    if make_url(url).drivername.startswith("sqlite"):
        return _back_up_sqlite(_sqlite_file(url), to)
    return _run_postgres("pg_dump", "--format=custom", f"--file={to}", f"--dbname={_libpq(url)}") or _say(
        f"wrote {to}", 0
    )


def _back_up_sqlite(source: Path, to: Path) -> int:
    if not source.is_file():
        return _say(f"there is no database at {source}; run the bot once first")
    to.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as live, sqlite3.connect(to) as copy:
        live.backup(copy)
    broken = _integrity(to)
    return _say(f"the copy is not whole: {broken}") if broken else _say(f"wrote {to}", 0)


def restore(source: Path, *, force: bool) -> int:
    """Put a copy in place of the database. Refuses without `force` when there is one already, and always
    when the copy is not whole. Nudges that were sent before the backup stay sent. Those that were due since
    may have been sent after it: they are looked for by their mark before anything is posted (Slack), or
    shown to the facilitators as unknown (Teams)."""
    url = read_settings().database_url
    status = _put_back(url, source, force=force)
    return status or asyncio.run(_doubted(url))


async def _doubted(url: str) -> int:
    database = Database(url)
    count = await doubt_what_was_due(database, SystemClock().now())
    await database.close()
    return _say(f"restored; {count} messages that were due since the backup are looked for before they go", 0)


def _put_back(url: str, source: Path, *, force: bool) -> int:
    if not make_url(url).drivername.startswith("sqlite"):
        clean = ["--clean", "--if-exists"] if force else []
        return _run_postgres(
            "pg_restore", *clean, "--exit-on-error", "--single-transaction", "--no-owner",
            f"--dbname={_libpq(url)}", str(source),
        )  # fmt: skip
    target = _sqlite_file(url)
    if broken := _integrity(source):
        return _say(f"{source} is not a whole database: {broken}")
    if target.exists() and not force:
        return _say(f"{target} exists; stop the bot, then add --force to replace it")
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (Path(f"{target}-wal"), Path(f"{target}-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    return 0


def _integrity(file: Path) -> str:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            told = str(database.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if told == "ok" else told


def _sqlite_file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run_postgres(program: str, *arguments: str) -> int:
    if shutil.which(program) is None:
        return _say(f"{program} is not installed; install PostgreSQL's client programs")
    return subprocess.run([program, *arguments], check=False).returncode  # noqa: S603 - no shell


def _say(sentence: str, status: int = 1) -> int:
    print(sentence, file=sys.stderr if status else sys.stdout)
    return status
