"""Where a fault is played, and what all plays share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.world import Platform, Toll, World, world
from tests.support.postgres import PostgresServer


@dataclass(frozen=True)
class Ground:
    """Where a play takes place. `url` is an empty database, `folder` an empty folder; `deaths` is how often
    a process is killed or something else breaks; `server` is there where the fault is PostgreSQL's own."""

    url: str
    folder: Path
    platform: Platform = "slack"
    nudges: int = 40
    deaths: int = 1
    at_once: int = 1
    server: PostgresServer | None = None


Play = Callable[[Ground], Coroutine[None, None, Toll]]


def posting(ground: Ground) -> str:
    """The platform's call that posts a message."""
    return {"slack": "chat.postMessage", "teams": "/activities", "email": "SMTP DATA"}[ground.platform]


def filled(ground: Ground) -> AbstractAsyncContextManager[World]:
    return world(ground.url, ground.nudges, ground.platform)


async def sent(here: World, count: int) -> None:
    """Wait until the far side has accepted so many."""
    await until(lambda: len(here.ledger) >= count)


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - the far side has no event to wait for
        await asyncio.sleep(0.01)
