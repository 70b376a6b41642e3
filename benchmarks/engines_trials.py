"""The trials of `benchmarks.engines`: a race, a worker that is killed, one that sleeps, what may be moved.

Each is played in worker processes (`benchmarks.engines_worker`), each time on a new database.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update

from benchmarks.engines_sending import posted
from benchmarks.engines_worker import ENGINE_MODULES, OURS, Task, play
from benchmarks.scheduler_ground import outbox
from storage.nudges import Nudge
from tests.support.postgres import PostgresServer

LEASE_SECONDS = 3.0
"""In the trials with a worker that stops or sleeps; the same for every engine."""
LONGEST_SECONDS = 150
"""A worker that has not said anything after so long is given up."""
AWAKE_SECONDS = 4.0
"""How long the one that slept may go on."""


_CONTEXT = get_context("forkserver")


def import_engines_once() -> None:
    """Workers are forked from a process that has imported everything. A program has one such process, so
    that this is for the benchmark itself, before its first worker: the tests' has imported their own."""
    _CONTEXT.set_forkserver_preload(["benchmarks.engines_worker", *ENGINE_MODULES])


class Silent(Exception):
    """A worker ended, or said nothing in time."""


@dataclass(frozen=True)
class Contender:
    """An engine on a database: `on` is PostgreSQL or SQLite."""

    engine: str
    on: str = "PostgreSQL"
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.engine}{'' if self.on == 'PostgreSQL' else ' on SQLite'}")


class Ground:
    """A new database with messages that are due, and a new server beside it where the engine needs one."""

    def __init__(self, contender: Contender, folder: Path, url: str, server: str) -> None:
        self.contender, self.folder = contender, folder
        self.ledger = folder / "posts"
        self._task = Task("", contender.engine, url, time.time(), server=server)

    def task(self, does: str, **facts: Any) -> Task:
        return replace(self._task, does=does, **facts)

    def trial(self, does: str, *, asks: bool) -> Task:
        """For several workers that share a ledger."""
        return self.task(does, lease=LEASE_SECONDS, ledger=str(self.ledger), asks=asks)


class Grounds:
    """Lends new databases: what is in them at first is made once, and copied."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server, self._folder = server, folder

    @contextmanager
    def lent(
        self, contender: Contender, nudges: int, *, cards: bool, lease: float = 60, due: bool = True
    ) -> Iterator[Ground]:
        """`cards`: the messages are written already; otherwise they are composed as they go. The engine is
        given them unless they are not `due`."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            beside = ""
            if contender.engine == "temporal":
                from benchmarks.engines_temporal import temporal_server

                beside = stack.enter_context(temporal_server(folder))
            if contender.on == "SQLite":
                url = f"sqlite:///{shutil.copy(self._file(nudges, cards), folder)}"
            else:
                name = f"engines{secrets.token_hex(4)}"
                url = self._server.create_database(name, self._template(nudges, cards))
                stack.callback(self._server.drop_database, name)
            here = Ground(contender, folder, url, beside)
            if not contender.engine.startswith(OURS):
                _run(here.task("fill", lease=lease, due=due))
            yield here

    def _template(self, nudges: int, cards: bool) -> str:
        name = f"with{nudges}{cards}".lower()
        if not self._server.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            asyncio.run(_filled(self._server.create_database(name), nudges, cards=cards))
        return name

    def _file(self, nudges: int, cards: bool) -> Path:
        file = self._folder / f"with{nudges}{cards}.db"
        if not file.exists():
            asyncio.run(_filled(f"sqlite:///{file}", nudges, cards=cards))
        return file


async def _filled(url: str, nudges: int, *, cards: bool) -> None:
    async with outbox(url, nudges, seconds_apart=0) as database:
        if not cards:
            async with database.write() as db:
                await db.execute(update(Nudge).values(card=None))


def race(contender: Contender, grounds: Grounds, nudges: int) -> float:
    """Messages a second through the whole sending work, in one process."""
    with grounds.lent(contender, nudges, cards=True) as here:
        said = _run(here.task("race"))
    assert (said["posts"], said["unsent"]) == (nudges, 0), said
    return float(nudges / said["seconds"])


def killed(contender: Contender, grounds: Grounds, nudges: int) -> dict[str, Any]:
    """A worker is killed with messages in hand, and another begins."""
    with grounds.lent(contender, nudges, cards=False, lease=LEASE_SECONDS) as here:
        with _begun(here.trial("stop", asks=True)) as first:
            held = first.said()["held"]
        began = time.monotonic()
        with _begun(here.trial("rest", asks=True)) as second:
            with suppress(Silent):
                second.said()
            took = time.monotonic() - began
        posts = posted(here.ledger)
    return {
        "in_hand": held,
        "lost": nudges - len(posts),
        "doubled": posts.total() - len(posts),
        "seconds": round(took, 1),
    }


def asleep(contender: Contender, grounds: Grounds, *, asks: bool) -> dict[str, Any]:
    """A worker falls asleep over its message, another finds and sends it, and the first wakes."""
    with (
        grounds.lent(contender, 1, cards=False, lease=LEASE_SECONDS) as here,
        _begun(here.trial("sleep", asks=asks)) as first,
    ):
        _until_asleep(first)
        with _begun(here.trial("rest", asks=asks)) as second:
            second.said()
            os.kill(first.process.pid or 0, signal.SIGCONT)
            time.sleep(AWAKE_SECONDS)
        return {"posts": posted(here.ledger).total()}


def moves(contender: Contender, grounds: Grounds) -> dict[str, Any]:
    """What becomes of a message an hour ahead that is moved, held and let go, with the engine's functions."""
    with grounds.lent(contender, 2, cards=True, due=False) as here:
        return _run(here.task("moves"))


def _run(task: Task) -> dict[str, Any]:
    with _begun(task) as worker:
        return worker.said()


@dataclass
class Begun:
    """A worker process, and what it says."""

    process: BaseProcess
    words: Connection

    def said(self) -> dict[str, Any]:
        """Its next word. Raises `Silent`."""
        if not self.words.poll(LONGEST_SECONDS):
            raise Silent("nothing was said in time")
        said: dict[str, Any] = self.words.recv()
        if "failed" in said:
            raise Silent(said["failed"])
        return said

    def asleep(self) -> bool:
        """Whether it stands still until it is woken."""
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


@contextmanager
def _begun(task: Task) -> Iterator[Begun]:
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=play, args=(task, theirs), daemon=True)
    process.start()
    begun = Begun(process, ours)
    try:
        yield begun
    finally:
        begun.kill()


def _until_asleep(worker: Begun) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not worker.asleep():
        if time.monotonic() > deadline:
            raise Silent("it did not fall asleep")
        time.sleep(0.05)
