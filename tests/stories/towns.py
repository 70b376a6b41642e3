"""A town for stories about evaluation: everybody takes part, and no planned message is in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import open_doors
from adapters.demo.story import Story, cast_for
from adapters.playground.environment import Mount, running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from storage.database import Database
from storage.nudges import Job, Nudge
from storage.people import Person
from storage.series import Enrollment
from storage.sessions import Attendance, Session
from tests.support.sample import sqlite_with_sample


@asynccontextmanager
async def quiet_town(home: Home, folder: Path, mount: Mount | None = None) -> AsyncIterator[Story]:
    """The sample's cohort through its real adapters, on a database of its own. `mount` adds routes."""
    database = Database(sqlite_with_sample(folder / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"], mount=mount) as environment:
        names = frozenset(command.name for feature in all_features() for command in feature.commands)
        story = Story(environment, cast_for(environment, home), names)
        await open_doors(story)
        async with database.write() as db:
            await db.execute(update(Enrollment).values(status="active", consented_at=BEGIN))
            planned = col(Nudge.state) == "planned"
            await db.execute(update(Nudge).where(planned).values(state="skipped", reason="test"))
            await db.execute(delete(Job).where(col(Job.due_at) > BEGIN))
        for _ in range(3):  # what the far side's rate limit kept waiting
            environment.clock.advance(timedelta(minutes=1))
            await story.settle()
        yield story
    await database.close()


async def were_there(story: Story, session: Session, actors: Iterable[Actor]) -> None:
    """The facilitator has marked who attended."""
    emails = [one.person.email for one in actors]
    async with story.environment.application.database.write() as db:
        for person_id in list(await db.scalars(select(Person.id).where(col(Person.email).in_(emails)))):
            db.add(Attendance(session_id=session.id, person_id=person_id or 0, marked=True,
                              source="facilitator", recorded_at=story.now))  # fmt: skip


async def open_form(actor: Actor, text: str) -> None:
    """Type a command; where it is answered with a card to open a form from, press its last button."""
    await actor.type(text)
    if not actor.questions():
        seen = actor.see()
        await actor.push(seen.id, [push for push in seen.pushes if not push.leads_away][-1])


async def fill(actor: Actor, given: Mapping[str, str]) -> None:
    """Fill in the open form by the fields' own names (Slack puts the form's name before them) and send it."""
    names = {question.name.rpartition(":")[2]: question.name for question in actor.questions()}
    assert set(given) <= set(names), (set(given) - set(names), names)
    errors = await actor.submit({names[name]: value for name, value in given.items()})
    assert errors == {}, actor.person.name
