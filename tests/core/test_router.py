"""The router: durable, once, with answers that help."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.events import Command, Who
from bot.core.feature import CommandSpec, Feature, FormSpec
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.text import Marked
from prompts.words import forms as words
from storage.nudges import InboxEvent
from tests.support.databases import sqlite_with_tables
from tests.support.stage import TENANT, Stage, staged, text_of


async def _greet(ctx: Context, values: dict[str, object]) -> Reply:
    ctx.post(Card(title="Hello", text=f"hello {values['name']}"), person_id=ctx.me.id)
    return Reply(card=Card(text=f"greeted {values['name']}"))


async def _refuse(ctx: Context, values: dict[str, object]) -> Reply:
    ctx.post(Card(title="Hello", text="never"), person_id=ctx.me.id)
    raise Refusal(Marked("no, do this instead"))


async def _break(ctx: Context, values: dict[str, object]) -> Reply:
    ctx.post(Card(title="Hello", text="never"), person_id=ctx.me.id)
    raise RuntimeError("secret words")


async def _form(ctx: Context, context: str, initial: object) -> Form:
    return Form(
        name="greet",
        title="Greet",
        submit="Go",
        fields=(Field(name="name", kind="text", label="Name", most=10),),
    )


async def _submit(ctx: Context, context: str, values: Values) -> Reply:
    reply = await _greet(ctx, dict(values))
    if values["name"] == "nobody":
        raise FieldError("name", Marked("somebody else"))
    return reply


FEATURE = Feature(
    "test",
    commands=(
        CommandSpec(
            "greet", Action.TAKE_PART, words.required, _greet, (Argument("name", "text"),), form="greet"
        ),
        CommandSpec("greet size", Action.TAKE_PART, words.required, _greet, (Argument("name", "number"),)),
        CommandSpec("refuse", Action.TAKE_PART, words.required, _refuse),
        CommandSpec("break", Action.TAKE_PART, words.required, _break),
        CommandSpec("manage", Action.MANAGE_COMMUNITY, words.required, _refuse),
    ),
    forms=(FormSpec("greet", Action.TAKE_PART, _form, _submit),),
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db"), (FEATURE,)) as stage:
        yield stage


async def test_a_command_changes_rows_and_answers(stage: Stage) -> None:
    assert text_of(await stage.command("ana", "greet Ben *and* Lu")) == "greeted Ben *and* Lu"
    assert len(await stage.nudges("planned")) == 1


async def test_the_same_key_is_handled_once_and_answered_again(stage: Stage) -> None:
    event = Command(key="same", who=Who(platform="slack", tenant=TENANT, user="ana"), text="greet *Ben*")
    first = await stage.router.record(event)
    again = await stage.router.record(event)
    assert (first.new, again.new) == (True, False)
    assert await stage.router.handle(first) == await stage.router.handle(again)
    assert len(await stage.nudges()) == 1


async def test_a_refusal_rolls_everything_back(stage: Stage) -> None:
    assert text_of(await stage.command("ana", "refuse")) == "no, do this instead"
    assert await stage.nudges() == []


async def test_a_defect_changes_nothing_and_names_a_code_not_the_error(stage: Stage) -> None:
    said = text_of(await stage.command("ana", "break"))
    assert "nothing was changed" in said
    assert "secret" not in said
    assert await stage.nudges() == []


async def test_an_unknown_command_names_the_nearest(stage: Stage) -> None:
    assert "greet" in text_of(await stage.command("ana", "gret Ben"))


async def test_a_missing_right_says_who_can(stage: Stage) -> None:
    assert "administrator can" in text_of(await stage.command("ana", "manage"))


async def test_missing_arguments_open_the_form_and_the_form_does_the_same(stage: Stage) -> None:
    reply = await stage.command("ana", "greet")
    assert reply.form is not None
    assert reply.form.name == "greet"
    assert (await stage.submit("ana", "greet", name="x" * 11)).errors.keys() == {"name"}
    assert text_of(await stage.submit("ana", "greet", name="Lu")) == "greeted Lu"


async def test_what_a_handler_does_not_take_is_said_at_its_field_and_nothing_is_kept(stage: Stage) -> None:
    """However far it had come: the message that it posted goes with the rest."""
    assert (await stage.submit("ana", "greet", name="nobody")).errors == {"name": "somebody else"}
    assert await stage.nudges() == []


async def test_a_wrong_argument_says_how_to_type_it(stage: Stage) -> None:
    assert "greet size name" in text_of(await stage.command("ana", "greet size lots"))


async def test_an_event_left_by_a_crash_is_found_and_handled_once(stage: Stage) -> None:
    event = Command(key="k", who=Who(platform="slack", tenant=TENANT, user="ana"), text="greet Ben")
    recorded = await stage.router.record(event)
    stage.killed()
    assert await stage.router.unfinished() == [], "its process may only be slow: the lease still runs"
    stage.clock.advance(timedelta(minutes=1))
    [left] = await stage.router.unfinished()
    assert left.id == recorded.id
    await stage.router.handle(left)
    await stage.router.finish(left)
    stage.clock.advance(timedelta(minutes=1))
    assert await stage.router.unfinished() == []
    async with stage.database.read() as db:
        row = await db.get_one(InboxEvent, recorded.id)
    assert (row.state, row.event, row.reply) == ("done", None, None)


async def test_an_event_in_hand_is_left_to_its_process_however_long_that_takes(stage: Stage) -> None:
    """Answered twice without any crash, else: by the process that is slow, and by the one that sweeps."""
    event = Command(key="k", who=Who(platform="slack", tenant=TENANT, user="ana"), text="greet Ben")
    recorded = await stage.router.record(event)
    slow = stage.router.inbox.hands
    for _ in range(5):
        stage.clock.advance(timedelta(seconds=50))
        await slow.renew(stage.clock.now())
        assert await stage.router.unfinished() == [], "the same process has it in hand"
        stage.killed()
        assert await stage.router.unfinished() == [], "and so does another one find"
        stage.router.inbox.hands = slow
    await stage.router.handle(recorded)
    await stage.router.finish(recorded)
    stage.clock.advance(timedelta(hours=1))
    stage.killed()
    assert await stage.router.unfinished() == []


async def test_of_two_processes_one_takes_over_what_a_third_left(stage: Stage) -> None:
    event = Command(key="k", who=Who(platform="slack", tenant=TENANT, user="ana"), text="greet Ben")
    await stage.router.record(event)
    stage.clock.advance(timedelta(minutes=1))
    stage.killed()
    first = await stage.router.unfinished()
    stage.killed()
    assert [len(first), len(await stage.router.unfinished())] == [1, 0]


async def test_an_unknown_workspace_gets_no_answer(stage: Stage) -> None:
    event = Command(key="k", who=Who(platform="slack", tenant="T-other", user="x"), text="help")
    assert (await stage.router.handle(await stage.router.record(event))) == Reply()
