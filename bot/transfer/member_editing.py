"""Correcting what is known of a person: name, address, state and the rest of the roster's columns. Shown
first, and taken back by one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.changes import as_value, from_value
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.lookup import cohort_by_id, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_person
from bot.tables.addresses import is_email
from bot.transfer.roster_cells import read_cell
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment

FIELDS = ("name", "email", "state", "zone", "organisation", "setting", "job_role", "language", "pronouns")
MOST = 200


async def member_edit_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With values, the preview of just these; with none, the form."""
    person: Person = typed["person"]
    await _require(ctx, person)
    given = {name: str(typed[name]) for name in FIELDS if typed.get(name) is not None}
    if not given:
        return Reply(form=await member_edit_form(ctx, pack("", person.id), {}))
    return await _preview(ctx, person, given)


async def member_edit_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the cohort of a roster (whom to correct is asked), or ``:`` and the person."""
    _, person_id = unpack(context, str, str)
    person = await _person(ctx, person_id) if person_id else None
    language, now = ctx.language, as_it_is(person) if person else {}
    if person is None and context:
        await ctx.require(Action.RUN_COHORT, (await cohort_by_id(ctx, context)).series_id)
    who = Field(name="person", kind="people", label=words.person_label(language), most=1)
    return Form(
        name="member-edit",
        title=words.edit_member(language),
        submit=words.show_change(language),
        context=context,
        intro=Marked("") if person else words.leave_as_it_is(language),
        fields=(
            *(() if person else (who,)),
            *(
                Field(name=name, kind="text", label=words.MEMBER_FIELDS[name](language), most=MOST,
                      required=False, initial=now.get(name) or None)
                for name in FIELDS
            ),
        ),
    )  # fmt: skip


async def member_edit_sent(ctx: Context, context: str, values: Values) -> Reply:
    _, person_id = unpack(context, str, str)
    picked = values.get("person")
    chosen = str(picked[0]) if isinstance(picked, tuple) and picked else ""
    person = await _person(ctx, person_id or chosen)
    given = {name: str(values.get(name) or "") for name in FIELDS}
    if not person_id:
        given = {name: text for name, text in given.items() if text}
    return await _preview(ctx, person, given)


async def _preview(ctx: Context, person: Person, given: Mapping[str, str]) -> Reply:
    changes = await _checked(ctx, person, given)
    if not changes:
        raise Refusal(words.nothing_changes(ctx.language))
    language = ctx.language
    change = Button(label=words.change_it(language), action="member.change", style="primary",
                    value=as_value(person.id, changes))  # fmt: skip
    return Reply(
        card=Card(
            title=words.member_changes_title(language, name=person.name),
            facts=_facts(language, as_it_is(person), changes),
            buttons=(change, Button(label=words.not_now(language), action="cohort.keep", value="")),
        )
    )


def _facts(language: str, before: Mapping[str, str], changes: Mapping[str, str]) -> tuple[Fact, ...]:
    nothing = words.nothing_there(language)
    return tuple(
        Fact(
            label=words.MEMBER_FIELDS[name](language),
            value=words.from_to(language, old=before[name] or nothing, new=new or nothing),
        )
        for name, new in changes.items()
    )


def as_it_is(person: Person) -> dict[str, str]:
    return {name: getattr(person, name) or "" for name in FIELDS}


async def _checked(ctx: Context, person: Person, given: Mapping[str, str]) -> dict[str, str]:
    """What would really change, as it would stand. Raises `FieldError`."""
    changes: dict[str, str] = {}
    before = as_it_is(person)
    for name in FIELDS:
        if name not in given or given[name].strip() == before[name]:
            continue
        said = " ".join(given[name].split())[:MOST]
        changes[name] = await _read(ctx, person, name, said)
    return {name: value for name, value in changes.items() if value != before[name]}


async def _read(ctx: Context, person: Person, name: str, said: str) -> str:
    if name == "email":
        return await _email(ctx, person, said)
    if not said:
        if name in ("name", "language"):
            raise FieldError(name, words.cannot_be_empty(ctx.language))
        return ""
    read = read_cell(name, said, tuple(ctx.community.languages))
    if not read.value:
        choices = ", ".join(read.likely) or words.nothing_there(ctx.language)
        raise FieldError(name, words.cell_unfit(ctx.language, given=said[:60], choices=choices))
    return read.value


async def _email(ctx: Context, person: Person, said: str) -> str:
    """In lower case, and nobody else's; may be emptied."""
    email = said.casefold()
    if email and not is_email(email):
        raise FieldError("email", words.email_unfit(ctx.language))
    same = select(Person.name).where(
        Person.community_id == ctx.community.id, Person.email == email, Person.id != person.id
    )
    if email and (other := (await ctx.db.scalars(same)).first()) is not None:
        raise FieldError("email", words.email_taken(ctx.language, name=other))
    return email


async def member_change_pressed(ctx: Context, value: str) -> Reply:
    """Make the change, or (the undo is the same) put back what stood before."""
    row, given = from_value(value)
    person = await _person(ctx, row)
    before = as_it_is(person)
    changes = await _checked(ctx, person, given)
    if not changes:
        return Reply(card=Card(text=words.nothing_changes(ctx.language)), replace=True)
    for name, text in changes.items():
        setattr(person, name, (text or None) if name == "email" else text)
    if "email" in changes:
        await _follow(ctx, person, before["email"], changes["email"])
    await ctx.db.flush()
    await replan_person(ctx.db, ctx.kinds, person.id, ctx.now)
    ctx.audit("member_edited", f"person:{person.id}", fields=sorted(changes))
    back = as_value(person.id, {name: before[name] for name in changes})
    undo = Button(label=words.undo(ctx.language), action="member.change", value=back)
    facts = _facts(ctx.language, before, changes)
    said = words.member_changed(ctx.language, name=person.name)
    return Reply(card=Card(text=said, facts=facts, buttons=(undo,)), replace=True)


async def _follow(ctx: Context, person: Person, old: str, new: str) -> None:
    """Where they are written to by address, it goes to the new address from now on."""
    if not old or not new or not ctx.address_platform:
        return
    accounts = await ctx.db.scalars(
        select(Identity)
        .join(Workspace)
        .where(
            Identity.person_id == person.id,
            Identity.platform_user == old,
            Workspace.platform == ctx.address_platform,
        )
    )
    for account in accounts:
        account.platform_user, account.direct, account.reachable = new, "", True


async def _person(ctx: Context, value: str) -> Person:
    person = await ctx.db.get(Person, row_id(value))
    if person is None or person.community_id != ctx.community.id or person.deleted_at is not None:
        raise Refusal(words.not_found(ctx.language))
    await _require(ctx, person)
    return person


async def _require(ctx: Context, person: Person) -> None:
    """Who runs a cohort of theirs, or manages the community. Raises `Refusal`."""
    if await ctx.may(Action.MANAGE_COMMUNITY):
        return
    series = await ctx.db.scalars(
        select(Cohort.series_id).join(Enrollment).where(Enrollment.person_id == person.id)
    )
    for series_id in set(series):
        if await ctx.may(Action.RUN_COHORT, series_id):
            return
    raise await ctx.not_allowed(Action.MANAGE_COMMUNITY)
