"""The facilitator's breakout story through the real Slack and Teams adapters, against the playground."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo.cast import Actor, OnSlack, OnTeams
from adapters.demo.script import open_doors, sessions_of
from adapters.demo.story import Story, cast_for, commands
from adapters.demo.words import said_in_card
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Enrollment
from storage.sessions import Attendance, Session
from tests.support.sample import sqlite_with_sample


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_23_people_in_threes_and_one_who_comes_late(home: Home, tmp_path: Path) -> None:
    """Everybody present is named in a group's start, and hears two minutes left and back."""
    async with opened(home, tmp_path) as story:
        database = story.environment.application.database
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=30))
        present = await check_in(database, session, 24)
        late = present.pop()
        lead = story.facilitator(home)
        assert lead is not None
        await lead.type("breakout 3 10 seed=7 What helped?")
        shown = lead.see().text
        assert "5 × 3" in shown
        assert "2 × 4" in shown
        assert await lead.push_main() in {"Open groups", "Abrir grupos"}
        await story.settle()
        await lead.type(f'breakout late "{late.name}"')
        assert late.name in lead.see().text
        await story.settle()
        groups = await groups_of(database, session)
        assert sorted(map(len, groups)) == [3, 3, 3, 3, 4, 4, 4]
        await story.until(story.now + timedelta(minutes=11))
        by_email = {actor.person.email: actor for actor in story.cast.values()}
        for group in groups:
            for email in group:
                _heard_own_group(by_email[email], group, by_email)


@pytest.mark.parametrize("home", ["slack", "teams"])
@pytest.mark.parametrize("people", [12, 13])
async def test_pairs_over_four_sessions_repeat_nothing(home: Home, people: int, tmp_path: Path) -> None:
    """12 make six pairs each time, 13 five and a trio; no two meet twice, and nobody is in the trio twice."""
    met: Counter[frozenset[str]] = Counter()
    in_trio: Counter[str] = Counter()
    async with opened(home, tmp_path) as story:
        lead = story.facilitator(home)
        assert lead is not None
        for session in await sessions_of(story):
            await story.until(session.starts_at + timedelta(minutes=30))
            present = await check_in(story.environment.application.database, session, people + 1)
            await lead.type("breakout 2 10")
            await lead.push_main()
            await story.settle()
            groups = await groups_of(story.environment.application.database, session)
            assert sorted(map(len, groups)) == [2] * 5 + [people - 10]
            assert set().union(*groups) == {person.email for person in present[:-1]}
            met.update(frozenset(two) for group in groups for two in combinations(group, 2))
            in_trio.update(email for group in groups if len(group) == 3 for email in group)
    assert set(met.values()) == {1}
    assert set(in_trio.values()) == ({1} if people == 13 else set())


@asynccontextmanager
async def opened(home: Home, folder: Path) -> AsyncIterator[Story]:
    database = Database(sqlite_with_sample(folder / "town.db", home), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        story = Story(environment, cast_for(environment, home), commands())
        await open_doors(story)
        await _all_take_part(database)
        yield story
    await database.close()


async def _all_take_part(database: Database) -> None:
    """Everybody has accepted; and only what the round itself says matters here."""
    async with database.write() as db:
        await db.execute(update(Enrollment).values(status="active"))
        await db.execute(update(Nudge).where(col(Nudge.kind) != "note").values(state="skipped"))


def _heard_own_group(actor: Actor, group: set[str], cast: dict[str, Actor]) -> None:
    """The last start that somebody read names exactly their own group."""
    heard = read_by(actor)
    starts = [text for text in heard if "You are a group" in text and actor.person.name in text]
    assert starts, actor.person.name
    for email in group:
        assert cast[email].person.name in starts[-1]
    assert any("Two minutes left" in text for text in heard)
    assert any("Time is up" in text for text in heard)


def read_by(actor: Actor) -> list[str]:
    """The texts of all messages that somebody can read."""
    name = actor.person.name
    if isinstance(actor, OnSlack):
        return [message.text for message in actor.side.inbox(actor.person.id)]
    assert isinstance(actor, OnTeams)
    me = actor.side.user(name).teams_id
    posts = actor.side.inbox(name)
    return [said_in_card(card) for post in posts for card in post.cards_seen_by(me)]


async def check_in(database: Database, session: Session, count: int) -> list[Person]:
    """The first people who take part are here; the last of them is left for later."""
    async with database.write() as db:
        found = await db.scalars(
            select(Person)
            .join(Enrollment, Enrollment.person_id == Person.id)  # type: ignore[arg-type]
            .where(Enrollment.cohort_id == session.cohort_id, Enrollment.status == "active")
            .order_by(Person.id)  # type: ignore[arg-type]
            .limit(count)
        )
        people = list(found)
        for person in people[:-1]:
            db.add(
                Attendance(
                    session_id=session.id,
                    person_id=person.id,
                    marked=True,
                    source="self",
                    recorded_at=session.starts_at,
                )
            )
    return people


async def groups_of(database: Database, session: Session) -> list[set[str]]:
    """The groups of a session's only round, by email address."""
    async with database.read() as db:
        rows = await db.execute(
            select(BreakoutGroup.number, Person.email)
            .join(GroupMember, GroupMember.group_id == BreakoutGroup.id)  # type: ignore[arg-type]
            .join(Person, Person.id == GroupMember.person_id)  # type: ignore[arg-type]
            .join(BreakoutRound, BreakoutRound.id == BreakoutGroup.round_id)  # type: ignore[arg-type]
            .where(BreakoutRound.session_id == session.id)
        )
        groups: dict[int, set[str]] = {}
        for number, email in rows:
            groups.setdefault(number, set()).add(email or "")
    return [groups[number] for number in sorted(groups)]
