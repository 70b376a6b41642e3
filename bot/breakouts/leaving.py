"""Somebody has to leave while the groups are open. The round goes on without them; nobody is moved.

They do not count as having met their group: to meet again is no harm, never to meet is. Who did talk is put
back with one press, also after the round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.breakouts.changing import among, picked
from bot.breakouts.clash_words import clash_text
from bot.breakouts.engine import Clash
from bot.breakouts.late import seat
from bot.breakouts.room import room_of
from bot.breakouts.rounds import groups_of, latest, round_behind, sits_here
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.forms import Form, Values, fields_of
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.people import Person

LEFT = (Argument("person", "person", label=words.who_left), Argument("cohort", "word", required=False))


async def left_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_leave(ctx, await _open_round(ctx, typed), typed["person"])


async def left_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    one = await round_behind(ctx, context) if context else await _open_round(ctx, initial)
    if one.status != RoundStatus.OPEN:
        raise Refusal(words.none_open(ctx.language))
    groups = await groups_of(ctx.db, one.id)
    here = {row.person_id for _, members in groups.values() for row in members if sits_here(row)}
    room, language = await room_of(ctx.db, one, here), ctx.language
    return Form(
        name="breakout-left",
        title=words.leave_title(language),
        submit=words.take_out(language),
        context=str(one.id),
        fields=fields_of(LEFT, language, initial, among(room, "person")),
    )


async def left_sent(ctx: Context, context: str, values: Values) -> Reply:
    one, chosen = await round_behind(ctx, context), picked(values["person"])
    person = await ctx.db.get(Person, chosen[0]) if len(chosen) == 1 else None
    if person is None or person.community_id != ctx.community.id:
        return Reply(errors={"person": words.pick_one(ctx.language)})
    return await do_leave(ctx, one, person)


async def do_leave(ctx: Context, one: BreakoutRound, person: Person) -> Reply:
    """Take a person out of an open round. Raises `Refusal` when they sit in no group of it."""
    language = ctx.language
    if one.status != RoundStatus.OPEN:
        raise Refusal(words.none_open(language))
    groups = await groups_of(ctx.db, one.id)
    for group, members in groups.values():
        here = [row for row in members if sits_here(row)]
        row = next((row for row in here if row.person_id == person.id), None)
        if row is None:
            continue
        row.present = False
        ctx.audit("breakout_left", f"breakout:{one.id}", person=person.id)
        text = words.had_to_leave(language, name=person.name, number=group.number)
        if len(here) == 2:
            alone = next(mate for mate in here if mate is not row)
            name = (await ctx.db.get_one(Person, alone.person_id)).name
            text = text + "\n" + words.alone_now(language, name=name)
        back = Button(
            label=words.is_back(language, name=person.name),
            action="breakout.back",
            value=pack(one.id, person.id),
        )
        return Reply(card=Card(text=text, buttons=(back,)))
    raise Refusal(words.sits_nowhere(language, name=person.name))


async def back_pressed(ctx: Context, value: str) -> Reply:
    """The undo: they sit where they sat; where nobody sits any more, they get a seat anew."""
    one = await round_behind(ctx, value)
    _, person_id = unpack(value, str, int)
    found = (
        await ctx.db.execute(
            select(GroupMember, BreakoutGroup, Person)
            .join(BreakoutGroup)
            .join(Person)
            .where(BreakoutGroup.round_id == one.id, GroupMember.person_id == person_id)
        )
    ).first()
    if found is None:
        raise Refusal(words.no_such_round(ctx.language))
    row, group, person = found
    number: int = group.number
    groups = await groups_of(ctx.db, one.id)
    mates = [mate for mate in groups[number][1] if mate is not row and sits_here(mate)]
    if not sits_here(row) and not mates and one.status == RoundStatus.OPEN:
        try:
            number, _ = await seat(ctx, one, groups, person.id)
        except Clash as clash:
            room = await room_of(ctx.db, one, {person.id})
            raise Refusal(clash_text(ctx.language, clash, room)) from None
    row.present = True
    return Reply(card=Card(text=words.came_back(ctx.language, name=person.name, number=number)), replace=True)


async def _open_round(ctx: Context, typed: Mapping[str, Any]) -> BreakoutRound:
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(ctx, cohort, "open")
    if one is None:
        raise Refusal(words.none_open(ctx.language))
    return one
