"""A process that sends what is due and can be told where to die.

It runs the product's own sender, database and platform adapters. Deaths are real SIGKILLs, pauses real
SIGSTOPs.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from adapters.email import relay
from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.logs import set_up_logs
from adapters.slack.platform import SlackPlatform
from adapters.teams.config import LOOPBACK, TeamsConfig
from adapters.teams.platform import TeamsPlatform
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.platform import Address, Sent
from bot.core.rate_limits import RateLimiter
from bot.features import all_kinds
from bot.nudges import sender as sender_module
from bot.nudges.outbox import claim_due_nudges, mark_sending, settle
from bot.nudges.sender import Sender
from storage.database import Database
from storage.nudges import Nudge

log = structlog.get_logger()

MOST_FAILURES_IN_A_ROW = 600


@dataclass(frozen=True)
class Orders:
    """`later` seconds are added to the machine's clock. `dies` is where to: claim (before it commits),
    claimed (before anything is recorded as being sent), posting (recorded, not posted), accepted (posted,
    not settled); `at` says at which time of passing there. `stops` pauses instead. `waits`: really wait for
    what is due instead of moving the clock on to it. `at_once` is how many messages are on their way at the
    same time: one, so that where it dies is the same in every run.

    `slack` is the far side's address and the token of each workspace; `teams` the addresses of the other,
    `mail` the relay's, for which `mail_waits` seconds are waited, before the text and after it (None: as long
    as the product does).
    """

    database: str
    slack: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    mail_waits: float | None = None
    later: float = 0
    dies: str = ""
    at: int = 1
    stops: bool = False
    waits: bool = False
    at_once: int = 1
    batch: int = 50
    patience: float | None = None
    clock_file: str = ""
    """Where it writes what its clock says, in seconds since 1970, whenever it moves it."""
    until: float = 0
    """It ends before anything that is due so many seconds after its start (0: when nothing is to come)."""

    @property
    def began(self) -> datetime:
        """When it started, by its own clock."""
        return self.asked_at + timedelta(seconds=self.later)

    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Fate:
    """Counts passages of the place where this process is to die."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.passed = 0
        self.claiming = False
        self.settling = 0
        """Messages that are sent, and whose rows do not say so yet."""

    def at(self, place: str) -> None:
        if place != self.orders.dies:
            return
        self.passed += 1
        if self.passed == self.orders.at:
            os.kill(os.getpid(), signal.SIGSTOP if self.orders.stops else signal.SIGKILL)


class MortalDatabase(Database):
    """Dies with a claim written and not committed."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url, pool_size=4)
        self.fate = fate

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with super().write() as db:
            yield db
            if self.fate.claiming:
                await db.flush()
                self.fate.at("claim")


def _mortal_steps(fate: Fate) -> None:
    """Let the sender die inside its own steps; they are the product's all the same."""

    async def claim(*given: Any, **named: Any) -> list[Nudge]:
        fate.claiming = True
        try:
            return await claim_due_nudges(*given, **named)
        finally:
            fate.claiming = False

    async def mark(*given: Any, **named: Any) -> bool:
        while fate.orders.dies == "claimed" and fate.settling:  # noqa: ASYNC110 - so that nothing is under way
            await asyncio.sleep(0)
        fate.at("claimed")
        return await mark_sending(*given, **named)

    async def counted(*given: Any, **named: Any) -> bool:
        fate.settling += 1
        try:
            return await settle(*given, **named)
        finally:
            fate.settling -= 1

    vars(sender_module).update(claim_due_nudges=claim, mark_sending=mark, settle=counted)


class MortalSlack(SlackPlatform):
    fate: Fate

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self.fate.at("posting")
        sent = await super().send(to, card, mark=mark, users=users, language=language)
        self.fate.at("accepted")
        return sent


class MortalTeams(TeamsPlatform):
    fate: Fate

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self.fate.at("posting")
        sent = await super().send(to, card, mark=mark, users=users, language=language)
        self.fate.at("accepted")
        return sent


