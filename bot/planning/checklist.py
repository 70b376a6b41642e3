"""The checklist of a session: seen, ticked off, un-ticked, added to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import func, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import row_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.sessions.checklists import items_of, tick_what_is_there
from bot.sessions.lookup import end_of, presenters_of, session_by_id, session_meant
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import planning as words
from storage.people import Person
from storage.series import Cohort
from storage.sessions import ChecklistItem, Session

MOST_ITEMS = 20
SHOWN = 12
LONGEST = 200


async def checklist_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.PREPARE_SESSION)
    return Reply(card=await checklist_card(ctx, session, cohort))


async def checklist_pressed(ctx: Context, value: str) -> Reply:
    session, cohort = await session_by_id(ctx, value, Action.PREPARE_SESSION)
    return Reply(card=await checklist_card(ctx, session, cohort))


async def checklist_card(ctx: Context, session: Session, cohort: Cohort) -> Card:
    await tick_what_is_there(ctx.db, session, ctx.now)
    language, items = ctx.language, await items_of(ctx.db, session.id)
    names = await _names(ctx, items)
    open_items = [one for one in items if one.done_at is None]
    shown = [*open_items, *(one for one in items if one.done_at is not None)][:SHOWN]
    return Card(
        title=words.checklist_title(
            language, number=str(session.number), title=title_in(session.title, language)
        ),
        text=words.still_open(language, n=len(open_items)) if items else words.no_items(language),
        sections=tuple(_section(language, one, names) for one in shown),
        buttons=(
            Button(label=words.add_item(language), form="checklist-add", value=str(session.id)),
            Button(label=words.run_of_show(language), action="session.agenda", value=str(session.id)),
            Button(label=words.brief(language), action="brief", value=str(session.id)),
            *_afterwards(ctx, session),
        ),
        context=words.checklist_context(
            language, when=dates.when(language, session.starts_at, zone_for(ctx.me.zone, cohort.zone))
        ),
    )


def _afterwards(ctx: Context, session: Session) -> tuple[Button, ...]:
    """What the people there said, once the session is over."""
    if end_of(session) > ctx.now:
        return ()
    return (Button(label=words.feedback(ctx.language), action="feedback", value=str(session.id)),)


def _section(language: str, item: ChecklistItem, names: Mapping[int, str]) -> Section:
    due = dates.day(language, item.due_on) if item.due_on else ""
    owner = names.get(item.owner_id or 0, "")
    if item.done_at is not None:
        text, label, action = words.done_line(language), words.not_done(language), "checklist.undo"
    else:
        text = words.due_line(language, day=due) if due else words.open_line(language)
        label, action = words.done(language), "checklist.done"
    if owner:
        text = words.owned(language, text=text, name=owner)
    return Section(
        title=title_in(item.text, language),
        text=text,
        buttons=(Button(label=label, action=action, value=str(item.id)),),
    )


async def done_pressed(ctx: Context, value: str) -> Reply:
    return await _tick(ctx, value, done=True)


async def undone_pressed(ctx: Context, value: str) -> Reply:
    return await _tick(ctx, value, done=False)


async def _tick(ctx: Context, value: str, *, done: bool) -> Reply:
    item = await ctx.db.get(ChecklistItem, row_id(value))
    if item is None:
        raise Refusal(words.no_such_item(ctx.language))
    session, cohort = await session_by_id(ctx, str(item.session_id), Action.PREPARE_SESSION)
    item.done_at = (item.done_at or ctx.now) if done else None
    await ctx.db.flush()
    return Reply(card=await checklist_card(ctx, session, cohort), replace=True)


async def add_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(ctx, context, Action.PREPARE_SESSION)
    language, people = ctx.language, await presenters_of(ctx.db, session.id)
    owners = {one.id: one for one in (*people, ctx.me)}
    return Form(
        name="checklist-add",
        title=words.add_item(language),
        submit=words.add(language),
        context=context,
        fields=(
            Field(name="text", kind="text", label=words.what_label(language), most=LONGEST),
            Field(name="owner", kind="choice", label=words.owner_label(language), required=False,
                  options=tuple(Option(value=str(key), label=one.name[:75]) for key, one in owners.items())),
            Field(name="due", kind="date", label=words.due_label(language), required=False),
        ),
    )  # fmt: skip


async def add_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(ctx, context, Action.PREPARE_SESSION)
    items = await items_of(ctx.db, session.id)
    if len(items) >= MOST_ITEMS:
        raise Refusal(words.too_many_items(ctx.language, most=MOST_ITEMS))
    last = await ctx.db.scalar(
        select(func.max(ChecklistItem.position)).where(ChecklistItem.session_id == session.id)
    )
    due = values.get("due")
    ctx.db.add(
        ChecklistItem(
            session_id=session.id,
            position=(last or 0) + 1,
            text={ctx.language: str(values["text"])},
            owner_id=row_id(str(values.get("owner") or "")) or None,
            due_on=due if not isinstance(due, str | int | tuple) else None,  # type: ignore[arg-type]
        )
    )
    await ctx.db.flush()
    return Reply(card=await checklist_card(ctx, session, cohort))


async def _names(ctx: Context, items: list[ChecklistItem]) -> dict[int, str]:
    owners = {one.owner_id for one in items if one.owner_id is not None}
    found = [await ctx.db.get_one(Person, owner) for owner in sorted(owners)]
    return {one.id: one.name for one in found}
