"""Somebody joins or leaves a preview that stands: as few others as possible move."""

from __future__ import annotations

from typing import Any

from bot.breakouts.attending import attended
from bot.breakouts.changing import current, rewrite
from bot.breakouts.clash_words import clash_text
from bot.breakouts.engine import Clash, drop, place_late
from bot.breakouts.preview import preview
from bot.breakouts.room import Room, room_of
from bot.core.context import Context
from bot.core.reply import Refusal, Reply
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound
from storage.people import Person
from storage.sessions import Session


async def join_preview(ctx: Context, one: BreakoutRound, person: Person) -> Reply:
    """Seat one more in the preview. Raises `Refusal` when they sit there, or no seat keeps the rules."""
    for number, group in enumerate(one.draft.groups, 1):
        if person.id in group:
            raise Refusal(words.sits_already(ctx.language, name=person.name, number=number))
    try:
        room = await seat(ctx, one, {person.id})
    except Clash as clash:
        named = await room_of(ctx.db, one, {person.id})
        raise Refusal(clash_text(ctx.language, clash, named)) from None
    return await preview(ctx, one, room, words.joined_preview(ctx.language, name=person.name))


async def without_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Take somebody who is not here out of the preview."""
    person: Person = typed["person"]
    one = await current(ctx, typed)
    if not any(person.id in group for group in one.draft.groups):
        raise Refusal(words.not_in_preview(ctx.language, name=person.name))
    left = [who for who in one.draft.people if who != person.id]
    room = await room_of(ctx.db, one, left)
    try:
        change = drop(_as_text(one), {str(person.id)}, room.rules, room.members, room.history)
    except Clash as clash:
        raise Refusal(clash_text(ctx.language, clash, room)) from None
    gone = [*one.draft.left_out, person.id]
    one.draft = one.draft.model_copy(update={"people": left, "left_out": gone})
    rewrite(one, room, change.groups)
    return await preview(ctx, one, room, words.left_preview(ctx.language, name=person.name))


async def seat(ctx: Context, one: BreakoutRound, newcomers: set[int]) -> Room:
    """Seat these people in the preview's groups. Raises `Clash` when no seat keeps the rules."""
    people = sorted({*one.draft.people, *newcomers})
    room = await room_of(ctx.db, one, people)
    names = sorted(str(person) for person in newcomers if person in room.people)
    change = place_late(_as_text(one), names, room.rules, room.members, room.history)
    one.draft = one.draft.model_copy(update={"people": people})
    rewrite(one, room, change.groups)
    return room


async def seat_who_checked_in_since(ctx: Context, one: BreakoutRound) -> None:
    """Before opening: whoever checked in after the preview was made is seated too.

    Only where the preview was made of the check-ins. Raises `Refusal` when no seat keeps the rules."""
    if one.session_id is None or not one.draft.by_check_in:
        return
    session = await ctx.db.get_one(Session, one.session_id)
    newcomers = await attended(ctx.db, session) - {*one.draft.people, *one.draft.left_out}
    if not newcomers:
        return
    try:
        await seat(ctx, one, newcomers)
    except Clash as clash:
        room = await room_of(ctx.db, one, newcomers)
        raise Refusal(clash_text(ctx.language, clash, room)) from None


def _as_text(one: BreakoutRound) -> tuple[tuple[str, ...], ...]:
    """The preview's groups as the engine wants them."""
    return tuple(tuple(map(str, group)) for group in one.draft.groups)
