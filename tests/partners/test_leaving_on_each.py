"""A partner leaves: the other hears it on Slack, on Teams and by e-mail, through the real adapters."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.demo.cast import Actor
from adapters.demo.mailbox import OnEmail
from adapters.demo.script import open_doors
from adapters.demo.story import Story, cast_for, commands
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from storage.database import Database
from tests.breakouts.test_on_both_platforms import read_by as read_in_chat
from tests.support.databases import sqlite_with_tables


def read_by(actor: Actor) -> list[str]:
    """The texts of all messages that somebody can read, with the subjects of letters."""
    if isinstance(actor, OnEmail):
        return [f"{letter.subject}\n{letter.text}" for letter in actor.mailbox]
    return read_in_chat(actor)


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_the_one_who_stays_hears_it_where_they_are(home: Home, tmp_path: Path) -> None:
    database = Database(sqlite_with_tables(tmp_path / "town.db"), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        story = Story(environment, cast_for(environment, home), commands())
        story.habits = None
        await open_doors(story)
        pair = story.people("participant")[:2]
        for actor in pair:
            await actor.push_main()
            await actor.push_main()
            await actor.type("settings partners=yes")
        lead = story.facilitator("teams") if home == "teams" else story.facilitator("slack")
        assert lead is not None
        await lead.type("partners new")
        await lead.push_main()
        await story.until(story.now + timedelta(minutes=30))
        gone, stays = pair
        assert any(gone.person.name in one for one in read_by(stays)), (read_by(stays)[-2:], gone.person.name)
        await gone.type("leave")
        await story.settle()
        await story.until(story.now + timedelta(days=2))
        told = [one for one in read_by(stays) if f"{gone.person.name} does not take part any more" in one]
        assert len(told) == 1, read_by(stays)[-3:]
        assert "Your learning partner" in told[0]
        assert not any("does not take part any more" in one for one in read_by(gone))
    await database.close()
