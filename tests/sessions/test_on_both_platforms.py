"""Acceptance story 1 through the real adapters, against the playground: on Slack, on Teams, by e-mail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import open_doors, sessions_of
from adapters.demo.story import BETWEEN, Story, cast_for
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from storage.database import Database
from storage.nudges import Job, Nudge
from storage.series import Enrollment
from storage.sessions import Session
from tests.stories.town import lead_of
from tests.support.sample import sqlite_with_sample

TUESDAYS = ("2027-02-23", "2027-03-02", "2027-03-09", "2027-03-16")
AT = {"America/Adak": "10:00 AM", "America/Anchorage": "11:00 AM", "America/Boise": "1:00 PM"}
IN_SPANISH = {"America/Adak": "10:00", "America/Anchorage": "11:00", "America/Boise": "1:00"}


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_noon_pacific_stays_noon_for_everybody_when_clocks_change(home: Home, tmp_path: Path) -> None:
    """Four Tuesdays by command; each reader's list and reminder say the same hour all four times."""
    database = Database(sqlite_with_sample(tmp_path / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        commands = frozenset(command.name for feature in all_features() for command in feature.commands)
        story = Story(environment, cast_for(environment, home), commands)
        await open_doors(story)
        await _only_our_own_sessions(database)
        lead = lead_of(story)
        for number, day in enumerate(TUESDAYS, start=1):
            await lead.type(
                f'session new "Part {number}" {day} 12:00 90 zone=Pacific link=https://example.org/{number}'
            )
            assert f"Part {number}" in lead.see().text
        sessions = await sessions_of(story)
        assert [f"{one.starts_at:%m-%d %H:%M}" for one in sessions] == [
            "02-23 20:00", "03-02 20:00", "03-09 20:00", "03-16 19:00",
        ]  # fmt: skip
        readers = _one_in_each_zone(story)
        for zone, reader in readers.items():
            await reader.type("sessions")
            ours = reader.see().text.partition("Part 1")[2]
            assert ours.count(_hour(reader, zone)) == 4, reader.person.name
            environment.clock.advance(BETWEEN)
        await _only(database, "join_link")
        for session in (sessions[0], sessions[3]):
            await story.until(session.starts_at - timedelta(minutes=10))
            for zone, reader in readers.items():
                assert _hour(reader, zone) in reader.see().text, reader.person.name
        await _a_move_and_a_cancel_are_told(story, lead, sessions[3])
    await database.close()


async def _a_move_and_a_cancel_are_told(story: Story, lead: Actor, last: Session) -> None:
    """In the preview nothing changes; pressed, the cohort hears of it."""
    await story.command([lead], 'session new "Part 5" 2027-03-23 12:00 90 zone=Pacific')
    for text in (
        f"session move {last.number + 1} 2027-03-24 12:00",
        f"session cancel {last.number + 1} The presenter is ill.",
    ):
        await lead.type(text)
        await lead.push_main()
        story.environment.clock.advance(BETWEEN)
        await story.settle()
    texts = [post.text for post in story.environment.ledger.posts]
    assert any("has a new time" in text for text in texts)
    assert any("The presenter is ill" in text for text in texts)


async def _only_our_own_sessions(database: Database) -> None:
    """The sample's sessions are long over, everybody has accepted, and nothing else is to be sent."""
    async with database.write() as db:
        await db.execute(update(Enrollment).values(status="active"))
        await db.execute(
            update(Nudge).where(col(Nudge.kind) != "note").values(state="skipped", reason="test")
        )
        for session in await db.scalars(select(Session).where(Session.starts_at > BEGIN)):
            session.status, session.starts_at = "delivered", session.starts_at - timedelta(days=364)


async def _only(database: Database, kind: str) -> None:
    """Of all that is planned only this kind is sent, so that weeks pass quickly."""
    async with database.write() as db:
        await db.execute(
            update(Nudge)
            .where(col(Nudge.kind) != kind, col(Nudge.state) == "planned")
            .values(state="skipped")
        )
        await db.execute(delete(Job).where(col(Job.due_at) > BEGIN + timedelta(days=1)))


def _one_in_each_zone(story: Story) -> dict[str, Actor]:
    return {
        zone: next(person for person in story.people("participant") if person.person.tz == zone)
        for zone in AT
    }


def _hour(reader: Actor, zone: str) -> str:
    return (IN_SPANISH if reader.language == "es" else AT)[zone]
