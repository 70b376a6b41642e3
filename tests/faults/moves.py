"""Fault 29: a community moves to another database while its messages go out, and the mover is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlmodel import col, select, update

from adapters.cli.moving import move_community
from storage.cells import MAIN
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.people import Community
from tests.faults import houses
from tests.faults.ground import Ground, filled, posting, sent, until
from tests.faults.processes import Process
from tests.faults.world import Toll, World
from tests.protocol.history import accept, write_history

ANSWERS_AFTER = 0.6
"""Seconds that the far side takes for a message, so that many are under way when a move begins."""
STEPS = ("held", "laid down", "departed", "arrived")


async def moved(ground: Ground) -> Toll:
    """29: it goes there and back, again and again, each time with messages on their way; each mover is killed
    at a step, and the next one goes on. One bot serves both databases all the time."""
    async with filled(ground) as here, _west(ground) as west:
        databases, waited = {MAIN: here.database, "west": west}, 0
        await here.change(lambda _: True, due_at=datetime.now(UTC) + timedelta(hours=1))
        here.faults.delay(posting(ground), ANSWERS_AFTER, times=None)
        bot = await houses.opened(here, ground.folder, databases=f"west={west.url}")
        for turn in range(ground.deaths):
            due = (turn + 1) * ground.nudges // ground.deaths
            step = STEPS[(turn + turn // len(STEPS)) % len(STEPS)]
            mover = _mover(here, west, _home(turn + 1), step)
            await mover.stands_still()
            posted = len(here.faults.played)
            await _let_go(databases[_home(turn)], due)
            await until(partial(_more_than, here, posted))
            mover.tell(signal.SIGCONT)
            assert await mover.wait() == -signal.SIGKILL
            waited += due - len(here.ledger)
            gone = step in {"departed", "arrived"}  # then the next one says that it lives there
            assert await _mover(here, west, _home(turn + 1)).wait() == int(gone)
            assert await _homes(databases) == [_home(turn + 1)]
            await sent(here, due)
        assert await bot.end(signal.SIGTERM) == 0
        return (await _toll(here, databases)).noting(f"{waited} were due and not sent when a mover died")


def _more_than(here: World, posted: int) -> bool:
    return len(here.faults.played) > posted


def _home(turn: int) -> str:
    """Where the community is before that turn."""
    return "west" if turn % 2 else MAIN


async def _let_go(database: Database, due: int) -> None:
    """So many messages, those that are sent among them, are due now."""
    now, these = datetime.now(UTC), [f"n{number}" for number in range(due)]
    waits = (col(Nudge.key).in_(these), col(Nudge.due_at) > now)
    async with database.write() as db:
        await db.execute(update(Nudge).where(*waits).values(due_at=now))


@asynccontextmanager
async def _west(ground: Ground) -> AsyncIterator[Database]:
    """The other database, of the same kind."""
    server = ground.server
    west = Database(server.create_database("west") if server else f"sqlite:///{ground.folder}/west.db")
    try:
        await migrate(west)
        await write_history(west)
        yield west
    finally:
        await west.close()
        if server:
            server.drop_database("west")


def _mover(here: World, west: Database, to: str, dies: str = "") -> Process:
    return Process(_move, here.database.url, west.url, to, dies)


def _move(main: str, west: str, to: str, dies: str) -> None:
    """`throughline db move Faults --to …`; one that is to be killed, at a step, waits for SIGCONT first."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ.update(DATABASE_URL=main, DATABASES=f"west={west}")

    def at(step: str) -> None:
        if step == dies:
            os.kill(os.getpid(), signal.SIGKILL)

    if dies:
        os.kill(os.getpid(), signal.SIGSTOP)
    sys.exit(asyncio.run(move_community("Faults", to, at)))


async def _homes(databases: dict[str, Database]) -> list[str]:
    """Where the community is: in one of them."""
    found = []
    for name, database in databases.items():
        async with database.read() as db:
            if await db.scalar(select(Community.id)) is not None:
                found.append(name)
    return found


async def _toll(here: World, databases: dict[str, Database]) -> Toll:
    """The far side's count against the outbox, which is in one database; the changes in both are held
    against the model."""
    [home] = await _homes(databases)
    toll = await replace(here, database=databases[home]).toll()
    [other] = [one for name, one in databases.items() if name != home]
    history = await accept(other)
    assert not history.refused, history.refused[:3]
    return replace(toll, changes=toll.changes + history.lines)
