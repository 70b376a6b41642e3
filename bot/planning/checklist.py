"""The checklist of a session: seen, ticked off, un-ticked, added to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import func, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import row_id, title_in
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action
from bot.sessions.checklists import items_of
from bot.sessions.lookup import end_of, presenters_of, session_by_id, session_meant
from prompts import dates
from prompts.words import planning as words
from storage.people import Person
from storage.series import Cohort
from storage.sessions import ChecklistItem, Session

MOST_ITEMS = 20
SHOWN = 12
LONGEST = 200


async def checklist_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(desk, typed, Action.PREPARE_SESSION)
    return Reply(card=await checklist_card(desk, session, cohort))


async def checklist_pressed(desk: Desk, value: str) -> Reply:
    session, cohort = await session_by_id(desk, value, Action.PREPARE_SESSION)
    return Reply(card=await checklist_card(desk, session, cohort))


async def checklist_card(desk: Desk, session: Session, cohort: Cohort) -> Card:
    say, items = desk.language, await items_of(desk.db, session.id)
    names = await _names(desk, items)
    open_items = [one for one in items if one.done_at is None]
    shown = [*open_items, *(one for one in items if one.done_at is not None)][:SHOWN]
    return Card(
        title=words.checklist_title(say, number=str(session.number), title=title_in(session.title, say)),
        text=words.still_open(say, n=len(open_items)) if items else words.no_items(say),
        sections=tuple(_section(say, one, names) for one in shown),
        buttons=(
            Button(label=words.add_item(say), form="checklist-add", value=str(session.id)),
            Button(label=words.run_of_show(say), action="session.agenda", value=str(session.id)),
            Button(label=words.brief(say), action="brief", value=str(session.id)),
            *_afterwards(desk, session),
        ),
        context=words.checklist_context(
            say, when=dates.when(say, session.starts_at, desk.me.zone or cohort.zone)
        ),
    )


def _afterwards(desk: Desk, session: Session) -> tuple[Button, ...]:
    """What the people there said, once the session is over."""
    if end_of(session) > desk.now:
        return ()
    return (Button(label=words.feedback(desk.language), action="feedback", value=str(session.id)),)


def _section(say: str, item: ChecklistItem, names: Mapping[int, str]) -> Section:
    due = dates.day(say, item.due_on) if item.due_on else ""
    owner = names.get(item.owner_id or 0, "")
    if item.done_at is not None:
        text, label, action = words.done_line(say), words.not_done(say), "checklist.undo"
    else:
        text = words.due_line(say, day=due) if due else words.open_line(say)
        label, action = words.done(say), "checklist.done"
    if owner:
        text = words.owned(say, text=text, name=owner)
    return Section(
        title=title_in(item.text, say),
        text=text,
        buttons=(Button(label=label, action=action, value=str(item.id)),),
    )


async def done_pressed(desk: Desk, value: str) -> Reply:
    return await _tick(desk, value, done=True)


async def undone_pressed(desk: Desk, value: str) -> Reply:
    return await _tick(desk, value, done=False)


async def _tick(desk: Desk, value: str, *, done: bool) -> Reply:
    item = await desk.db.get(ChecklistItem, row_id(value))
    if item is None:
        raise Refusal(words.no_such_item(desk.language))
    session, cohort = await session_by_id(desk, str(item.session_id), Action.PREPARE_SESSION)
    item.done_at = (item.done_at or desk.now) if done else None
    await desk.db.flush()
    return Reply(card=await checklist_card(desk, session, cohort), replace=True)


async def add_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's row id."""
    session, _ = await session_by_id(desk, context, Action.PREPARE_SESSION)
    say, people = desk.language, await presenters_of(desk.db, session.id)
    owners = {one.id: one for one in (*people, desk.me)}
    return Form(
        name="checklist-add",
        title=words.add_item(say),
        submit=words.add(say),
        context=context,
        fields=(
            Field(name="text", kind="text", label=words.what_label(say), most=LONGEST),
            Field(name="owner", kind="choice", label=words.owner_label(say), required=False,
                  options=tuple(Option(value=str(key), label=one.name[:75]) for key, one in owners.items())),
            Field(name="due", kind="date", label=words.due_label(say), required=False),
        ),
    )  # fmt: skip


async def add_sent(desk: Desk, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(desk, context, Action.PREPARE_SESSION)
    items = await items_of(desk.db, session.id)
    if len(items) >= MOST_ITEMS:
        raise Refusal(words.too_many_items(desk.language, most=MOST_ITEMS))
    last = await desk.db.scalar(
        select(func.max(ChecklistItem.position)).where(ChecklistItem.session_id == session.id)
    )
    due = values.get("due")
    desk.db.add(
        ChecklistItem(
            session_id=session.id or 0,
            position=(last or 0) + 1,
            text={desk.language: str(values["text"])},
            owner_id=row_id(str(values.get("owner") or "")) or None,
            due_on=due if not isinstance(due, str | int | tuple) else None,  # type: ignore[arg-type]
        )
    )
    await desk.db.flush()
    return Reply(card=await checklist_card(desk, session, cohort))


async def _names(desk: Desk, items: list[ChecklistItem]) -> dict[int, str]:
    owners = {one.owner_id for one in items if one.owner_id is not None}
    found = [await desk.db.get_one(Person, owner) for owner in sorted(owners)]
    return {one.id or 0: one.name for one in found}
