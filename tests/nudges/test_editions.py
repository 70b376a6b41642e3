"""A facilitator's words for a message that tells a time: each reader's own time stays in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.events import Press, Where, Who
from bot.nudges.editions import laid_over, to_edit
from prompts import dates
from prompts.text import Marked
from storage.nudges import Edition, Nudge
from tests.communities.support import channel_for, enroll, furnish, rows
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, TENANT, Stage, staged, text_of

NOON = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 20, 0, tzinfo=UTC)


def edition(text: str) -> Edition:
    return Edition(
        community_id=1, group="g", language="en", title="Ours", text=text,
        edited_by_id=1, edited_at=START, revision=1,
    )  # fmt: skip


def said(*moments: datetime, zone: str) -> Marked:
    return (
        Marked("It starts ")
        + Marked(" and ").join(dates.when("en", moment, zone) for moment in moments)
        + "."
    )


def test_what_is_edited_names_no_zone_and_each_reader_gets_theirs_back() -> None:
    """Twice in one text, too."""
    ours = edition(to_edit(said(NOON, LATER, zone="America/Los_Angeles")))
    assert ours.text == "It starts {time} and {time2}."
    adak = laid_over(Card(title="T", text=said(NOON, LATER, zone="America/Adak")), ours)
    assert adak.text == said(NOON, LATER, zone="America/Adak")
    assert "10:00 AM" in adak.text


def test_a_time_that_the_message_no_longer_has_brings_its_own_words_back() -> None:
    """No sentence with a hole in it goes out. Braces that are none of ours stay as they are."""
    soon = Card(title="T", text=Marked("Soon."))
    assert laid_over(soon, edition("At {time}.")).text == "Soon."
    assert laid_over(soon, edition("At {name}.")).text == "At {name}."
    assert laid_over(soon, edition("")) == soon, "what an Undo took back is no message without words"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A cohort with a session on 23 February at noon, Pacific."""
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator", zone="America/Los_Angeles")
        await enroll(stage, cohort, await stage.person("ana", zone="America/Adak", email="ana@example.org"))
        await stage.command("fay", 'session new "Steady breathing" 2027-02-23 12:00 90')
        yield stage


@pytest.mark.parametrize("kind", ["session_tomorrow", "join_link"])
async def test_edited_reminders_follow_a_move(stage: Stage, kind: str) -> None:
    """The form shows no moment; the preview after a move shows the new one."""
    asked = select(Nudge).where(Nudge.kind == kind, col(Nudge.person_id).is_not(None))
    async with stage.database.read() as db:
        nudge = (await db.scalars(asked)).first()
    assert nudge is not None
    asks = Press(
        key="shown", who=Who(platform="slack", tenant=TENANT, user="fay"), where=Where(), action="",
        form="nudge-edit", value=str(nudge.id),
    )  # fmt: skip
    form = (await stage.router.form(asks, "nudge-edit", str(nudge.id))).form
    assert form is not None
    text = next(field for field in form.fields if field.name == "text.en")
    assert str(text.initial).startswith("It starts {time}")
    assert "their own zone" in text.hint
    reply = await stage.submit(
        "fay", "nudge-edit", str(nudge.id), **{"title.en": "Ours", "text.en": "We begin {time}, with tea."}
    )
    assert "We begin Tue, Feb 23, 12:00 PM" in text_of(reply)
    assert [row.text for row in await rows(stage, Edition)] == ["We begin {time}, with tea."]
    moved = await stage.command("fay", "session move 1 2027-02-24 13:00")
    assert moved.card is not None
    await stage.press("fay", "session.move", moved.card.buttons[0].value)
    async with stage.database.read() as db:
        nudge = (await db.scalars(asked.where(Nudge.state == "planned"))).first()
    assert nudge is not None
    preview = await stage.press("fay", "nudge.preview", str(nudge.id))
    assert "We begin Wed, Feb 24, 1:00 PM" in text_of(preview)
