"""A town with the sample series for an acceptance story, and what its people read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo import pages
from adapters.demo.cast import Actor, AskedQuestion, CannotDo, OnSlack, OnTeams, Push
from adapters.demo.mailbox import OnEmail
from adapters.demo.script import answer_message, open_doors
from adapters.demo.story import Story, cast_for, commands
from adapters.demo.words import said_in_card
from adapters.playground.environment import running_town
from adapters.playground.sample import Home
from adapters.playground.server import BEGIN
from adapters.playground.teams.cards import actions
from bot.core.clock import MovedClock
from bot.nudges.planner import replan_cohort
from storage.database import Database
from storage.nudges import Nudge
from storage.series import Cohort, Enrollment
from tests.support.kinds import ALL_KINDS
from tests.support.sample import sqlite_with_sample


@asynccontextmanager
async def opened_town(home: Home, folder: Path, *, joining: bool = False) -> AsyncIterator[Story]:
    """The cohort's doors are open and everybody takes part; what came of that has been sent. With `joining`
    people accept their invitation themselves, and so are in the channel."""
    database = Database(sqlite_with_sample(folder / "town.db", home), durable=False)
    async with running_town(database, MovedClock(BEGIN), home, secrets=["test"]) as environment:
        story = Story(environment, cast_for(environment, home), commands())
        story.habits = answer_message if joining else None
        await open_doors(story)
        story.habits = None
        async with database.write() as db:
            await db.execute(update(Enrollment).values(status="active"))
            for cohort_id in (await db.scalars(select(Cohort.id))).all():
                await replan_cohort(db, ALL_KINDS, cohort_id or 0, story.now)
        yield story
    await database.close()


async def leave_only(story: Story, *kinds: str) -> None:
    """Messages of other kinds are not sent, so that weeks pass quickly."""
    async with story.environment.application.database.write() as db:
        others = col(Nudge.kind).not_in(kinds) & (col(Nudge.state) == "planned")
        await db.execute(update(Nudge).where(others).values(state="skipped", reason="test"))


def lead_of(story: Story) -> Actor:
    """The facilitator who runs things here."""
    found = story.facilitator("slack") or story.facilitator("teams")
    assert found is not None
    return found


def read_by(actor: Actor) -> list[str]:
    """The texts of all messages that somebody can read, oldest first."""
    if isinstance(actor, OnSlack):
        return [message.text for message in actor.side.inbox(actor.person.id)]
    if isinstance(actor, OnEmail):
        return [pages.read(letter.html).text for letter in actor.mailbox]
    assert isinstance(actor, OnTeams)
    me = actor.side.user(actor.person.name).teams_id
    posts = actor.side.inbox(actor.person.name)
    return [said_in_card(card) for post in posts for card in post.cards_seen_by(me)]


def button(actor: Actor, label: str, message: str = "") -> tuple[str, Push]:
    """The message (the newest, unless named) and its button of this label; on Teams, where a question must
    be answered first, the one that answers it. Raises `CannotDo`."""
    seen = actor.see(message)
    for push in seen.pushes:
        if label in push.label and not push.leads_away:
            return seen.id, push
    labels = ", ".join(push.label for push in seen.pushes)
    raise CannotDo(f"{actor.person.name} sees no “{label}” but: {labels}")


async def opened_form(story: Story, actor: Actor, typed: str) -> list[AskedQuestion]:
    """The fields of the form that a command opens, on Teams behind the button of its answer."""
    await story.command([actor], typed)
    if not actor.questions():
        await actor.push_main()
    return actor.questions()


def link(actor: Actor, label: str = "") -> str:
    """The address behind the newest message's button: the first that leads away, or the one of a label."""
    newest = actor.see().id
    if isinstance(actor, OnSlack):
        message = next(one for one in actor.side.inbox(actor.person.id) if one.ts == newest)
        elements = [element for block in message.blocks for element in block.get("elements") or []]
        return next(str(one["url"]) for one in elements if one.get("url") and label in one["text"]["text"])
    if isinstance(actor, OnEmail):
        away = [push for push in actor.see().pushes if push.leads_away and label in push.label]
        return str(away[0].key)
    assert isinstance(actor, OnTeams)
    me = actor.side.user(actor.person.name).teams_id
    offered = [one for card in actor.side.find_post(newest).cards_seen_by(me) for one in actions(card)]
    return next(str(one["url"]) for one in offered if one.get("url") and label in one["title"])
