"""A text that a database cannot hold: it is made storable at the door, and what comes up elsewhere fails once
with a code. Nothing waits for ever for a database that is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.feature import CommandSpec, Feature
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.features import all_features
from prompts.words import forms as words
from storage.nudges import InboxEvent
from tests.support.stage import Stage, staged, text_of

UNSTORABLE = ("\0", "\ud800", "a\0\udfffb")


async def _poison(ctx: Context, values: dict[str, object]) -> Reply:
    ctx.post(Card(title="Half", text="half \0 a text"), person_id=ctx.me.id)
    return Reply(card=Card(text="done"))


async def _echo(ctx: Context, values: dict[str, object]) -> Reply:
    ctx.post(Card(title="Half", text=str(values["said"])), person_id=ctx.me.id)
    return Reply(card=Card(text=str(values["said"])))


FEATURE = Feature(
    "test",
    commands=(
        CommandSpec("poison", Action.TAKE_PART, words.required, _poison),
        CommandSpec("echo", Action.TAKE_PART, words.required, _echo, (Argument("said", "text"),)),
    ),
)


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged(database_url, (FEATURE,)) as stage:
        yield stage


@pytest.mark.parametrize("text", UNSTORABLE)
async def test_what_somebody_sends_is_stored_without_it(stage: Stage, text: str) -> None:
    assert text_of(await stage.command("ana", f"echo Lu{text}pe")) in ("Lupe", "Luabpe")
    assert len(await stage.nudges("planned")) == 1


@pytest.mark.parametrize("text", UNSTORABLE)
async def test_no_word_nor_form_nor_button_leaves_an_event_behind(database_url: str, text: str) -> None:
    async with staged(database_url, all_features()) as stage:
        await stage.person("ana", "administrator")
        await stage.say("ana", text)
        await stage.command("ana", f"series add {text}")
        await stage.press("ana", f"next{text}", text)
        await stage.submit("ana", "settings", text, name=text, zone=[text, {text: text}])
        async with stage.database.read() as db:
            rows = list(await db.scalars(select(InboxEvent)))
        assert [(row.state, row.failure) for row in rows] == [("done", "")] * 4


@pytest.mark.postgres
async def test_what_cannot_be_stored_fails_once_and_is_not_tried_again(postgres_url: str) -> None:
    async with staged(postgres_url, (FEATURE,)) as stage:
        assert "nothing was changed" in text_of(await stage.command("ana", "poison"))
        assert await stage.router.unfinished() == []
        assert await stage.nudges() == []
