"""Acceptance story 8 through the real Slack and Teams adapters: forms filled in there, numbers read there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.demo.cast import Actor
from adapters.demo.story import BETWEEN, Story
from adapters.playground.sample import Home
from storage.evaluations import AnonymousAnswer, SealedAnswer
from storage.nudges import InboxEvent
from tests.stories.asked import BEFORE_AND_NOW, PROMOTE, RECOMMEND, RESPONSES, answers_to, series_evaluated
from tests.stories.towns import fill, open_form, quiet_town


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_8_an_evaluator_reads_what_21_of_26_said(home: Home, tmp_path: Path) -> None:
    async with quiet_town(home, tmp_path) as story:
        lead, people = await series_evaluated(story)
        await _everybody(story, people[:RESPONSES])
        await _twice_is_refused(people[0])
        said = await _closed_and_read(story, lead)
        for number in ("80.8%", "21", "26", "90.5%", "19", "+43", "+1.50", "2.56", "4.06", "18"):
            assert _in_english(number, said), (number, said)
        await _nothing_is_left_behind(story)


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_8_with_four_responses_everything_is_hidden(home: Home, tmp_path: Path) -> None:
    async with quiet_town(home, tmp_path) as story:
        lead, people = await series_evaluated(story)
        await _everybody(story, people[:4])
        said = await _closed_and_read(story, lead)
        for number in ("100", "15.4", "4.00", "+2.00"):
            assert number not in said, said


async def _everybody(story: Story, people: list[Actor]) -> None:
    for turn in zip(people, RECOMMEND, PROMOTE, BEFORE_AND_NOW, strict=False):
        await _answer(*turn)
        story.environment.clock.advance(BETWEEN)
        await story.environment.settle()  # what falls due now comes before the next person types


async def _answer(actor: Actor, recommend: str, promote: str, change: tuple[str, str]) -> None:
    await open_form(actor, "evaluate")  # the last session's form waits as well; the series' stands last
    names = [question.name.rpartition(":")[2] for question in actor.questions()]
    await fill(actor, answers_to(names, recommend, promote, change))


async def _twice_is_refused(actor: Actor) -> None:
    await open_form(actor, "evaluate")
    names = {question.name.rpartition(":")[2] for question in actor.questions()}
    assert "recommend" not in names, "only the last session's form still waits"
    if names:
        await actor.close()


async def _closed_and_read(story: Story, lead: Actor) -> str:
    """What the evaluator reads a week later."""
    await lead.type("evaluation close")
    story.environment.clock.advance(timedelta(days=8))
    await story.settle()
    (evaluator,) = story.people("evaluator")
    await evaluator.type("report")
    return evaluator.see().text


def _in_english(number: str, said: str) -> bool:
    return number in said or number.replace(".", ",") in said


async def _nothing_is_left_behind(story: Story) -> None:
    """Boxes are opened, and the inbox keeps nobody's words."""
    async with story.environment.application.database.read() as db:
        assert len(list(await db.scalars(select(AnonymousAnswer)))) == RESPONSES
        assert list(await db.scalars(select(SealedAnswer))) == []
        for row in await db.scalars(select(InboxEvent).where(InboxEvent.state == "done")):
            assert (row.event, row.reply) == (None, None)
