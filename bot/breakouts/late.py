"""Somebody comes while the groups are open: seated at once, as few others as possible move."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.breakouts.clash_words import clash_text
from bot.breakouts.engine import Clash, odd_groups, place_late
from bot.breakouts.group_messages import call_off, placed_note
from bot.breakouts.opening import group_key
from bot.breakouts.room import Room, room_of
from bot.breakouts.rounds import groups_of, latest, sits_here
from bot.breakouts.seats import join_preview
from bot.core.cards import Card
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts import dates
from prompts.text import Marked
from prompts.words import breakouts as words
from prompts.words import subjects
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.people import Person

Groups = dict[int, tuple[BreakoutGroup, list[GroupMember]]]
Seats = dict[int, tuple[str, ...]]
"""The people of each group, by its number."""


async def seat_late(ctx: Context, session_id: int, person_id: int) -> Marked | None:
    """For the check-in: seat somebody who arrives while a round of this session is open.

    Returns what to tell the person who checked in (desk.me) on top of the answer; None when no round is
    open or they sit already. When no seat keeps all rules the facilitator is asked, the newcomer is not.
    """
    found = await ctx.db.scalars(
        select(BreakoutRound)
        .where(
            BreakoutRound.session_id == session_id,
            BreakoutRound.community_id == ctx.community.id,
            BreakoutRound.kind == "breakout",
            BreakoutRound.status == RoundStatus.OPEN,
        )
        .order_by(col(BreakoutRound.id).desc())
        .with_for_update()
    )
    one = found.first()
    if one is None or (one.ends_at is not None and one.ends_at <= ctx.now):
        return None
    groups = await groups_of(ctx.db, one.id)
    if any(person_id in _here(members) for _, members in groups.values()):
        return None
    try:
        number, mates = await seat(ctx, one, groups, person_id)
    except Clash:
        _ask_facilitator(ctx, one, await ctx.db.get_one(Person, person_id))
        return words.seat_coming(ctx.language)
    return words.you_sit_in(ctx.language, number=number, names=dates.series_of(ctx.language, mates))


async def late_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The facilitator seats somebody who cannot check in, or whom the others left alone: in the newest
    preview, or in the open groups."""
    person: Person = typed["person"]
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(ctx, cohort, "open")
    shown = await latest(ctx, cohort, "preview")
    if shown is not None and shown.draft.groups and (one is None or (shown.id) > (one.id)):
        return await join_preview(ctx, shown, person)
    if one is None:
        raise Refusal(words.none_open(ctx.language))
    groups = await groups_of(ctx.db, one.id)
    for number, (_, members) in groups.items():
        if person.id in _here(members) and len(_here(members)) > 1:
            raise Refusal(words.sits_already(ctx.language, name=person.name, number=number))
    try:
        number, mates = await seat(ctx, one, groups, person.id)
    except Clash as clash:
        room = await room_of(ctx.db, one, {person.id})
        raise Refusal(clash_text(ctx.language, clash, room)) from None
    said = words.seated(
        ctx.language, name=person.name, number=number, names=dates.series_of(ctx.language, mates)
    )
    return Reply(card=Card(text=said))


async def seat(ctx: Context, one: BreakoutRound, groups: Groups, person_id: int) -> tuple[int, list[str]]:
    """Seat the person and tell everybody who sits elsewhere now. Returns the number and the mates' names.

    Whoever checked in themselves reads it in their answer."""
    others = {number: _here(members) - {person_id} for number, (_, members) in groups.items()}
    others = {number: people for number, people in others.items() if people}
    room = await room_of(ctx.db, one, {person_id}.union(*others.values()))
    before = tuple(tuple(map(str, sorted(people))) for people in others.values())
    change = place_late(before, [str(person_id)], room.rules, room.members, room.history)
    new = range(max(groups) + 1, max(groups) + 1 + len(change.groups) - len(others))
    seats = dict(zip([*others, *new], change.groups, strict=True))
    await _write(ctx, one, groups, seats)
    number = _number_of(seats, person_id)
    for moved in {person_id, *map(int, change.moved)} - {ctx.me.id}:
        _tell(ctx, one, room, seats, moved)
    return number, _mates(room, seats, person_id)


def _here(members: list[GroupMember]) -> set[int]:
    return {member.person_id for member in members if sits_here(member)}


def _number_of(seats: Seats, person_id: int) -> int:
    return next(number for number, group in seats.items() if str(person_id) in group)


def _mates(room: Room, seats: Seats, person_id: int) -> list[str]:
    group = seats[_number_of(seats, person_id)]
    return sorted(room.name(mate) for mate in group if mate != str(person_id))


async def _write(ctx: Context, one: BreakoutRound, groups: Groups, seats: Seats) -> None:
    """Bring the rows to the new groups; each group that changed gets its conversation anew, and one that
    nobody is left in falls silent."""
    rows = {member.person_id: member for _, members in groups.values() for member in members}
    odd = odd_groups(tuple(seats.values()))
    for index, (number, people) in enumerate(seats.items()):
        group = groups[number][0] if number in groups else BreakoutGroup(round_id=one.id, number=number)
        if group.id is None:
            ctx.db.add(group)
            await ctx.db.flush()
        stayed = number in groups and _here(groups[number][1]) == set(map(int, people))
        for person in map(int, people):
            row = rows.get(person) or GroupMember(group_id=group.id, person_id=person, present=True)
            row.group_id, row.odd = group.id, index in odd
            if row.present is False:
                row.present = True
            ctx.db.add(row)
        if not stayed:
            group.version += 1
            details = {"group_id": group.id, "version": group.version}
            ctx.job("breakout_group", group_key(group), details)
    for number in groups.keys() - seats.keys():
        groups[number][0].version += 1
        await call_off(ctx.db, groups[number][0])
    people_now = sorted(int(person) for group in seats.values() for person in group)
    one.draft = one.draft.model_copy(update={"people": people_now})
    await ctx.db.flush()


def _tell(ctx: Context, one: BreakoutRound, room: Room, seats: Seats, person_id: int) -> None:
    """A direct message to whoever sits elsewhere than before."""
    person, number = room.people[person_id], _number_of(seats, person_id)
    names = dates.series_of(person.language, _mates(room, seats, person_id))
    text = words.you_sit_in(person.language, number=number, names=names)
    key = f"breakout_seat:{one.id}:{person_id}:{number}:{sum(map(len, seats.values()))}"
    card = Card(subject=subjects.group(person.language), text=text)
    ctx.db.add(placed_note(one, person, card, ctx.now, key))


def _ask_facilitator(ctx: Context, one: BreakoutRound, person: Person) -> None:
    if one.made_by_id is not None:
        text = words.no_seat(ctx.language, name=person.name)
        card = Card(subject=subjects.no_group(ctx.language), text=text)
        ctx.post(card, person_id=one.made_by_id, key=f"breakout_no_seat:{one.id}:{person.id}")
