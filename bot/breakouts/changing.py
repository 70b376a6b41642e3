"""Changing a preview: reshuffle, swap, lock, undo, cancel. Each door leads to the same function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.breakouts.engine import Clash, swap
from bot.breakouts.engine.explain import explain
from bot.breakouts.preview import preview
from bot.breakouts.room import Room, room_of
from bot.breakouts.rounds import (
    draw,
    is_stale,
    latest,
    new_seed,
    preview_behind,
    settle,
)
from bot.core.cards import Card
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.text import Marked
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound
from storage.people import Person

SWAP = (
    Argument("first", "person", label=words.first_person),
    Argument("second", "person", label=words.second_person),
)
OPTIONS_MOST = 100
"""A choice on Slack takes so many; beyond, people are picked from the workspace."""


async def current(ctx: Context, typed: Mapping[str, Any]) -> BreakoutRound:
    """The preview that a typed command is about: the newest of the cohort."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(ctx, cohort, "preview")
    if one is None or not one.draft.groups:
        raise Refusal(words.no_preview(ctx.language))
    return one


# --- reshuffle, undo, cancel --------------------------------------------------------------------------


async def reshuffle_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_reshuffle(ctx, await current(ctx, typed), typed.get("seed"))


async def reshuffle_pressed(ctx: Context, value: str) -> Reply:
    one = await preview_behind(ctx, value)
    if is_stale(one, value):
        return await preview(ctx, one, note=words.changed_meanwhile(ctx.language))
    return await do_reshuffle(ctx, one, None)


async def do_reshuffle(ctx: Context, one: BreakoutRound, seed: int | None) -> Reply:
    """Draw everybody anew, but those who are locked."""
    room = await draw(ctx, one, new_seed() if seed is None else seed)
    alone = len(one.draft.groups) == 1
    return await preview(ctx, one, room, (words.one_group_stays if alone else words.reshuffled)(ctx.language))


async def undo_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_undo(ctx, await current(ctx, typed))


async def undo_pressed(ctx: Context, value: str) -> Reply:
    one = await preview_behind(ctx, value)
    if is_stale(one, value):
        return await preview(ctx, one, note=words.changed_meanwhile(ctx.language))
    return await do_undo(ctx, one)


async def do_undo(ctx: Context, one: BreakoutRound) -> Reply:
    """Back to the groups before the last change (and forth again)."""
    before = one.draft.before
    if before is None:
        raise Refusal(words.nothing_to_undo(ctx.language))
    settle(one, before.groups, before.seed, before.explanation)
    return await preview(ctx, one, note=words.undone(ctx.language))


async def cancel_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return do_cancel(ctx, await current(ctx, typed))


async def cancel_pressed(ctx: Context, value: str) -> Reply:
    return do_cancel(ctx, await preview_behind(ctx, value))


def do_cancel(ctx: Context, one: BreakoutRound) -> Reply:
    one.status = "cancelled"
    return Reply(card=Card(text=words.cancelled(ctx.language)), replace=True)


# --- swap ---------------------------------------------------------------------------------------------


async def swap_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    first: Person = typed["first"]
    second: Person = typed["second"]
    return await do_swap(ctx, await current(ctx, typed), first.id, second.id)


async def swap_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    one = await preview_behind(ctx, context) if context else await current(ctx, initial)
    room = await room_of(ctx.db, one, one.draft.people)
    language = ctx.language
    return Form(
        name="breakout-swap",
        title=words.swap_title(language),
        submit=words.swap(language),
        context=str(one.id),
        fields=fields_of(SWAP, language, initial, among(room, "first", "second")),
    )


async def swap_sent(ctx: Context, context: str, values: Values) -> Reply:
    one = await preview_behind(ctx, context)
    (first,), (second,) = picked(values["first"]), picked(values["second"])
    return await do_swap(ctx, one, first, second)


