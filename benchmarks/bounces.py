"""A flood of bounces at the door of incoming mail: ``python -m benchmarks.bounces --bounces 50000``.

Every address bounces several times, each time for another message, through the real HTTP door into a
database file. Beside the flood people write to the bot, one after the other. Prints one JSON line;
`tests/email` runs it with few.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from adapters.dispatcher import Dispatcher
from adapters.email.config import EmailConfig
from adapters.email.marks import MailMark, message_id
from adapters.email.platform import EmailPlatform
from adapters.playground.mail.letters import Letter, bounce
from adapters.replies.door import PATH, InboundDoor
from bot.core.clock import SystemClock
from bot.core.links import Links
from bot.core.router import Router
from bot.features import all_features
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import InboxEvent, Nudge
from storage.people import AuditEvent, Community, Duty, Identity, Person, Workspace
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series

KEY, TENANT, DOMAIN = "k" * 32, "community-1", "sender.example"
AT_ONCE = 32
"""Connections of the mail service."""
PROBE_EVERY = 0.25
"""Seconds between two messages of the person beside the flood."""
LEAD = "lead@sender.example"
BOUNCED_AT = datetime(2027, 2, 16, 20, tzinfo=UTC)
BESIDE = 500
"""People who write beside the flood, in turn: one alone would write too often."""


@dataclass(frozen=True)
class Figures:
    """`usual` (the median), `slowest` and `beside` (the slowest message of the person beside) are seconds
    until a message is taken in; `grown` the megabytes that the process grew by. `told` counts the messages to
    the facilitator, `marked` the addresses that are unreachable now, `written` how often that was noted."""

    bounces: int
    addresses: int
    seconds: float
    usual: float
    slowest: float
    beside: float
    grown: float
    marked: int
    written: int
    told: int
    left: int


@dataclass
class Watch:
    """What is seen beside the flood."""

    times: list[float] = field(default_factory=list)
    most: float = 0.0
    over: bool = False


async def flood(url: str, bounces: int, addresses: int) -> Figures:
    """So many bounces of so many addresses in turn, until the last is handled."""
    database, links, watch = Database(url), Links("http://127.0.0.1", "x" * 20), Watch()
    await migrate(database)
    async with database.write() as db:
        await _people(db, addresses)
    async with _door(database, links) as (door, address), aiohttp.ClientSession() as client:
        before, began = _megabytes(), monotonic()
        beside = asyncio.create_task(_write_beside(client, address, links, watch))
        waiting, times = _bounces(links, bounces, addresses), list[float]()
        await asyncio.gather(*(_post_all(client, address, waiting, times) for _ in range(AT_ONCE)))
        await door.drain()
        seconds, watch.over = monotonic() - began, True
        await beside
        await door.drain()
    times.sort()
    async with database.read() as db:
        marked = await _count(db, select(func.count()).where(col(Identity.unreachable_since).is_not(None)))
        written = await _count(db, select(func.count()).where(AuditEvent.action == "bot_removed"))
        told = await _count(db, select(func.count()).where(Nudge.kind == "unreachable_people"))
        left = await _count(db, select(func.count()).where(InboxEvent.state != "done"))
    await database.close()
    return Figures(
        bounces, addresses, round(seconds, 1), round(times[len(times) // 2], 3), round(times[-1], 3),
        round(max(watch.times, default=0.0), 3), round(watch.most - before, 1), marked, written, told, left,
    )  # fmt: skip


@asynccontextmanager
async def _door(database: Database, links: Links) -> AsyncIterator[tuple[InboundDoor, str]]:
    """The product's own, on loopback; its answers go nowhere."""
    platform = EmailPlatform(EmailConfig("smtp://127.0.0.1:9", f"bot@{DOMAIN}"), links, SystemClock())
    router = Router(database, SystemClock(), all_features(), {}, links)
    door = InboundDoor(Dispatcher(router), platform, KEY)
    app = web.Application()
    app.add_routes(door.routes)
    async with TestServer(app) as server:
        yield door, str(server.make_url(PATH))


