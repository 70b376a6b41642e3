"""Leaving through the real Slack and Teams adapters: out of the channel, and no message any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.demo.cast import Actor, OnSlack
from adapters.demo.script import open_doors
from adapters.demo.story import Story, cast_for, commands
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Person
from tests.support.sample import sqlite_with_sample


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_who_leaves_is_out_of_the_channel_and_hears_no_more(home: Home, tmp_path: Path) -> None:
    """On Slack the bot takes them out after the hour in which they may change their mind; on Teams only the
    team's owner can. What was planned for them is skipped on both, others' goes out."""
    database = Database(sqlite_with_sample(tmp_path / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        story = Story(environment, cast_for(environment, home), commands())
        story.habits = None
        await open_doors(story)
        gone, stays = story.people("participant")[:2]
        for actor in (gone, stays):
            await actor.push_main()  # the invitation
            await actor.push_main()  # what taking part means
        await story.settle()
        before = await planned_for(database, gone)
        assert before > 5
        await gone.type("leave")
        await story.settle()
        assert await planned_for(database, gone) == 0
        read = len(messages_to(story, gone))
        await story.until(story.now + timedelta(days=10))
        assert len(messages_to(story, gone)) == read
        assert len(messages_to(story, stays)) > 0
        if isinstance(gone, OnSlack):
            channels = [channel.name for channel in environment.slack.channels_of(gone.person.id)]
            assert "steady-teams" not in channels
            assert "steady-teams" in [
                channel.name for channel in environment.slack.channels_of(stays.person.id)
            ]
    await database.close()


async def planned_for(database: Database, actor: Actor) -> int:
    """How many messages are still planned for somebody."""
    async with database.read() as db:
        rows = await db.scalars(
            select(Nudge)
            .join(Person, col(Person.id) == Nudge.person_id)
            .where(Person.email == actor.person.email, Nudge.state == "planned")
        )
        return len(list(rows))


def messages_to(story: Story, actor: Actor) -> list[str]:
    """What reached somebody in their own chat."""
    account = actor.person.id if isinstance(actor, OnSlack) else ""
    if not account:
        account = story.environment.teams.user(actor.person.name).teams_id
    return [post.text for post in story.environment.ledger.posts if post.recipients == (account,)]
