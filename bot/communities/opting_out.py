"""Stopping messages, of one kind or of every optional kind, and having them again."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlmodel import col, delete, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_person
from prompts.language_tables import in_every_language
from prompts.words import communities as words
from storage.people import OptOut

ALL_OPTIONAL = "optional"


@cache
def _everything() -> frozenset[str]:
    """What people type for every kind."""
    return frozenset({"", *in_every_language(lambda tables: tables.stop.everything)})


@cache
def _around() -> frozenset[str]:
    """Words that name no kind of message: ``stop please`` means all."""
    return _everything() | frozenset(in_every_language(lambda tables: tables.stop.around))


async def opted_out(ctx: Context) -> set[str]:
    """The kinds of message that I do not want; `ALL_OPTIONAL` stands for every optional one."""
    return set(await ctx.db.scalars(select(OptOut.kind).where(OptOut.person_id == ctx.me.id)))


async def stop_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_stop(ctx, typed.get("kind") or "")


async def stop_pressed(ctx: Context, value: str) -> Reply:
    return await do_stop(ctx, value)


async def do_stop(ctx: Context, kind: str) -> Reply:
    """No more messages of one kind, or of any optional kind; says what still arrives."""
    kind = _kind(ctx, kind) or ALL_OPTIONAL
    if kind not in await opted_out(ctx):
        ctx.db.add(OptOut(person_id=ctx.me.id, kind=kind, since=ctx.now))
        await ctx.db.flush()
        await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    if kind == ALL_OPTIONAL:
        text = words.stopped_all(ctx.language)
    else:
        text = words.stopped_kind(ctx.language, kind=ctx.kinds.stoppable[kind](ctx.language))
    undo = Button(label=words.undo(ctx.language), action="start", value=kind)
    settings = Button(label=words.my_settings(ctx.language), form="settings")
    return Reply(card=Card(text=text, buttons=(undo, settings)))


async def has_stopped(ctx: Context) -> bool:
    """Whether I refused any kind of message."""
    return (
        await ctx.db.scalars(select(OptOut).where(OptOut.person_id == ctx.me.id).limit(1))
    ).first() is not None


def names_kind(ctx: Context, given: str) -> bool:
    """Whether this is a kind of message, by its name."""
    try:
        return bool(given.strip()) and (given.strip().casefold() in _everything() or bool(_kind(ctx, given)))
    except Refusal:
        return False


async def start_pressed(ctx: Context, value: str) -> Reply:
    return await do_start(ctx, value)


async def do_start(ctx: Context, kind: str) -> Reply:
    """Messages again: of one kind, or all that were ever refused."""
    kind = "" if kind == ALL_OPTIONAL else _kind(ctx, kind)
    kinds = [kind] if kind else [ALL_OPTIONAL, *ctx.kinds.stoppable]
    await ctx.db.execute(
        delete(OptOut).where(col(OptOut.person_id) == ctx.me.id, col(OptOut.kind).in_(kinds))
    )
    await ctx.db.flush()
    await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    text = words.started_all(ctx.language)
    if kind:
        text = words.started_kind(ctx.language, kind=ctx.kinds.stoppable[kind](ctx.language))
    return Reply(
        card=Card(text=text, buttons=(Button(label=words.my_settings(ctx.language), form="settings"),))
    )


def _kind(ctx: Context, given: str) -> str:
    """A kind of message by its name in the database or on the screen; empty for all."""
    wanted = given.strip().casefold()
    if wanted in _everything() or set(re.findall(r"\w+", wanted)) <= _around():
        return ""
    for kind, label in ctx.kinds.stoppable.items():
        if wanted in {kind, kind.replace("_", " "), str(label(ctx.language)).casefold()}:
            return kind
    choices = ", ".join(label(ctx.language) for label in ctx.kinds.stoppable.values())
    raise FieldError("kind", words.unknown_kind(ctx.language, given=given[:60], choices=choices))
