"""`throughline db backup` and `db restore`, of all databases together."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import text

from adapters.cli.databases import CannotRead, asked, is_file, misplaced, say, sqlite_file
from adapters.settings import read_settings
from bot.core.clock import SystemClock
from bot.nudges.outbox import doubt_what_was_due
from storage.cells import MAIN, moves_in
from storage.database import Database
from storage.held_file import HeldElsewhere, held
from storage.migrating import migrate
from storage.postgres import PROGRAM, libpq_address, one_shape

IN_USE = "a process is using the database: stop the bot first"


class CannotRestore(Exception):
    """The text says why."""


def back_up(to: Path) -> int:
    """Write a consistent copy of each database, without stopping the bot. Returns the exit status. What is
    not whole leaves nothing behind; nor does a set in which a community would be missing, or there twice,
    because it moved meanwhile."""
    files = _files(to)
    if there := next((file for file in files.values() if file.exists()), None):
        return say(f"{there} exists already; name another file, or remove it first")
    to.parent.mkdir(parents=True, exist_ok=True)
    cells = read_settings().cells
    try:
        wrong = _back_up_all(cells, files)
    except CannotRead as error:
        wrong = str(error)
    for file in files.values():
        if wrong:
            file.unlink(missing_ok=True)
        else:
            print(f"wrote {file}")
    return say(wrong) if wrong else 0


def _back_up_all(cells: Mapping[str, str], files: Mapping[str, Path]) -> str:
    """What is wrong with the copies; empty when they are there, whole and of one moment of all moves."""
    before = _moves(cells)
    for name, url in cells.items():
        if wrong := _back_up(url, files[name]):
            return f"{name}: {wrong}" if len(cells) > 1 else wrong
    return "a community moved meanwhile: try again" if _moves(cells) != before else ""


def _files(to: Path) -> dict[str, Path]:
    """Of each database: `to` for that of DATABASE_URL, the others beside it with their names behind."""
    cells = read_settings().cells
    return {name: to if name == MAIN else to.with_name(f"{to.name}.{name}") for name in cells}


def _moves(cells: Mapping[str, str]) -> set[str]:
    """The moves that are written down anywhere; one database alone has none. Raises `CannotRead`."""
    if len(cells) == 1:
        return set()
    return {move for name, url in cells.items() for move in asked(name, url, moves_in)}


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
    """Put a copy in place of each database, as `back_up` wrote them. Returns the exit status.

    Refuses without `force` when there is a database already, and always when a copy is missing or not whole
    or a process uses a database. Until each copy is looked at, complete and marked, nothing is changed; then
    all change, for a community that moved since must not stand in two places, or in none.

    Nudges that were sent before the backup stay sent. Those that were due since may have been sent after it:
    in the same step they are marked, to be looked for before anything is posted (Slack), or shown to the
    facilitators as unknown (Teams)."""
    files, cells = _files(source), read_settings().cells
    if missing := next((file for file in files.values() if not file.is_file()), None):
        return say(f"there is no {missing}: the copies of all databases are put back together")
    with ExitStack() as stack:
        try:
            swaps = {name: _ready(name, url, files[name], stack, force=force) for name, url in cells.items()}
        except HeldElsewhere:
            return say(IN_USE)
        except (CannotRestore, CannotRead, OSError) as error:
            return say(f"{error}; nothing was changed")
        for name, swap in swaps.items():
            if wrong := swap():
                return say(f"{name}: {wrong}. Do not start the bot before all are put back: run this again")
    wrong = "\n".join(asyncio.run(misplaced(cells)))
    return say(f"{wrong}: see throughline doctor") if wrong else 0


def _ready(name: str, url: str, source: Path, stack: ExitStack, *, force: bool) -> Callable[[], str]:
    """What puts a copy in place, and says what went wrong, or nothing. What `stack` holds keeps others out
    until then. Raises `CannotRestore`, `CannotRead` or `HeldElsewhere`."""
    if not one_shape(url).drivername.startswith("sqlite"):
        if asked(name, url, _others):
            raise CannotRestore(IN_USE)
        if wrong := _run("pg_restore", "--list", str(source)):
            raise CannotRestore(f"{source} is not a whole copy: {wrong}")
        return partial(_restore_postgres, url, source, force=force)
    target = sqlite_file(url)
    if broken := _integrity(source):
        raise CannotRestore(f"{source} is not a whole database: {broken}")
    if target.exists() and not force:
        raise CannotRestore(f"{target} exists; stop the bot, then add --force to replace it")
    target.parent.mkdir(parents=True, exist_ok=True)
    stack.enter_context(held(target))
    copy = stack.enter_context(_beside(target))
    return partial(_swap, copy, target, _marked(source, copy))


def _marked(source: Path, copy: Path) -> int:
    """Write the copy, whole and on the disk; how many messages are marked in it. Raises `CannotRestore`."""
    if wrong := _copy(source, copy):
        raise CannotRestore(wrong)
    try:
        count = asyncio.run(_doubted(f"sqlite:///{copy}"))
        with closing(sqlite3.connect(copy)) as marked:
            marked.execute("PRAGMA journal_mode=DELETE")
    except Exception as error:
        raise CannotRestore(f"the copy could not be written ({type(error).__name__})") from error
    _to_disk(copy)
    return count


def _swap(copy: Path, target: Path, count: int) -> str:
    try:
        _set_aside_journal(target)
        os.replace(copy, target)
        _to_disk(target.parent)
    except OSError as error:
        return str(error)
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


def _restore_postgres(url: str, source: Path, *, force: bool) -> str:
    clean = ["--clean", "--if-exists"] if force else []
    if wrong := _run_postgres(
        url, "pg_restore", *clean, "--exit-on-error", "--single-transaction", "--no-owner", str(source)
    ):
        return wrong
    return _restored(asyncio.run(_doubted(url)))


async def _others(database: Database) -> int:
    """How many connections of bots the server has to this database."""
    async with database.read() as db:
        count = await db.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = :program AND pid <> pg_backend_pid()"
            ),
            {"program": PROGRAM},
        )
    return int(count or 0)


async def _doubted(url: str) -> int:
    database = Database(url)
    await migrate(database)  # the copy may be of an older release
    count = await doubt_what_was_due(database, SystemClock().now())
    await database.close()
    return count


def _restored(count: int) -> str:
    print(f"restored; {count} messages that were due since the backup are looked for before they go")
    return ""


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


def _run_postgres(url: str, program: str, *arguments: str) -> str:
    """What went wrong, or empty. The password goes by the environment: a command line is seen by everybody
    on the machine."""
    address, password = libpq_address(url)
    secret = {"PGPASSWORD": password} if password else {}
    return _run(program, f"--dbname={address}", *arguments, **secret)


def _run(program: str, *arguments: str, **environment: str) -> str:
    """What went wrong, or empty."""
    if shutil.which(program) is None:
        return f"{program} is not installed; install PostgreSQL's client programs"
    around = {**os.environ, "PGAPPNAME": "throughline db", **environment}
    output = subprocess.DEVNULL if "--list" in arguments else None
    done = subprocess.run([program, *arguments], env=around, check=False, stdout=output)  # noqa: S603
    return f"{program} ended with {done.returncode}" if done.returncode else ""
