"""A day before a session, one message to the facilitator says what is missing, with a button for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.console.day_before import KIND, session_warning, warn_a_day_before
from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.jobs import JobContext
from bot.core.reply import Skip
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.sessions import ChecklistItem
from tests.communities.support import enroll, furnish, rows
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, staged, text_of


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bare session tomorrow, with one person in it of whom nobody knows an account."""
    async with staged(f"sqlite:///{tmp_path}/test.db") as made:
        await made.person("fay", "facilitator", zone="America/Los_Angeles")
        cohort = await furnish(made, name="Spring 2027")
        await enroll(made, cohort, await made.person("ana"))
        async with made.database.write() as db:
            lost = Person(community_id=1, name="Lost", created_at=made.clock.now())
            db.add(lost)
        await enroll(made, cohort, lost)
        await made.command("fay", 'session new "Start" 2027-02-03 12:00 60')
        yield made


async def _warned(stage: Stage) -> list[Nudge]:
    await warn_a_day_before(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))
    return [one for one in await stage.nudges() if one.kind == KIND]


async def _composed(stage: Stage, nudge: Nudge) -> Card | Skip:
    async with stage.database.read() as db:
        fay, community = await db.get_one(Person, nudge.person_id), await db.get_one(Community, 1)
        reading = ComposeContext(
            db, stage.clock.now(), nudge, fay, "en", "America/Los_Angeles", community, stage.links
        )
        return await session_warning(reading)


async def test_what_is_missing_comes_in_one_message_once(stage: Stage) -> None:
    assert await _warned(stage) == [], "two days before"
    stage.clock.advance(timedelta(hours=27))
    [nudge] = await _warned(stage)
    assert len(await _warned(stage)) == 1
    card = await _composed(stage, nudge)
    assert isinstance(card, Card)
    said = text_of(card)
    for told in (
        "no join link",
        "no channel on Slack",
        "cannot be reached: Lost",
        "No key idea",
        "presenter",
    ):
        assert told in said
    assert card.title == "Session 1 (Start): 5 things are missing"
    for section in card.sections:
        (button,) = section.buttons
        if button.action:
            answer = text_of(await stage.press("fay", button.action, button.value))
            assert "older" not in answer, (button.value, answer)


async def test_it_says_what_is_true_when_it_goes(stage: Stage) -> None:
    stage.clock.advance(timedelta(hours=27))
    [nudge] = await _warned(stage)
    await stage.command("fay", "session link 1 https://zoom.us/j/1")
    card = await _composed(stage, nudge)
    assert isinstance(card, Card)
    assert "no join link" not in text_of(card)
    await stage.command("fay", "session cancel 1")
    (sure,) = [one for one in await stage.nudges() if one.kind == KIND]
    assert sure.id == nudge.id


async def test_the_checklist_ticks_off_what_the_session_has(stage: Stage) -> None:
    before = text_of(await stage.command("fay", "checklist 1"))
    form = (await stage.command("fay", "session edit 1")).form
    assert form is not None
    given = {one.name: one.initial for one in form.fields}
    await stage.submit("fay", "session-edit", form.context, **(given | {"objectives_en": "Name one sign"}))
    after = text_of(await stage.command("fay", "checklist 1"))
    assert before != after
    done = [one.text["en"] for one in await rows(stage, ChecklistItem) if one.done_at is not None]
    assert done == ["Agree on one or two objectives that people can use at work"]
