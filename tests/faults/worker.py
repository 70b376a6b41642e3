"""A process that sends what is due and can be told where to die: ``python -m tests.faults.worker JSON``.

It runs the product's own sender, database and Slack adapter. Deaths are real SIGKILLs, pauses real SIGSTOPs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from adapters.slack.platform import SlackPlatform
from bot.cards import Card
from bot.clock import MovedClock
from bot.links import Links
from bot.nudges import sender as sender_module
from bot.nudges.sender import Sender
from bot.platform import Address, Sent
from storage.database import Database
from storage.nudges import Nudge


@dataclass(frozen=True)
class Orders:
    """`later` seconds are added to the machine's clock. `dies` is where to: claim (before it commits),
    claimed (before anything is sent), posting (recorded, not posted), accepted (posted, not settled); `at`
    says at which time of passing there. `stops` pauses instead. `waits`: really wait for what is due
    instead of moving the clock on to it."""

    database: str
    slack: str
    token: str
    later: float = 0
    dies: str = ""
    at: int = 1
    stops: bool = False
    waits: bool = False


class Fate:
    """Counts passages of the place where this process is to die."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.passed = 0

    def at(self, place: str) -> None:
        if place != self.orders.dies:
            return
        self.passed += 1
        if self.passed == self.orders.at:
            os.kill(os.getpid(), signal.SIGSTOP if self.orders.stops else signal.SIGKILL)


class MortalDatabase(Database):
    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url, pool_size=4)
        self.fate = fate

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with super().write() as db:
            yield db
            if any(isinstance(row, Nudge) and row.state == "claimed" for row in db.dirty):
                self.fate.at("claim")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        self.fate.at("claimed")
        async with super().read() as db:
            yield db


class MortalPlatform(SlackPlatform):
    fate: Fate

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self.fate.at("posting")
        sent = await super().send(to, card, mark=mark, users=users, language=language)
        self.fate.at("accepted")
        return sent


async def main(orders: Orders) -> None:
    fate = Fate(orders)
    database = MortalDatabase(orders.database, fate)

    async def token(_: str) -> str:
        return orders.token

    platform = MortalPlatform(token, orders.slack)
    platform.fate = fate
    start = datetime.now(UTC) + timedelta(seconds=orders.later)
    clock = MovedClock(start, ticking=True)
    sender_module.AT_ONCE = 1  # so that where it dies is the same in every run
    sender = Sender(database, clock, {"slack": platform}, {}, Links("http://127.0.0.1", "x" * 20))
    plain = Database(orders.database, pool_size=1)
    while True:
        if await sender.send_due(limit=50):
            continue
        due = await _next(plain)
        if due is None:
            break
        if orders.waits or due <= clock.now():
            await asyncio.sleep(max(0.0, min((due - clock.now()).total_seconds(), 0.2)))
        else:
            clock.move_to(due)
    await database.close()
    await plain.close()


async def _next(database: Database) -> datetime | None:
    """When the next open nudge can be claimed."""
    async with database.read() as db:
        moments = [
            await db.scalar(select(func.min(Nudge.due_at)).where(Nudge.state == "planned")),
            await db.scalar(select(func.min(Nudge.lease_until)).where(Nudge.state == "claimed")),
        ]
    return min((one for one in moments if one is not None), default=None)


def written(orders: Orders) -> str:
    return json.dumps(asdict(orders))


if __name__ == "__main__":
    asyncio.run(main(Orders(**json.loads(sys.argv[1]))))
