"""The funder's own form: a link is posted and who was invited is counted; nothing is copied or matched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from storage.evaluations import Evaluation
from storage.nudges import Nudge
from storage.series import CohortChannel, Series
from tests.communities.support import rows
from tests.evaluations.stage import evaluated
from tests.support.stage import Stage, text_of

URL = "https://funder.example.org/form?p=7"
TYPED = f"evaluation funder {URL}"


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """Eight enrolled, seven of whom were there."""
    async with evaluated(database_url) as stage:
        yield stage


async def _posted(stage: Stage) -> list[Nudge]:
    return [one for one in await stage.nudges() if one.key.startswith("funder_form:")]


async def _pressed(stage: Stage, typed: str = TYPED) -> str:
    """Preview, then post; the value of the button that takes it back."""
    preview = await stage.command("fay", typed)
    assert preview.card is not None, text_of(preview)
    posted = await stage.press("fay", "evaluation.funder_post", preview.card.buttons[0].value)
    assert posted.card is not None
    return posted.card.buttons[0].value


async def test_it_is_shown_before_it_is_posted(stage: Stage) -> None:
    reply = await stage.command("fay", TYPED)
    said = text_of(reply)
    assert "7 people are invited" in said
    assert "funder.example.org" in said
    assert await _posted(stage) == []


async def test_the_link_is_posted_once_with_a_count_and_nobody_by_name(stage: Stage) -> None:
    await _pressed(stage)
    [nudge] = await _posted(stage)
    card = json.dumps(nudge.card)
    assert nudge.person_id is None
    assert nudge.channel_id is not None
    assert URL in card
    assert "We never see your answers" in card
    assert await rows(stage, Evaluation) == [], "never a form of ours, nor a list of who was asked"
    [series] = await rows(stage, Series)
    kept = series.settings.funder_forms
    assert [set(one.model_dump()) for one in kept] == [{"id", "cohort", "url", "invited", "day"}]
    assert "7 people invited on" in text_of(await stage.command("fay", "evaluation status"))
    again = await stage.press("fay", "evaluation.funder_post", f"1:{URL}")
    assert "was posted in" in text_of(again)
    assert len(await _posted(stage)) == 1


async def test_taken_back_before_it_went_out(stage: Stage) -> None:
    undo = await _pressed(stage)
    await stage.press("fay", "evaluation.funder_undo", undo)
    [nudge] = await _posted(stage)
    assert (nudge.state, nudge.reason) == ("skipped", "taken_back")
    assert "invited" not in text_of(await stage.command("fay", "evaluation status"))
    assert "no such link" in text_of(await stage.press("fay", "evaluation.funder_undo", undo))
    await _pressed(stage)
    assert [one.state for one in await _posted(stage)] == ["skipped", "planned"]


async def test_taken_back_after_it_went_out_tells_the_channel(stage: Stage) -> None:
    undo = await _pressed(stage)
    async with stage.database.write() as db:
        sent = (await db.scalars(select(Nudge).where(col(Nudge.key).startswith("funder_form:")))).one()
        sent.state, sent.sent_at = "sent", stage.clock.now()
    await stage.press("fay", "evaluation.funder_undo", undo)
    _, told = await _posted(stage)
    said = json.dumps(told.card)
    assert "form at **funder.example.org** that was posted here on Tue, Feb 23" in said, "which link it was"
    assert "posted by mistake" in said
    assert "answered already" in said
    assert told.channel_id == sent.channel_id


@pytest.mark.parametrize(
    "address",
    [
        "http://funder.example.org/form",
        "javascript:alert(1)",
        "https://funder.example.org@evil.example/form",
        "https://localhost/form",
        "https://funder.example.org/" + "x" * 1000,
    ],
)
async def test_an_address_that_is_none_is_refused_in_the_command_and_in_the_button(
    stage: Stage, address: str
) -> None:
    for reply in (
        await stage.command("fay", f"evaluation funder {address}"),
        await stage.press("fay", "evaluation.funder_post", f"1:{address}"),
    ):
        assert "The link to a form is an https address" in text_of(reply)
    assert await _posted(stage) == []


async def test_participants_may_not_and_a_cohort_without_a_channel_is_told(stage: Stage) -> None:
    for reply in (
        await stage.command("p0", TYPED),
        await stage.press("p0", "evaluation.funder_post", f"1:{URL}"),
        await stage.press("fay", "evaluation.funder_post", f"99:{URL}"),
        await stage.press("fay", "evaluation.funder_undo", "1:"),
    ):
        assert text_of(reply)
    assert await _posted(stage) == []
    async with stage.database.write() as db:
        await db.execute(update(Nudge).values(channel_id=None))
        await db.delete((await db.scalars(select(CohortChannel))).one())
    assert "no channel yet" in text_of(await stage.command("fay", TYPED))


async def test_who_joins_later_does_not_change_the_count(stage: Stage) -> None:
    await _pressed(stage)
    stage.clock.move_to(stage.clock.now() + timedelta(days=1))
    assert "7 people invited" in text_of(await stage.command("fay", "evaluation status"))
