"""One person on Slack and on Teams, through both real adapters at once: link, one message, unlink."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.story import BETWEEN, Story, cast_for
from adapters.playground.environment import running_town
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from storage.database import Database
from storage.identities import LinkCode
from storage.nudges import Nudge
from storage.people import AuditEvent, Identity, Person
from storage.series import Enrollment
from tests.support.sample import sqlite_with_sample


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    database = Database(sqlite_with_sample(tmp_path / "town.db", "both"), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), "both", secrets=["test"]) as environment:
        commands = frozenset(command.name for feature in all_features() for command in feature.commands)
        yield Story(environment, cast_for(environment, "both"), commands)
    await database.close()


async def _two(story: Story) -> tuple[Actor, Actor]:
    """Somebody on each platform, whom the bot has met there; English speakers, for what is read below."""
    found = []
    for platform in ("slack", "teams"):
        actor = next(
            person
            for person in story.people("participant")
            if person.platform == platform and person.language == "en"
        )
        await actor.type("me")
        await story.settle()
        found.append(actor)
    return found[0], found[1]


async def _code(story: Story, actor: Actor) -> str:
    await _type(story, actor, "link")
    found = re.search(r"link ([2-9A-Z]{8})", actor.see().text.replace("`", ""))
    assert found is not None, actor.see().text
    return found.group(1)


async def _type(story: Story, actor: Actor, text: str) -> str:
    story.environment.clock.advance(BETWEEN)
    await actor.type(text)
    await story.settle()
    return actor.see().text


async def _persons(story: Story, *actors: Actor) -> list[Person]:
    async with story.environment.application.database.read() as db:
        return [
            (await db.scalars(select(Person).join(Identity).where(Identity.platform_user == user))).one()
            for user in (_user(actor) for actor in actors)
        ]


def _user(actor: Actor) -> str:
    if actor.platform == "slack":
        return actor.person.id
    return str(actor.side.user(actor.person.name).aad_object_id)  # type: ignore[attr-defined]


async def _note(story: Story, person_id: int, key: str) -> list[str]:
    """A message to a person; returns the platforms on which it arrived."""
    environment = story.environment
    async with environment.application.database.write() as db:
        db.add(
            Nudge(
                key=key, community_id=1, kind="note", person_id=person_id, card={"text": key},
                due_at=environment.clock.now(), created_at=environment.clock.now(),
            )
        )  # fmt: skip
    await environment.settle()
    return [post.platform for post in environment.ledger.posts if key in post.text]


async def test_linked_by_a_confirmed_code_written_to_once_and_unlinked(story: Story) -> None:
    slack, teams = await _two(story)
    before = await _persons(story, slack, teams)
    assert before[0].id != before[1].id
    asked = await _type(story, teams, f"link {await _code(story, slack)}")
    assert slack.person.name in asked
    assert "Slack" in asked
    assert [person.id for person in await _persons(story, slack, teams)] == [one.id for one in before], (
        "not yet"
    )
    await teams.push_main()
    await story.settle()
    one, two = await _persons(story, slack, teams)
    assert one.id == two.id == before[0].id
    assert "was used" in slack.see().text, "the other account is told"

    assert await _note(story, one.id, "first message") in (["slack"], ["teams"])
    for platform in ("teams", "slack"):
        answer = await _type(story, slack, f"write me on {platform}")
        assert f"come on {platform.title()}" in answer
        assert await _note(story, one.id, f"message for {platform}") == [platform]

    await _type(story, slack, "unlink")
    await slack.push_main()
    await story.settle()
    again = await _persons(story, slack, teams)
    assert [each.id for each in again] == [each.id for each in before]
    assert [each.email for each in again] == [each.email for each in before]
    async with story.environment.application.database.read() as db:
        found = await db.scalars(select(AuditEvent.action).where(col(AuditEvent.action).like("accounts_%")))
        assert found.all() == ["accounts_linked", "accounts_unlinked"]
        enrolled = await db.scalars(select(Enrollment.person_id))
        assert {each.id for each in again} <= set(enrolled.all())


async def test_a_code_works_once_on_the_other_platform_in_time(story: Story) -> None:
    slack, teams = await _two(story)
    code = await _code(story, slack)
    assert "already one person" in await _type(story, slack, f"link {code}")
    other = next(
        person for person in story.people("participant") if person.platform == "slack" and person is not slack
    )
    assert "code was given here" in (await _type(story, other, f"link {code}")) or other.language == "es"
    story.environment.clock.advance(timedelta(minutes=11))
    assert "does not work" in await _type(story, teams, f"link {code}")
    newer, newest = await _code(story, slack), await _code(story, slack)
    assert "does not work" in await _type(story, teams, f"link {newer}")
    await _type(story, teams, f"link {newest.lower()[:4]} {newest[4:]}")
    await teams.push_main()
    await story.settle()
    assert "already one person" not in teams.see().text
    again = next(
        person for person in story.people("participant") if person.platform == "teams" and person is not teams
    )
    await again.type("me")
    await story.settle()
    said = await _type(story, again, f"link {newest}")
    assert "does not work" in said or again.language == "es"
    assert len({person.id for person in await _persons(story, slack, teams, again)}) == 2


async def test_guessing_is_slow(story: Story) -> None:
    """After five wrong codes in an hour not even the right one is looked at."""
    slack, teams = await _two(story)
    for number in range(5):
        assert "does not work" in await _type(story, teams, f"link WRNG{number}{number}{number}{number}")
    code = await _code(story, slack)
    assert "Too many" in await _type(story, teams, f"link {code}")
    async with story.environment.application.database.write() as db:
        await db.execute(update(AuditEvent).values(at=story.environment.clock.now() - timedelta(hours=2)))
    assert slack.person.name in await _type(story, teams, f"link {code}")


async def test_the_code_itself_is_kept_nowhere(story: Story) -> None:
    slack, _ = await _two(story)
    code = await _code(story, slack)
    async with story.environment.application.database.read() as db:
        row = (await db.scalars(select(LinkCode))).one()
    assert code not in str(row)
