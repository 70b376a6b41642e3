"""Slack's far side in this process, a database with messages due, and workers as processes of their own."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlmodel import func, select

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app, running
from adapters.slack.manifest import manifest
from bot.cards import Card
from bot.features import all_features
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.people import Community, Identity, Person, Workspace
from tests.faults.worker import Orders, written

TEAM = "T0FAULTS"
ROOT = Path(__file__).parents[2]


@dataclass
class World:
    side: SlackSide
    database: Database
    orders: Orders

    async def start(self, **changes: object) -> asyncio.subprocess.Process:
        """A worker process with these orders."""
        orders = replace(self.orders, **changes)  # type: ignore[arg-type]
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.worker", written(orders), cwd=ROOT
        )

    async def run(self, **changes: object) -> int:
        """A worker from its start to its end; the exit status (-9 when it was killed)."""
        return await (await self.start(**changes)).wait()

    async def marks(self) -> set[str]:
        async with self.database.read() as db:
            return set(await db.scalars(select(Nudge.mark)))

    async def states(self) -> Counter[str]:
        async with self.database.read() as db:
            rows = await db.execute(select(Nudge.state, func.count()).group_by(Nudge.state))
            return Counter({str(state): int(count) for state, count in rows})

    async def check_each_arrived_once(self) -> None:
        """By the far side's own ledger; and the outbox knows it."""
        marks = await self.marks()
        assert self.side.ledger.lost(marks) == set()
        assert self.side.ledger.duplicated() == {}
        assert await self.states() == {"sent": len(marks)}


@asynccontextmanager
async def world(url: str, people: int = 40) -> AsyncIterator[World]:
    """`people` persons with one message due for each."""
    side = _side(people)
    async with running(side):
        database = Database(url)
        await migrate(database)
        await _fill(database, people)
        installation = side.workplace.workspaces[TEAM].installation
        assert installation is not None
        orders = Orders(url, f"{side.base_url}/api/", installation.bot_token)
        yield World(side, database, orders)
        await database.close()


def _side(people: int) -> SlackSide:
    told = manifest(all_features())
    app = new_app(
        "Throughline",
        scopes=told["oauth_config"]["scopes"]["bot"],
        bot_events=told["settings"]["event_subscriptions"]["bot_events"],
        commands=["/throughline"],
    )
    workplace = SlackWorkplace(app, lambda: datetime.now(UTC), monotonic)
    workplace.add_workspace(TEAM, "Faults", [_person(number) for number in range(people)])
    workplace.install(TEAM)
    return SlackSide(workplace, Ledger(), Faults())


def _person(number: int) -> SamplePerson:
    zone = "America/Los_Angeles"
    return SamplePerson(f"U{number:05}", f"P{number}", f"p{number}@example.org", zone, "en-US", "participant")


async def _fill(database: Database, people: int) -> None:
    now = datetime.now(UTC)
    async with database.write() as db:
        db.add(Community(name="Faults", created_at=now))
        await db.flush()
        db.add(Workspace(community_id=1, platform="slack", tenant=TEAM, installed_at=now))
        await db.flush()
        card = Card(text="Look back & look ahead").model_dump(mode="json")
        for number in range(people):
            person = Person(community_id=1, name=f"P{number}", created_at=now)
            db.add(person)
            await db.flush()
            db.add(Identity(workspace_id=1, person_id=person.id or 0, platform_user=f"U{number:05}"))
            db.add(
                Nudge(
                    key=f"n{number}",
                    community_id=1,
                    kind="note",
                    nature="logistics",
                    person_id=person.id,
                    card=card,
                    due_at=now,
                    created_at=now,
                )
            )
