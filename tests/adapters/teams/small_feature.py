"""A feature with one of everything, so that the adapter's tests depend on no real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.events import Command
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.forms import Field, Form, Option, Values
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.text import Marked, mention
from prompts.words import forms as words

OPTIONS = (Option(value="a,b", label="Both, together"), Option(value="c", label="Alone"))
BUTTONS = (
    Button(label="Yes", action="vote", value="yes", style="primary"),
    Button(label="Keep", action="keep", value="7"),
    Button(label="Everybody", action="shout", value="all"),
    Button(label="Write", action="", value="ctx-1", form="note"),
)


async def _hello(ctx: Context, values: dict[str, Any]) -> Reply:
    event = ctx.event
    said = event.text if isinstance(event, Command) else ""
    return Reply(card=Card(title="Hello", text=f"{ctx.me.name} said {said}", buttons=BUTTONS))


async def _ask(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply(card=Card(title="Vote", text="Yes or no?", buttons=BUTTONS), public=True)


async def _note_typed(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply(card=Card(text=f"noted {values['text']}"))


async def _secret(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply(card=Card(text="only for you", facts=(Fact(label="Score", value="7"),)))


async def _refuse(ctx: Context, values: dict[str, Any]) -> Reply:
    raise Refusal(Marked("Do it *so* instead"))


async def _who(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply(card=Card(text=mention(values["person"].name, values["person"].id)), public=True)


async def _build(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    fields = (
        Field(name="text", kind="text", label="Your note", most=10, initial=initial.get("text")),
        Field(name="kinds", kind="choices", label="Kinds", options=OPTIONS, required=False),
        Field(name="stars", kind="scale", label="Stars", lowest=1, highest=5, required=False),
        Field(name="on", kind="date", label="Day", required=False),
        Field(name="people", kind="people", label="With whom", required=False),
        Field(name="sure", kind="checkbox", label="Sure", required=False),
    )
    return Form(name="note", title="A note", submit="Save", fields=fields, context=context)


async def _submit(ctx: Context, context: str, values: Values) -> Reply:
    if values["text"] == "again":
        return Reply(form=await _build(ctx, "second", {}))
    if values["text"] == "bad":
        return Reply(errors={"text": "Not this one."})
    return Reply(card=Card(text=f"saved {values} for {context}"))


async def _vote(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(title="Voted", text=f"You said {value}"), replace=True)


async def _keep(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=f"kept {value}"))


async def _shout(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=f"to {value}"), public=True)


async def _said(ctx: Context) -> Reply:
    return Reply(card=Card(text=f"heard {getattr(ctx.event, 'text', '')}"))


async def _joined(ctx: Context) -> Reply:
    return Reply(card=Card(text=f"welcome {ctx.me.name}"))


async def _installed(ctx: Context) -> Reply:
    return Reply(card=Card(text="Good to be here"), public=True)


FEATURE = Feature(
    "small",
    commands=(
        CommandSpec("hello", Action.TAKE_PART, words.required, _hello),
        CommandSpec("ask", Action.TAKE_PART, words.required, _ask),
        CommandSpec("secret", Action.TAKE_PART, words.required, _secret),
        CommandSpec("refuse", Action.TAKE_PART, words.required, _refuse),
        CommandSpec("who", Action.TAKE_PART, words.required, _who, (Argument("person", "person"),)),
        CommandSpec(
            "note",
            Action.TAKE_PART,
            words.required,
            _note_typed,
            (Argument("text", "word", required=False), Argument("more", "word")),
            form="note",
        ),
    ),
    forms=(FormSpec("note", Action.TAKE_PART, _build, _submit),),
    presses=(
        PressSpec("vote", Action.TAKE_PART, _vote),
        PressSpec("keep", Action.TAKE_PART, _keep),
        PressSpec("shout", Action.TAKE_PART, _shout),
    ),
    said=(_said,),
    joined=(_joined,),
    installed=(_installed,),
)
