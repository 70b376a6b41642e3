"""A whole bot between the far sides, where a platform can be told to refuse, and what comes of it is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from adapters.playground.environment import Environment, running_town
from adapters.playground.sample import Home
from bot.console.failures import tell_failures
from bot.core.cards import Card
from bot.core.clock import MovedClock
from storage.database import Database
from storage.nudges import InboxEvent, Job, Nudge
from storage.people import Duty, Identity, Person, Workspace
from storage.series import Cohort
from tests.support.sample import sqlite_with_sample
from tests.support.stage import START


@dataclass
class Place:
    """`database` and `environment` are the product's own."""

    database: Database
    environment: Environment

    async def person(self, user: str) -> Person:
        """Whoever has this account."""
        async with self.database.read() as db:
            found = await db.scalars(select(Person).join(Identity).where(Identity.platform_user == user))
            return found.one()

    async def people(self) -> Sequence[Person]:
        async with self.database.read() as db:
            return (await db.scalars(select(Person).order_by(col(Person.id)))).all()

    async def identities(self) -> Sequence[Identity]:
        """Of people who have no role: the sample's staff have their accounts from the beginning."""
        staff = select(Duty.person_id)
        found = select(Identity).where(col(Identity.person_id).not_in(staff)).order_by(col(Identity.id))
        async with self.database.read() as db:
            return (await db.scalars(found)).all()

    async def workspace(self, platform: str = "slack") -> Workspace:
        async with self.database.read() as db:
            return (await db.scalars(select(Workspace).where(Workspace.platform == platform))).one()

    async def inbox(self, *states: str) -> Sequence[InboxEvent]:
        async with self.database.read() as db:
            return (await db.scalars(select(InboxEvent).where(col(InboxEvent.state).in_(states)))).all()

    async def nudges(self, beginning: str = "") -> Sequence[Nudge]:
        async with self.database.read() as db:
            query = select(Nudge).where(col(Nudge.key).startswith(beginning)).order_by(col(Nudge.id))
            return (await db.scalars(query)).all()

    async def jobs(self, kind: str) -> Sequence[Job]:
        async with self.database.read() as db:
            return (await db.scalars(select(Job).where(Job.kind == kind))).all()

    async def cohort(self) -> Cohort:
        async with self.database.read() as db:
            return (await db.scalars(select(Cohort).order_by(col(Cohort.id)))).all()[0]

    async def write(self, key: str, person: Person, cohort: Cohort | None = None) -> None:
        """Plan a message to somebody, due now."""
        now = self.environment.clock.now()
        async with self.database.write() as db:
            db.add(
                Nudge(
                    key=key,
                    community_id=person.community_id,
                    kind="note",
                    nature="logistics",
                    person_id=person.id,
                    cohort_id=cohort.id if cohort else None,
                    card=Card(text=f"message {key}").model_dump(mode="json"),
                    due_at=now,
                    created_at=now,
                )
            )

    async def make_facilitator(self, user: str) -> Person:
        """Let this account run the cohorts."""
        person = await self.person(user)
        async with self.database.write() as db:
            db.add(Duty(person_id=person.id or 0, role="facilitator"))
        return person

    async def later(self, **by: float) -> None:
        """Let time pass, and do what is due on the way."""
        await self.environment.move_to(self.environment.clock.now() + timedelta(**by))

    async def keep_house(self) -> None:
        await tell_failures(self.environment.application.scheduler.job_ctx)
        await self.environment.settle()


@asynccontextmanager
async def placed(folder: Path, home: Home = "slack") -> AsyncIterator[Place]:
    """The sample community with its people on one platform; nobody has written yet."""
    database = Database(sqlite_with_sample(folder / "place.db", home, START), durable=False, alone=True)
    try:
        async with running_town(database, MovedClock(START), home, secrets=["test"]) as environment:
            yield Place(database, environment)
    finally:
        await database.close()