async def _people(db: AsyncSession, accounts: int) -> None:
    """A cohort of so many with e-mail only, and who runs it."""
    now = datetime.now(UTC)
    db.add(Community(name="Flood", created_at=now))
    await db.flush()
    workspace = Workspace(community_id=1, platform="email", tenant=TENANT, by_address=True, installed_at=now)
    year = ProjectYear(community_id=1, label="Y", starts_on=date(2026, 9, 1), ends_on=date(2027, 12, 31))
    project = Project(community_id=1, title="P")
    db.add_all([workspace, year, project])
    await db.flush()
    series = Series(community_id=1, project_id=project.id, year_id=year.id, slug="s", title={"en": "S"},
                    languages=["en"], created_at=now)  # fmt: skip
    db.add(series)
    await db.flush()
    cohort = Cohort(community_id=1, series_id=series.id, name="Flood", zone="America/Boise", created_at=now)
    names = [_address(one) for one in range(accounts)] + [_beside(one) for one in range(BESIDE)]
    people = [Person(community_id=1, name=name, created_at=now) for name in names]
    lead = Person(community_id=1, name=LEAD, created_at=now)
    db.add_all([cohort, lead, *people])
    await db.flush()
    db.add(Duty(person_id=lead.id, role="facilitator"))
    db.add_all(
        Identity(workspace_id=workspace.id, person_id=one.id, platform_user=one.name)
        for one in (lead, *people)
    )
    db.add_all(
        Enrollment(cohort_id=cohort.id, person_id=one.id, status="active", joined_at=now) for one in people
    )


def _bounces(links: Links, bounces: int, addresses: int) -> Iterator[bytes]:
    for one in range(bounces):
        yield _bounce(links, _address(one % addresses), f"mark-{one:08}")


def _bounce(links: Links, address: str, mark: str) -> bytes:
    """As the mailbox of the playground refuses a letter."""
    known = message_id(links, MailMark(mark, TENANT), address, DOMAIN)
    letter = Letter(mark, address, f"From: bot@{DOMAIN}\r\nMessage-ID: {known}\r\n\r\n", BOUNCED_AT)
    return bounce(letter, BOUNCED_AT)


def _written(links: Links, number: int) -> bytes:
    """What the person beside writes: a reply, each time a new one."""
    sender = _beside(number % BESIDE)
    known = message_id(links, MailMark("mark-beside", TENANT), sender, DOMAIN)
    return (
        f"From: {sender}\r\nTo: bot@{DOMAIN}\r\nMessage-ID: <beside-{number}@sender.example>\r\n"
        f"In-Reply-To: {known}\r\n\r\nhelp\r\n"
    ).encode()


async def _post(client: aiohttp.ClientSession, address: str, raw: bytes) -> float:
    began = monotonic()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "message/rfc822"}
    async with client.post(address, data=raw, headers=headers) as answer:
        assert answer.status == 204, answer.status
    return monotonic() - began


async def _post_all(
    client: aiohttp.ClientSession, address: str, waiting: Iterator[bytes], times: list[float]
) -> None:
    for raw in waiting:
        times.append(await _post(client, address, raw))


async def _write_beside(client: aiohttp.ClientSession, address: str, links: Links, watch: Watch) -> None:
    while not watch.over:
        watch.times.append(await _post(client, address, _written(links, len(watch.times))))
        watch.most = max(watch.most, _megabytes())
        await asyncio.sleep(PROBE_EVERY)


def _address(number: int) -> str:
    return f"p{number}@mailbox.example"


def _beside(number: int) -> str:
    return f"beside{number}@sender.example"


def _megabytes() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


async def _count(db: AsyncSession, query: object) -> int:
    return int(await db.scalar(query) or 0)  # type: ignore[call-overload]


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bounces", description=__doc__)
    parser.add_argument("--bounces", type=int, default=50_000)
    parser.add_argument("--addresses", type=int, default=5_000)
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="throughline-bounces-") as folder:
        figures = asyncio.run(
            flood(f"sqlite+aiosqlite:///{folder}/flood.db", options.bounces, options.addresses)
        )
    print(json.dumps({"benchmark": "bounces", **asdict(figures)}))
    once = (figures.addresses, figures.addresses, 1, 0)
    return 0 if (figures.marked, figures.written, figures.told, figures.left) == once else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