class MortalEmail(EmailPlatform):
    fate: Fate

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self.fate.at("posting")
        sent = await super().send(to, card, mark=mark, users=users, language=language)
        self.fate.at("accepted")
        return sent


def run(orders: Orders) -> None:
    """The whole life of the process."""
    asyncio.run(_run(orders))


async def _run(orders: Orders) -> None:
    set_up_logs("json")
    fate = Fate(orders)
    _mortal_steps(fate)
    sender_module.AT_ONCE = orders.at_once
    database = MortalDatabase(orders.database, fate)
    clock = MovedClock(datetime.now(UTC) + timedelta(seconds=orders.later), ticking=True)
    links = Links("http://127.0.0.1", "x" * 20)
    plain = Database(orders.database, pool_size=1)
    sender = Sender(database, clock, _platforms(orders, fate, database, clock, links), all_kinds(), links)
    _tell_clock(orders, clock)
    failures = 0
    while failures < MOST_FAILURES_IN_A_ROW:
        try:
            sent = await sender.send_due(limit=orders.batch, patience=orders.patience)
            if not sent and len(sender.hands):
                await sender.hands.wait(0.1)  # the clock is not moved beyond what is under way
            elif not sent and not await _on(orders, plain, clock):
                break
            failures = 0
        except Exception as error:  # as the beat does: the next tick looks again
            failures += 1
            log.warning("tick_failed", error=type(error).__name__)
            await asyncio.sleep(0.05)
    await sender.drain()
    await database.close()
    await plain.close()


async def _on(orders: Orders, database: Database, clock: MovedClock) -> bool:
    """Wait, or move the clock, until something is due; False when nothing is to come."""
    due = await _next(database)
    if due is None or (orders.until and due > orders.began + timedelta(seconds=orders.until)):
        return False
    if orders.waits or due <= clock.now():
        await asyncio.sleep(max(0.0, min((due - clock.now()).total_seconds(), 0.2)))
    else:
        clock.move_to(due)
        _tell_clock(orders, clock)
    return True


def _tell_clock(orders: Orders, clock: MovedClock) -> None:
    if orders.clock_file:
        beside = Path(f"{orders.clock_file}.new")
        beside.write_text(str(clock.now().timestamp()))
        beside.replace(orders.clock_file)


async def _next(database: Database) -> datetime | None:
    """When the next open nudge can be claimed."""
    async with database.read() as db:
        moments = [
            await db.scalar(select(func.min(Nudge.due_at)).where(Nudge.state == "planned")),
            await db.scalar(select(func.min(Nudge.lease_until)).where(Nudge.state == "claimed")),
        ]
    return min((moment for moment in moments if moment is not None), default=None)


def _platforms(
    orders: Orders, fate: Fate, database: Database, clock: MovedClock, links: Links
) -> dict[str, Any]:
    rate_limiter = RateLimiter(database, clock)
    platforms: dict[str, Any] = {}
    if orders.slack:

        async def token(tenant: str) -> str:
            return orders.tokens[tenant]

        platforms["slack"] = MortalSlack(token, orders.slack, rate_limiter)
    if orders.teams:
        platforms["teams"] = MortalTeams(teams_at(orders.teams), rate_limiter)
    if orders.mail:
        if orders.mail_waits is not None:
            relay.BEFORE_DATA = relay.FOR_DATA = orders.mail_waits
        config = EmailConfig(orders.mail, "bot@example.org", per_hour=1e6, per_domain=1e6)
        platforms["email"] = MortalEmail(config, links, clock, rate_limiter)
    for platform in platforms.values():
        platform.fate = fate
    return platforms


NO_NAME = "platform.invalid"
"""A host that no resolver knows."""


def teams_at(told: dict[str, str]) -> TeamsConfig:
    """The far side of Teams at these addresses."""
    config = TeamsConfig(
        told["app_id"], told["app_password"], told["tenant_id"], allowed_hosts=LOOPBACK | {NO_NAME}
    )
    return replace(config, **{name: url for name, url in told.items() if name.endswith("_url")})  # type: ignore[arg-type]
