"""Each community has a workspace for its people's addresses, so that one address may belong to two."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from sqlmodel import col, select

from adapters.background import ended
from bot.core.clock import Clock
from storage.database import Database
from storage.people import Community, Workspace

EVERY_SECONDS = 60.0
"""How soon a community that has just begun can use e-mail."""


async def give_each_community(database: Database, clock: Clock) -> None:
    """Make those that are missing."""
    have = select(Workspace.community_id).where(Workspace.platform == "email")
    missing = select(Community.id).where(col(Community.id).not_in(have))
    async with database.read() as db:
        if (await db.scalars(missing)).first() is None:
            return
    now = clock.now()
    async with database.write() as db:
        for number in (await db.scalars(missing)).all():
            tenant = f"community-{number}"
            place = Workspace(community_id=number or 0, platform="email", tenant=tenant, installed_at=now)
            place.by_address = True
            db.add(place)


async def keep_giving(database: Database, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Make them now, and for communities to come; call the result to stop."""
    await give_each_community(database, clock)

    async def forever() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            with contextlib.suppress(Exception):  # a database that is away; the next round finds them
                await give_each_community(database, clock)

    return partial(ended, asyncio.create_task(forever()))
