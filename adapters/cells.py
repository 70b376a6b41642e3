"""Several databases in one process: which of them holds the community that an event or a link is about.

Each database has a bot of its own (`Application`): inbox, outbox, jobs, housekeeping. The doors are one
process's, and ask `Cells` whose dispatcher takes what came. Where a community is stands in the databases
themselves, so that nothing else has to change when it moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import SQLModel, col, select

from adapters.dispatcher import Dispatcher
from bot.core.links import BUTTON, BadLink, Links, Ticket
from bot.core.router import LOOK_AFTER_SECONDS
from storage.breakouts import BreakoutRound
from storage.cells import MAIN, Departed, forget_left, in_two_places
from storage.database import Database
from storage.links import ReportLink
from storage.moving import arrive, carry_on
from storage.people import Person, Workspace
from storage.registrations import Registration
from storage.resources import ResourcePage
from storage.series import Cohort

log = structlog.get_logger()

ABOUT: dict[str, type[SQLModel]] = {
    "register": Cohort,
    "cohort": Cohort,
    "register-confirm": Registration,
    "page": ResourcePage,
    "report": ReportLink,
    "zoom-csv": BreakoutRound,
}
"""Whose row id stands in the subject of a link that is nobody's own."""
LIES = timedelta(days=30)
"""So long the rows of a move are kept that was broken off before the community left."""
CLEANS_SECONDS = 3600.0
_NUMBER = re.compile(r"\d{1,16}")


class InTwoPlaces(Exception):
    """A workspace stands in two databases. The text names it."""


class Cells:
    """`dispatchers` by the databases' names, `MAIN` among them."""

    def __init__(self, dispatchers: Mapping[str, Dispatcher]) -> None:
        self._dispatchers = dispatchers
        self._known: dict[tuple[str, str], str] = {}
        self._clean_at = 0.0
        for one in dispatchers.values():
            one.cells = self

    @property
    def all(self) -> list[Dispatcher]:
        """One of each database."""
        return list(self._dispatchers.values())

    def _database(self, name: str) -> Database:
        return self._dispatchers[name].router.database

    async def check(self) -> None:
        """Raises `InTwoPlaces`."""
        twice = await in_two_places(map(self._database, self._dispatchers))
        if twice:
            raise InTwoPlaces(", ".join(twice))

    async def of_tenant(self, platform: str, tenant: str) -> Dispatcher:
        """Whose workspace it is; one that nobody knows, or that is on its way, is left to where it was."""
        if (platform, tenant) not in self._known:
            here = (col(Workspace.platform) == platform) & (col(Workspace.tenant) == tenant)
            found = await self._first(select(Workspace.id).where(here))
            if found is None:
                return self._dispatchers[await self._left(platform, tenant) or MAIN]
            self._known[platform, tenant] = found
        return self._dispatchers[self._known[platform, tenant]]

    async def of_link(self, links: Links, ticket: Ticket) -> Dispatcher:
        """Whose person or row it is about."""
        if ticket.purpose == BUTTON:
            with contextlib.suppress(BadLink):
                button = links.button_of(ticket)
                return await self.of_tenant(button.platform, button.tenant)
        if ticket.person_id:
            found = await self._first(select(Person.id).where(col(Person.id) == ticket.person_id))
        elif (table := ABOUT.get(ticket.purpose)) and (number := _NUMBER.search(ticket.subject)):
            row: Any = table
            found = await self._first(select(row.id).where(row.id == int(number[0])))
        else:
            found = None
        return self._dispatchers[found or MAIN]

    async def _first(self, asked: Any) -> str | None:
        """The database that has it. One that is away keeps nobody from what the others have; but what none of
        them has may be there: then its error is raised."""
        away: Exception | None = None
        for name in self._dispatchers:
            try:
                async with self._database(name).read() as db:
                    if await db.scalar(asked) is not None:
                        return name
            except Exception as error:
                away = error
        if away is not None:
            raise away
        return None

    async def _left(self, platform: str, tenant: str) -> str | None:
        for name in self._dispatchers:
            async with self._database(name).read() as db:
                if any(gone.serves(platform, tenant) for gone in await db.scalars(select(Departed))):
                    return name
        return None

    async def run(self) -> None:
        """Bring to an end what a move left, for ever."""
        while True:
            try:
                await self.settle()
            except Exception as error:
                log.error("moves_not_settled", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(LOOK_AFTER_SECONDS)

    async def settle(self) -> None:
        """Let arrive what has departed, forget where it was, and carry after it what still came there."""
        known = set()
        for name in self._dispatchers:
            async with self._database(name).read() as db:
                gone = list(await db.scalars(select(Departed)))
            for one in gone:
                await self._settle(name, one)
            known |= {one.move for one in gone}
        now = asyncio.get_running_loop().time()
        if now >= self._clean_at:
            self._clean_at = now + CLEANS_SECONDS
            for one_of_them in self.all:
                before = one_of_them.router.clock.now() - LIES
                await forget_left(one_of_them.router.database, known, before)

    async def _settle(self, source: str, gone: Departed) -> None:
        if (target := self._dispatchers.get(gone.cell)) is None:
            log.error("community_in_unknown_database", community=gone.community_id, database=gone.cell)
            return
        for platform, tenant in gone.tenants:
            if self._known.get((platform, tenant)) == source:
                del self._known[platform, tenant]
        now, there = target.router.clock.now(), target.router.database
        arrived = await arrive(there, gone.move, now)
        if await carry_on(self._database(source), there, gone, now) or arrived:
            target.look_again()
