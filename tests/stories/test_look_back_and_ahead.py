"""Acceptance story 3 through the real adapters: what surfaced comes back the next day, once to each of forty
people, though the process that sends it is killed in the middle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from adapters.playground.environment import TEAMS_APP
from adapters.playground.sample import SLACK_TEAM, TEAMS_TENANT, Home
from bot.core.clock import SystemClock
from prompts import dates
from storage.nudges import Nudge
from storage.people import Person
from storage.sessions import KeyIdea, Session
from tests.faults.processes import Process
from tests.faults.worker import Orders, run
from tests.stories.town import lead_of, leave_only, opened_town, read_by

READERS = 40
KILLED_AFTER = 17
PERHAPS = {"en": "may or may not have arrived", "es": "Puede que haya llegado o no"}
"""How a facilitator is told of a message of which nobody knows whether it arrived."""
THEMES = {
    "en": ("No time for supervision", "Feeling safe to speak up"),
    "es": ("No hay tiempo para la supervisión", "Sentir que se puede hablar"),
}


@pytest.mark.parametrize("home", ["slack", "teams", "email"])
async def test_story_3_three_ideas_and_two_themes_reach_forty_people_once(home: Home, tmp_path: Path) -> None:
    async with opened_town(home, tmp_path) as story:
        lead = lead_of(story)
        await leave_only(story, "look_back")
        session = (await sessions_of(story))[0]
        await story.until(session.starts_at + timedelta(minutes=session.minutes + 5))
        await _keep_what_surfaced(story, lead, session)
        marks = await _forty_copies(story, session)
        due = await _due_next_day(story, session)
        story.environment.clock.move_to(due)
        before = len(story.environment.ledger)

        orders = _orders(story, f"sqlite:///{tmp_path}/town.db")
        assert await Process(run, Orders(**orders, dies="accepted", at=KILLED_AFTER)).wait() == -9
        arrived = [post for post in story.environment.ledger.posts[before:] if post.nudge in marks]
        assert len(arrived) == KILLED_AFTER
        assert await Process(run, Orders(**orders)).wait() == 0

        ledger = story.environment.ledger
        assert ledger.duplicated() == {}
        unsure = await _in_state(story, marks, "unknown")
        if home == "slack":
            assert unsure == set()
            assert len([post for post in ledger.posts[before:] if post.nudge in marks]) == READERS
        else:  # nobody else can be asked whether a message stands: what is not sure is said, never guessed
            assert len(unsure) <= 1
            await story.command([lead], "nudges")
            assert (len(unsure) == 1) == (PERHAPS[lead.language] in read_by(lead)[-1])
        assert ledger.lost(marks) <= unsure
        assert await _in_state(story, marks, "sent") | unsure == marks
        await _read_what_surfaced(story, session, marks)


async def _keep_what_surfaced(story: Story, lead: Actor, session: Session) -> None:
    """Two themes with their names in both languages, and three key ideas approved by their buttons."""
    for english, spanish in zip(THEMES["en"], THEMES["es"], strict=True):
        await story.command([lead], f'theme add {session.number} "{english}"')
        await story.command([lead], f'theme name "{english}" en "{english}"')
        await story.command([lead], f'theme name "{english}" es "{spanish}"')
    await story.command([lead], f"ideas {session.number}")
    shown = lead.see()
    approve = [push for push in shown.pushes if push.label in {"Approve", "Aprobar"}]
    assert len(approve) == 3
    for push in approve:
        await lead.push(shown.id, push)
    async with story.environment.application.database.read() as db:
        ideas = await db.scalars(select(KeyIdea).where(KeyIdea.session_id == session.id))
        assert [idea.approved_at is not None for idea in ideas] == [True, True, True]


async def _forty_copies(story: Story, session: Session) -> set[str]:
    """The marks of the look back's copies: one for each of forty readers, by the plan itself."""
    async with story.environment.application.database.write() as db:
        mine = (Nudge.session_id == session.id, Nudge.kind == "look_back", Nudge.state == "planned")
        copies = list(await db.scalars(select(Nudge).where(*mine).order_by(col(Nudge.id))))
        assert len({copy.person_id for copy in copies}) == len(copies) >= READERS
        for one in copies[READERS:]:
            one.state, one.reason = "skipped", "test"
        others = (col(Nudge.state) == "planned") & (col(Nudge.session_id) != session.id)
        await db.execute(update(Nudge).where(others).values(state="skipped", reason="test"))
        return {copy.mark for copy in copies[:READERS]}


async def _due_next_day(story: Story, session: Session) -> Any:
    """The last moment at which one of them is due; each is due on its reader's next day."""
    async with story.environment.application.database.read() as db:
        rows = await db.execute(
            select(Nudge.due_at, Person.zone)
            .join(Person, col(Person.id) == Nudge.person_id)
            .where(Nudge.session_id == session.id, Nudge.kind == "look_back", Nudge.state == "planned")
        )
        planned = [(due, zone or session.zone) for due, zone in rows]
    for due, zone in planned:
        was = dates.in_zone(session.starts_at, zone).date()
        assert dates.in_zone(due, zone).date() == was + timedelta(days=1)
    return max(due for due, _ in planned)


def _orders(story: Story, database: str) -> dict[str, Any]:
    """What a process of its own needs to send to this town's far sides, at this town's time."""
    slack, teams = story.environment.slack, story.environment.teams
    installation = slack.workplace.workspaces[SLACK_TEAM].installation
    assert installation is not None
    return {
        "database": database,
        "slack": f"{slack.base_url}/api/",
        "tokens": {SLACK_TEAM: installation.bot_token},
        "mail": story.environment.mail.smtp_url,
        "teams": {
            "app_id": TEAMS_APP,
            "app_password": "playground-secret",
            "tenant_id": TEAMS_TENANT,
            "service_url": teams.service_url,
            "openid_url": teams.openid_url,
            "token_url": teams.token_url(TEAMS_TENANT),
        },
        "later": (story.now - SystemClock().now()).total_seconds() + 1,
    }


async def _in_state(story: Story, marks: set[str], state: str) -> set[str]:
    async with story.environment.application.database.read() as db:
        return set(
            await db.scalars(select(Nudge.mark).where(col(Nudge.mark).in_(marks), Nudge.state == state))
        )


async def _read_what_surfaced(story: Story, session: Session, marks: set[str]) -> None:
    """Everybody whom it reached reads the three ideas and both themes, in their own language."""
    async with story.environment.application.database.read() as db:
        ideas = list(await db.scalars(select(KeyIdea).where(KeyIdea.session_id == session.id)))
        emails = set(
            await db.scalars(
                select(Person.email)
                .join(Nudge, col(Nudge.person_id) == Person.id)
                .where(col(Nudge.mark).in_(marks), Nudge.state == "sent")
            )
        )
    languages = set()
    for actor in story.cast.values():
        if actor.person.email not in emails:
            continue
        text, language = read_by(actor)[-1], actor.language
        languages.add(language)
        for line in (*THEMES[language], *(idea.text[language]["idea"] for idea in ideas)):
            assert line in text, (actor.person.name, line, text)
    assert languages == {"en", "es"}
