"""Acceptance stories 4 and 5 through the real Slack and Teams adapters, by the far sides' own ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import open_doors
from adapters.demo.story import Story, cast_for
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from bot.nudges.planner import plan_commitment, replan_cohort
from prompts.time_zones import load_zone
from storage.database import Database
from storage.nudges import Job, Nudge
from storage.people import Person
from storage.reflections import Commitment
from storage.series import Cohort, Enrollment, Series
from storage.sessions import KeyIdea
from tests.support.kinds import ALL_KINDS
from tests.support.sample import sqlite_with_sample

KINDS = ("make_it_stick", "follow_up_form", "commitment_check_in")


@asynccontextmanager
async def _story(home: Home, folder: Path) -> AsyncIterator[Story]:
    """A town where everybody takes part, and only what comes after the series is still to be sent."""
    database = Database(sqlite_with_sample(folder / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        commands = frozenset(command.name for feature in all_features() for command in feature.commands)
        story = Story(environment, cast_for(environment, home), commands)
        await open_doors(story)
        async with database.write() as db:
            await db.execute(update(Enrollment).values(status="active"))
            await db.execute(update(KeyIdea).values(approved_at=BEGIN, approved_by_id=1))
            for cohort_id in (await db.scalars(select(Cohort.id))).all():
                await replan_cohort(db, ALL_KINDS, cohort_id or 0, story.now)
            others = col(Nudge.kind).not_in(KINDS) & (col(Nudge.state) == "planned")
            await db.execute(update(Nudge).where(others).values(state="skipped", reason="test"))
            await db.execute(delete(Job).where(col(Job.due_at) > BEGIN))
        yield story
    await database.close()


async def _leave_only(story: Story, reader: Actor) -> None:
    """Nobody else's messages are sent, so that months pass quickly."""
    async with story.environment.application.database.write() as db:
        me = (await db.scalars(select(Person.id).where(Person.email == reader.person.email))).one()
        theirs = (col(Nudge.person_id) != me) & (col(Nudge.state) == "planned")
        await db.execute(update(Nudge).where(theirs).values(state="skipped", reason="test"))


async def _arrived(story: Story, kind: str, zone: str) -> list[str]:
    """The local days on which the far side took messages of a kind, each within the reader's morning."""
    async with story.environment.application.database.read() as db:
        marks = set(await db.scalars(select(Nudge.mark).where(Nudge.kind == kind)))
    posts = [post for post in story.environment.ledger.posts if post.nudge in marks]
    local = [post.at.astimezone(load_zone(zone)) for post in posts]
    assert all(9 <= moment.hour < 12 for moment in local), local
    return [moment.strftime("%m-%d") for moment in local]


def _reader(story: Story, zone: str) -> Actor:
    return next(person for person in story.people("participant") if person.person.tz == zone)


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_story_4_make_it_stick_comes_at_growing_gaps(home: Home, tmp_path: Path) -> None:
    async with _story(home, tmp_path) as story:
        await _leave_only(story, _reader(story, "America/Boise"))
        await story.until(datetime(2027, 6, 20, tzinfo=UTC))
        days = await _arrived(story, "make_it_stick", "America/Boise")
        assert days == ["03-19", "03-23", "03-30", "04-13", "05-11", "06-08"]
        assert await _arrived(story, "follow_up_form", "America/Boise") == ["05-17", "06-14"]


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_story_4_who_stops_after_the_second_gets_two(home: Home, tmp_path: Path) -> None:
    async with _story(home, tmp_path) as story:
        reader = _reader(story, "America/Boise")
        await _leave_only(story, reader)
        await story.until(datetime(2027, 3, 24, tzinfo=UTC))
        await reader.type("stop make_it_stick")
        await story.until(datetime(2027, 6, 20, tzinfo=UTC))
        assert await _arrived(story, "make_it_stick", "America/Boise") == ["03-19", "03-23"]


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_story_5_nothing_comes_on_memorial_day_or_in_quiet_hours(home: Home, tmp_path: Path) -> None:
    async with _story(home, tmp_path) as story:
        reader = _reader(story, "America/Adak")
        await reader.type("settings zone=Adak quiet=17:00-08:00")
        await _leave_only(story, reader)
        async with story.environment.application.database.write() as db:
            me = (await db.scalars(select(Person).where(Person.email == reader.person.email))).one()
            assert (me.quiet_from, me.quiet_to) == (17 * 60, 8 * 60)
            mine = select(Enrollment.cohort_id).join(Cohort).join(Series)
            running = mine.where(Enrollment.person_id == me.id, Series.status != "archived")
            cohort = (await db.scalars(running)).one()
            plan = Commitment(
                person_id=me.id,
                cohort_id=cohort,
                action="ask first",
                due_on=date(2027, 5, 31),
                created_at=story.now,
                updated_at=story.now,
            )
            db.add(plan)
            await plan_commitment(db, ALL_KINDS, plan, story.now)
        await story.until(datetime(2027, 6, 5, tzinfo=UTC))
        assert await _arrived(story, "commitment_check_in", "America/Adak") == ["06-01"]
