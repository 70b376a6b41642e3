"""The bot is taken away and comes back, on both platforms at once, through the real adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo.script import open_doors
from adapters.demo.story import Story, cast_for
from adapters.playground.environment import TEAM_NAME, Environment, running_town
from adapters.playground.sample import SLACK_TEAM
from adapters.playground.server import BEGIN
from bot.core.clock import MovedClock
from bot.features import all_features
from bot.installations.installed import plan_again
from storage.database import Database
from storage.installations import Installation
from storage.nudges import Nudge
from storage.people import AuditEvent, Identity, Person, Workspace
from storage.series import CohortChannel, Enrollment
from tests.support.kinds import ALL_KINDS
from tests.support.sample import sqlite_with_sample

HOUR = timedelta(hours=1)


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """The sample community on both platforms; everybody takes part, and the channels stand."""
    database = Database(sqlite_with_sample(tmp_path / "town.db", "both"), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), "both", secrets=["test"]) as environment:
        commands = frozenset(command.name for feature in all_features() for command in feature.commands)
        story = Story(environment, cast_for(environment, "both"), commands)
        await open_doors(story)
        async with database.write() as db:
            await db.execute(update(Enrollment).values(status="active"))
            await db.flush()
            await plan_again(db, ALL_KINDS, 1, environment.clock.now())
        yield story
    await database.close()


def _database(environment: Environment) -> Database:
    return environment.application.database


async def _note(environment: Environment, person: Person, key: str) -> None:
    async with _database(environment).write() as db:
        db.add(
            Nudge(
                key=key, community_id=1, kind="note", person_id=person.id, card={"text": key},
                due_at=environment.clock.now(), created_at=environment.clock.now(),
            )
        )  # fmt: skip
    await environment.settle()


async def _nudge(environment: Environment, key: str) -> Nudge:
    async with _database(environment).read() as db:
        return (await db.scalars(select(Nudge).where(Nudge.key == key))).one()


async def _somebody(environment: Environment, platform: str) -> Person:
    async with _database(environment).read() as db:
        found = await db.scalars(
            select(Person)
            .join(Identity)
            .join(Workspace)
            .join(Enrollment, col(Enrollment.person_id) == Person.id)
            .where(Workspace.platform == platform, Identity.direct != "")
            .order_by(col(Person.id))
        )
        return list(found)[-1]


async def _channel(environment: Environment, platform: str) -> CohortChannel:
    async with _database(environment).read() as db:
        found = await db.scalars(select(CohortChannel).join(Workspace).where(Workspace.platform == platform))
        return found.one()


async def test_slack_is_removed_and_teams_goes_on(story: Story) -> None:
    """The token goes at once; what was for Slack is skipped and says why; coming back, messages go again."""
    environment = story.environment
    on_slack, on_teams = await _somebody(environment, "slack"), await _somebody(environment, "teams")
    async with _database(environment).write() as db:
        people = len((await db.scalars(select(Person.id))).all())
        workspace = (await db.scalars(select(Workspace).where(Workspace.platform == "slack"))).one()
        db.add(Installation(workspace_id=workspace.id, sealed_token="sealed", installed_at=BEGIN))
    await environment.slack.uninstall(SLACK_TEAM)
    await environment.settle()
    async with _database(environment).read() as db:
        assert (await db.scalars(select(Installation))).all() == []
        workspace = (await db.scalars(select(Workspace).where(Workspace.platform == "slack"))).one()
        assert workspace.uninstalled_at == environment.clock.now()
        audit = await db.scalars(select(AuditEvent).where(AuditEvent.action == "bot_removed"))
        assert [one.subject for one in audit] == [f"workspace:{workspace.id}"]
        assert len((await db.scalars(select(Person.id))).all()) == people, "the bot itself is nobody"
    before = [post for post in environment.ledger.posts if post.platform == "slack"]
    await _note(environment, on_slack, "to Slack")
    await _note(environment, on_teams, "to Teams")
    assert (await _nudge(environment, "to Slack")).reason == "bot_removed"
    assert (await _nudge(environment, "to Slack")).state == "skipped"
    assert (await _nudge(environment, "to Teams")).state == "sent"
    assert [post for post in environment.ledger.posts if post.platform == "slack"] == before

    await _planned_messages_stop_and_go_on(story, on_slack)


async def _planned_messages_stop_and_go_on(story: Story, reader: Person) -> None:
    """What falls due meanwhile is skipped. Back again, what is still worth sending is planned anew."""
    environment = story.environment
    async with _database(environment).read() as db:
        following = (
            await db.scalars(
                select(Nudge)
                .where(Nudge.person_id == reader.id, Nudge.state == "planned", Nudge.nature == "logistics")
                .order_by(col(Nudge.due_at))
            )
        ).first()
    assert following is not None
    async with _database(environment).write() as db:
        await db.execute(
            update(Nudge)
            .where(col(Nudge.id) != following.id, col(Nudge.state) == "planned")
            .values(state="failed", reason="left out here")
        )
    await environment.move_to(following.due_at)
    skipped = await _nudge(environment, following.key)
    assert (skipped.state, skipped.reason) == ("skipped", "bot_removed")

    environment.clock.move_to(following.due_at - HOUR)  # as if it had come back in time
    await _comes_back(environment)
    assert (await _nudge(environment, following.key)).state == "planned"
    await environment.move_to(following.due_at)
    assert (await _nudge(environment, following.key)).state == "sent"


async def _comes_back(environment: Environment) -> None:
    """Installed again, as `throughline run` or the installation page tells it."""
    from bot.core.events import Installed, Who

    environment.slack.workplace.install(SLACK_TEAM)
    who = Who(platform="slack", tenant=SLACK_TEAM, user="U0001SAMPLE")
    await environment.application.dispatcher.answered(Installed(key="again", who=who))


async def test_what_comes_late_from_a_workspace_without_the_bot_changes_nothing(story: Story) -> None:
    environment = story.environment
    delivered = environment.slack.delivery
    await environment.slack.uninstall(SLACK_TEAM)
    await environment.settle()
    async with _database(environment).read() as db:
        before = [row.model_dump() for row in await db.scalars(select(Enrollment))]
        people = len((await db.scalars(select(Person.id))).all())
    workspace = environment.slack.workplace.workspaces[SLACK_TEAM]
    user = next(user for user in workspace.users.values() if not user.is_bot)
    late = {"type": "team_join", "user": {"id": "ULATE", "real_name": "Late Comer", "is_bot": False}}
    assert workspace.installation is not None
    workspace.installation.revoked = False  # the far side still delivers what happened before
    await delivered.event(workspace, late)
    await environment.slack.command(user.id, None, "/throughline", "leave")
    await environment.settle()
    async with _database(environment).read() as db:
        assert [row.model_dump() for row in await db.scalars(select(Enrollment))] == before
        assert len((await db.scalars(select(Person.id))).all()) == people


async def test_teams_is_removed_from_one_person_and_from_the_team(story: Story) -> None:
    """Only there: the person is not written to, the channel gets no posts; added again, both do."""
    environment = story.environment
    person, channel = await _somebody(environment, "teams"), await _channel(environment, "teams")
    await environment.teams.uninstall(person.name)
    await environment.settle()
    seen = len(environment.teams.received(person.name))
    await _note(environment, person, "to one")
    nudge = await _nudge(environment, "to one")
    assert (nudge.state, nudge.reason) == ("skipped", "bot_removed")
    assert len(environment.teams.received(person.name)) == seen
    others = await _post(environment, channel, "to all")
    assert others.state == "sent"

    await environment.teams.uninstall(TEAM_NAME)
    await environment.settle()
    closed = await _post(environment, channel, "to nobody")
    assert (closed.state, closed.reason) == ("skipped", "bot_removed")

    await environment.teams.install_personal(person.name)
    await environment.teams.add_bot_to_team(TEAM_NAME)
    await environment.settle()
    await _note(environment, person, "to one again")
    assert (await _nudge(environment, "to one again")).state == "sent"
    assert (await _post(environment, channel, "to all again")).state == "sent"


async def _post(environment: Environment, channel: CohortChannel, key: str) -> Nudge:
    async with _database(environment).write() as db:
        db.add(
            Nudge(
                key=key, community_id=1, kind="note", channel_id=channel.id, card={"text": key},
                due_at=environment.clock.now(), created_at=environment.clock.now(),
            )
        )  # fmt: skip
    await environment.settle()
    return await _nudge(environment, key)