async def do_swap(ctx: Context, one: BreakoutRound, first: int, second: int) -> Reply:
    """Let two people change places. Refused where a rule forbids it; a confidential rule is not named."""
    home = {person: number for number, group in enumerate(one.draft.groups) for person in group}
    if first == second or not {first, second} <= set(home):
        raise FieldError("second", words.pick_two(ctx.language))
    room = await room_of(ctx.db, one, one.draft.people)
    names = {"first": room.name(first), "second": room.name(second)}
    if home[first] == home[second]:
        raise FieldError("second", words.same_group(ctx.language, **names))
    groups = tuple(tuple(map(str, group)) for group in one.draft.groups)
    try:
        change = swap(groups, str(first), str(second), room.rules)
    except Clash:  # the same words for every cause: a confidential rule must not stand out
        raise FieldError("second", words.clash_swap(ctx.language)) from None
    rewrite(one, room, change.groups)
    return await preview(ctx, one, room, words.swapped(ctx.language, **names))


def rewrite(one: BreakoutRound, room: Room, groups: tuple[tuple[str, ...], ...]) -> None:
    """Put changed groups into the preview, explained anew."""
    method = str(one.explanation.get("method", ""))
    why = explain(room.members, room.rules, [groups], room.history, method, one.seed)
    settle(one, [[int(person) for person in group] for group in groups], one.seed, why.as_dict())


# --- lock ---------------------------------------------------------------------------------------------


async def lock_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    one = await preview_behind(ctx, context) if context else await current(ctx, initial)
    room = await room_of(ctx.db, one, one.draft.people)
    language = ctx.language
    return Form(
        name="breakout-lock",
        title=words.lock_title(language),
        submit=words.lock(language),
        context=str(one.id),
        intro=words.lock_intro(language),
        fields=(some_of("people", words.locked_people(language), room, tuple(sorted(room.rules.locks))),),
    )


async def lock_sent(ctx: Context, context: str, values: Values) -> Reply:
    return await do_lock(ctx, await preview_behind(ctx, context), picked(values["people"]))


async def lock_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    person: Person = typed["person"]
    one = await current(ctx, typed)
    if not any(person.id in group for group in one.draft.groups):
        raise Refusal(words.not_in_preview(ctx.language, name=person.name))
    held = [int(person_id) for person_id in one.draft.locks]
    return await do_lock(ctx, one, [*held, person.id])


async def do_lock(ctx: Context, one: BreakoutRound, person_ids: list[int]) -> Reply:
    """Hold these people where they sit, and nobody else."""
    home = {person: number for number, group in enumerate(one.draft.groups) for person in group}
    locks = {str(person): home[person] for person in person_ids if person in home}
    one.draft = one.draft.model_copy(update={"locks": locks})
    one.revision += 1
    held = len(set(person_ids) & set(home))
    note = words.locked(ctx.language, n=held) if held else words.unlocked(ctx.language)
    return await preview(ctx, one, note=note)


# --- picking people of the round ----------------------------------------------------------------------


def among(room: Room, *names: str) -> dict[str, tuple[Option, ...]]:
    """The room's people as the options of these fields, unless they are too many."""
    return {} if len(room.people) > OPTIONS_MOST else dict.fromkeys(names, _options(room))


def some_of(name: str, label: Marked, room: Room, initial: tuple[str, ...]) -> Field:
    if len(room.people) > OPTIONS_MOST:
        numbers = tuple(map(int, initial))
        return Field(name=name, kind="people", label=label, required=False, initial=numbers)
    options = _options(room)
    return Field(name=name, kind="choices", label=label, required=False, initial=initial, options=options)


def _options(room: Room) -> tuple[Option, ...]:
    named = sorted((person.name, person_id) for person_id, person in room.people.items())
    return tuple(Option(value=str(person_id), label=name) for name, person_id in named)


def picked(value: object) -> list[int]:
    """The person ids that a choice, choices or people field holds."""
    found = value if isinstance(value, tuple) else (value,)
    return [int(str(one)) for one in found if str(one).isdecimal()]
