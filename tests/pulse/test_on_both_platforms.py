"""A pulse through the real Slack and Teams adapters: the posted card itself shows the result."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col

from adapters.demo.cast import Actor
from adapters.demo.script import accept_invitation, sessions_of
from adapters.demo.story import BETWEEN, Story, account_of, cast_for, commands
from adapters.playground.environment import CHANNEL_NAME, running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from storage.database import Database
from storage.nudges import Nudge
from tests.support.sample import sqlite_with_sample


async def _accepts(story: Story, actor: Actor, kind: str, message: str) -> None:
    if kind == "note":
        await accept_invitation(story, actor, message)


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_the_channel_shows_the_result_as_people_tap(home: Home, tmp_path: Path) -> None:
    database = Database(sqlite_with_sample(tmp_path / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        story = Story(environment, cast_for(environment, home), commands(), habits=_accepts)
        lead = story.facilitator(home)
        assert lead is not None
        await _lets_people_in(story, lead)
        async with database.write() as db:
            await db.execute(delete(Nudge).where(col(Nudge.state) == "planned"))
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=20))
        await lead.type("pulse")
        await lead.push(lead.see().id, lead.see().pushes[0])
        await story.settle()
        posted = next(one for one in reversed(environment.ledger.posts) if "How is the pace?" in one.text)
        people = [one for one in story.people("participant") if account_of(one) in posted.recipients][:6]
        assert len(people) == 6
        for person in people:
            await _taps(person, posted.message)
        assert "5 or more" not in lead.see(posted.message).text
        await story.until(story.now + timedelta(seconds=10))
        assert "5 or more" in lead.see(posted.message).text
        assert lead.see(posted.message).text.count("fewer than 5") == 2
        await story.until(session.starts_at + timedelta(minutes=session.minutes, seconds=10))
        closed = lead.see(posted.message)
        assert "This question is closed" in closed.text
        assert not closed.pushes
    await database.close()


async def _lets_people_in(story: Story, lead: Actor) -> None:
    """A channel with the cohort's people in it."""
    await lead.type("me")
    if lead.platform == "teams":
        await lead.type("cohort link", CHANNEL_NAME)
    else:
        await lead.type("cohort open")
        await lead.push_main()
    story.environment.clock.advance(BETWEEN)
    await story.settle()
    await lead.type("invite")
    await lead.push_main()
    await story.settle()


async def _taps(person: Actor, message: str) -> None:
    seen = person.see(message)
    await person.push(seen.id, next(push for push in seen.pushes if push.label == "Just right"))
