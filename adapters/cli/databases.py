"""`throughline db`: migrate, back up and restore, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from sqlalchemy import text

from adapters.settings import read_settings
from bot.core.clock import SystemClock
from bot.nudges.outbox import doubt_what_was_due
from storage.cells import MAIN, in_two_places, moves_in
from storage.database import Database
from storage.guarantees import Guarantee, check
from storage.held_file import HeldElsewhere, held
from storage.migrating import migrate, versions
from storage.postgres import PROGRAM, libpq_address, one_shape

IN_USE = "a process is using the database: stop the bot first"


async def migrate_database() -> str:
    """Migrate each database, and say from which version to which."""
    told = []
    for name, url in read_settings().cells.items():
        database = open_database(url)
        before, _ = await versions(database)
        await migrate(database)
        after, _ = await versions(database)
        await database.close()
        told.append(f"{'database' if name == MAIN else name}: {before or 'empty'} -> {after}")
    return "\n".join(told)


def check_database() -> int:
    """Print how many rows break each guarantee, in each database. Returns the exit status: 1 when any does,
    or when a workspace stands in two."""
    cells, bad = read_settings().cells, False
    for name, url in cells.items():
        if len(cells) > 1:
            print(name)
        for guarantee, rows in asyncio.run(_checked(url)):
            print(f"{guarantee.number:4} {'ok' if not rows else f'{rows} rows'}  {guarantee.title}")
            bad = bad or bool(rows)
    for workspace in asyncio.run(_in_two_places(cells)):
        print(f"{workspace} stands in two databases")
        bad = True
    return 1 if bad else 0


async def _in_two_places(cells: Mapping[str, str]) -> list[str]:
    async with each_database(cells) as databases:
        return await in_two_places(databases.values())


async def _checked(url: str) -> list[tuple[Guarantee, int]]:
    database = open_database(url)
    try:
        return await check(database, SystemClock().now())
    finally:
        await database.close()


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


def back_up(to: Path) -> int:
    """Write a consistent copy of each database, without stopping the bot. Returns the exit status. What is
    not whole leaves nothing behind; nor does a set in which a community would be missing, or there twice,
    because it moved meanwhile."""
    files = _files(to)
    if there := next((file for file in files.values() if file.exists()), None):
        return _say(f"{there} exists already; name another file, or remove it first")
    to.parent.mkdir(parents=True, exist_ok=True)
    cells = read_settings().cells
    before = _moves(cells)
    wrong = next((wrong for name, url in cells.items() if (wrong := _back_up(url, files[name]))), "")
    if not wrong and _moves(cells) != before:
        wrong = "a community moved meanwhile: try again"
    for file in files.values():
        if wrong:
            file.unlink(missing_ok=True)
        else:
            print(f"wrote {file}")
    return _say(wrong) if wrong else 0


def _files(to: Path) -> dict[str, Path]:
    """Of each database: `to` for that of DATABASE_URL, the others beside it with their names behind."""
    cells = read_settings().cells
    return {name: to if name == MAIN else to.with_name(f"{to.name}.{name}") for name in cells}


def _moves(cells: Mapping[str, str]) -> set[str]:
    """The moves that are written down anywhere; one database alone has none."""
    if len(cells) == 1:
        return set()
    return {move for url in cells.values() for move in asyncio.run(_moves_in(url))}


async def _moves_in(url: str) -> list[str]:
    database = open_database(url)
    try:
        return await moves_in(database)
    finally:
        await database.close()


def _back_up(url: str, to: Path) -> str:
    """What is wrong with the copy; empty when it is there and whole."""
    with _beside(to) as copy:
        if is_file(url):
            wrong = _copy(sqlite_file(url), copy)
        else:
            wrong = _run_postgres(url, "pg_dump", "--format=custom", f"--file={copy}")
        if not wrong:
            os.replace(copy, to)
    return wrong


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """An empty file beside `to`, for its owner alone, that is gone afterwards unless it was renamed."""
    copy = to.with_name(f"{to.name}.partial")
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    try:
        yield copy
    finally:
        for left in (copy, Path(f"{copy}-wal"), Path(f"{copy}-shm"), Path(f"{copy}-journal")):
            left.unlink(missing_ok=True)


def _copy(source: Path, to: Path) -> str:
    """What is wrong with the copy; empty when it is whole and on the disk."""
    if not source.is_file():
        return f"there is no database at {source}; run the bot once first"
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(to)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whatever happens to it
    except sqlite3.Error as error:
        return f"the copy could not be written: {error}"
    if broken := _integrity(to):
        return f"the copy is not whole: {broken}"
    _to_disk(to)
    return ""


def restore(source: Path, *, force: bool) -> int:
    """Put a copy in place of each database, as `back_up` wrote them. See `_restore`."""
    files, cells = _files(source), read_settings().cells
    if missing := next((file for file in files.values() if not file.is_file()), None):
        return _say(f"there is no {missing}: the copies of all databases are put back together")
    for name, url in cells.items():
        if status := _restore(url, files[name], force=force):
            return status
    return 0


def _restore(url: str, source: Path, *, force: bool) -> int:
    """Put a copy in place of the database. Refuses without `force` when there is one already, and always
    when the copy is not whole or a process uses the database. Until the copy is complete nothing is changed.

    Nudges that were sent before the backup stay sent. Those that were due since may have been sent after it:
    in the same step they are marked, to be looked for before anything is posted (Slack), or shown to the
    facilitators as unknown (Teams)."""
    if not one_shape(url).drivername.startswith("sqlite"):
        return _restore_postgres(url, source, force=force)
    target = sqlite_file(url)
    if broken := _integrity(source):
        return _say(f"{source} is not a whole database: {broken}")
    if target.exists() and not force:
        return _say(f"{target} exists; stop the bot, then add --force to replace it")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with held(target), _beside(target) as copy:
            return _replace(source, copy, target)
    except HeldElsewhere:
        return _say(IN_USE)


def _replace(source: Path, copy: Path, target: Path) -> int:
    if wrong := _copy(source, copy):
        return _say(f"{wrong}; nothing was changed")
    try:
        count = asyncio.run(_doubted(f"sqlite:///{copy}"))
        with closing(sqlite3.connect(copy)) as marked:
            marked.execute("PRAGMA journal_mode=DELETE")
    except Exception as error:
        return _say(f"the copy could not be written ({type(error).__name__}); nothing was changed")
    _to_disk(copy)
    _set_aside_journal(target)
    os.replace(copy, target)
    _to_disk(target.parent)
    return _restored(count)


def _set_aside_journal(target: Path) -> None:
    """The old file's journal must not be read with the new file. First it goes into the old file, which so
    stays whole whatever happens next; when it cannot (that may be why somebody restores), it is kept."""
    journal = Path(f"{target}-wal")
    try:
        with closing(sqlite3.connect(target, timeout=1)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass
    if journal.exists() and journal.stat().st_size:
        os.replace(journal, f"{target}-wal.before-restore")
        shutil.copyfile(target, f"{target}.before-restore")
        os.chmod(f"{target}.before-restore", 0o600)
    journal.unlink(missing_ok=True)
    Path(f"{target}-shm").unlink(missing_ok=True)


def _restore_postgres(url: str, source: Path, *, force: bool) -> int:
    if asyncio.run(_others(url)):
        return _say(IN_USE)
    clean = ["--clean", "--if-exists"] if force else []
    if wrong := _run_postgres(
        url, "pg_restore", *clean, "--exit-on-error", "--single-transaction", "--no-owner", str(source)
    ):
        return _say(wrong)
    return _restored(asyncio.run(_doubted(url)))


async def _others(url: str) -> int:
    """How many connections of bots the server has to this database."""
    database = Database(url)
    async with database.read() as db:
        count = await db.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = :program AND pid <> pg_backend_pid()"
            ),
            {"program": PROGRAM},
        )
    await database.close()
    return int(count or 0)


async def _doubted(url: str) -> int:
    database = Database(url)
    await migrate(database)  # the copy may be of an older release
    count = await doubt_what_was_due(database, SystemClock().now())
    await database.close()
    return count


def _restored(count: int) -> int:
    return _say(f"restored; {count} messages that were due since the backup are looked for before they go", 0)


def _integrity(file: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            told = str(database.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if told == "ok" else told


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_file(url: str) -> bool:
    """Whether the database is an SQLite file."""
    address = one_shape(url)
    return address.drivername.startswith("sqlite") and address.database not in {None, "", ":memory:"}


def sqlite_file(url: str) -> Path:
    return Path(one_shape(url).database or "")


def _run_postgres(url: str, program: str, *arguments: str) -> str:
    """What went wrong, or empty. The password goes by the environment: a command line is seen by everybody
    on the machine."""
    if shutil.which(program) is None:
        return f"{program} is not installed; install PostgreSQL's client programs"
    address, password = libpq_address(url)
    environment = {**os.environ, "PGAPPNAME": "throughline db"}
    if password:
        environment["PGPASSWORD"] = password
    done = subprocess.run([program, f"--dbname={address}", *arguments], env=environment, check=False)  # noqa: S603
    return f"{program} ended with {done.returncode}" if done.returncode else ""


def _say(sentence: str, status: int = 1) -> int:
    print(sentence, file=sys.stderr if status else sys.stdout)
    return status
