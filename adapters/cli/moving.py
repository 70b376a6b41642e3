"""`throughline db move`: one community from one database to another, while the bot serves all of them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.cli.cannot_choose import CannotChoose
from adapters.cli.communities import finish_moves, known_communities
from adapters.cli.databases import open_database
from adapters.settings import read_settings
from bot.core.clock import Clock, SystemClock
from storage.cells import Departed
from storage.database import Database, is_away
from storage.migrating import versions
from storage.moving import CannotMove, OnItsWay, arrive, carry_on, depart, go_on, new_place, wait_for_move

WAITS = timedelta(minutes=10)
"""What is held for a move goes on by itself after so long, should the move be killed."""
PATIENCE_SECONDS = 75.0
"""So long we wait for what is on its way: a little more than the lease of a message."""
LOOK_SECONDS = 0.2

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Move:
    """A community, by its number, and the names of two databases."""

    community_id: int
    source: str
    target: str


async def move_community(named: str, to: str, at: Step = lambda _: None, clock: Clock | None = None) -> int:
    """Returns the exit status. `at` is told of each step that is done, for tests."""
    clock = clock or SystemClock()
    databases = {name: open_database(url).patient() for name, url in read_settings().cells.items()}
    try:
        if to not in databases:
            raise CannotMove(f"there is no database {to}: choose {', '.join(databases)}")
        await _same_version(databases)
        finished = await finish_moves(databases, clock.now())
        home = (await known_communities(databases)).one_called(named)
        move = Move(home.community_id, home.cell, to)
        if move.source == to:
            raise CannotMove(f"the community lives in {to}" + (" now" if finished else " already"))
        await _move(databases, move, at, clock)
    except (CannotMove, CannotChoose) as error:
        return _say(str(error))
    except IntegrityError as error:
        return _say(
            f"{to} has rows with the same numbers or keys, for it was not filled by moves "
            f"({type(error.orig).__name__}); nothing was changed"
        )
    except (DBAPIError, OSError) as error:
        if not is_away(error):
            raise
        return _say(
            f"a database does not answer, or is full ({type(error).__name__}); run the command again: "
            "it goes on, or begins anew"
        )
    finally:
        for database in databases.values():
            await database.close()
    return _say(f"community {move.community_id} moved from {move.source} to {to}", 0)


async def _same_version(databases: Mapping[str, Database]) -> None:
    for name, database in databases.items():
        try:
            current, newest = await versions(database)
        except Exception as error:
            raise CannotMove(
                f"{name} does not answer ({type(error).__name__}): see throughline doctor"
            ) from None
        if current != newest:
            seen = f"{name} is at version {current or 'none'}, this program at {newest}"
            raise CannotMove(f"{seen}: run throughline db migrate")


async def _move(databases: Mapping[str, Database], move: Move, at: Step, clock: Clock) -> None:
    source, target = databases[move.source], databases[move.target]
    first_id = await new_place(databases.values())
    async with source.write() as db:
        await wait_for_move(db, move.community_id, clock.now() + WAITS)
    at("held")
    try:
        number = await _departed(databases, move, first_id, at, clock)
    except BaseException:
        with contextlib.suppress(Exception):  # it goes on by itself after `WAITS`
            async with source.write() as db:
                await go_on(db, move.community_id)
        raise
    at("departed")
    await arrive(target, number, clock.now())
    at("arrived")
    async with source.read() as db:
        gone = await db.get_one(Departed, number)
    await carry_on(source, target, gone, clock.now())


async def _departed(
    databases: Mapping[str, Database], move: Move, first_id: int, at: Step, clock: Clock
) -> str:
    """Wait for what a process has in hand, but not for ever: it may have been killed."""
    source, target = databases[move.source], databases[move.target]
    until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        patient = asyncio.get_running_loop().time() < until
        try:
            return await depart(
                source, target, move.community_id, move.target, first_id, clock.now(), at, patient=patient
            )
        except OnItsWay:
            await asyncio.sleep(LOOK_SECONDS)


def _say(sentence: str, status: int = 1) -> int:
    print(sentence if not status else f"throughline: {sentence}", file=sys.stderr if status else sys.stdout)
    return status
