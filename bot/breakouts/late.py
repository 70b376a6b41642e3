"""Somebody comes while the groups are open: seated at once, as few others as possible move."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.breakouts.clash_words import clash_text
from bot.breakouts.conversations import placed_note
from bot.breakouts.engine import Change, Clash, odd_groups, place_late
from bot.breakouts.opening import group_key
from bot.breakouts.room import Room, room_of
from bot.breakouts.rounds import groups_in, groups_of, latest
from bot.breakouts.seats import join_preview
from bot.cards import Card
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.permissions import Action
from prompts import dates
from prompts.text import Marked
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.people import Person

Groups = dict[int, tuple[BreakoutGroup, list[GroupMember]]]


async def seat_late(desk: Desk, session_id: int, person_id: int) -> Marked | None:
    """For the check-in: seat somebody who arrives while a round of this session is open.

    Returns what to tell the person who checked in (desk.me) on top of the answer; None when no round is
    open or they sit already. When no seat keeps all rules the facilitator is asked, the newcomer is not.
    """
    found = await desk.db.scalars(
        select(BreakoutRound)
        .where(
            BreakoutRound.session_id == session_id,
            BreakoutRound.community_id == desk.community.id,
            BreakoutRound.kind == "breakout",
            BreakoutRound.status == "open",
        )
        .order_by(col(BreakoutRound.id).desc())
        .with_for_update()
    )
    one = found.first()
    if one is None or (one.ends_at is not None and one.ends_at <= desk.now):
        return None
    groups = await groups_of(desk.db, one.id)
    if any(member.person_id == person_id for _, members in groups.values() for member in members):
        return None
    try:
        number, mates = await _seat(desk, one, groups, person_id)
    except Clash:
        _ask_facilitator(desk, one, await desk.db.get_one(Person, person_id))
        return words.seat_coming(desk.language)
    return words.you_sit_in(desk.language, number=number, names=dates.series_of(desk.language, mates))


async def late_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The facilitator seats somebody who cannot check in: in the newest preview, or in the open groups."""
    person: Person = typed["person"]
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(desk, cohort, "open")
    shown = await latest(desk, cohort, "preview")
    if shown is not None and groups_in(shown) and (one is None or (shown.id or 0) > (one.id or 0)):
        return await join_preview(desk, shown, person)
    if one is None:
        raise Refusal(words.none_open(desk.language))
    groups = await groups_of(desk.db, one.id)
    for number, (_, members) in groups.items():
        if any(member.person_id == person.id for member in members):
            raise Refusal(words.sits_already(desk.language, name=person.name, number=number))
    try:
        number, mates = await _seat(desk, one, groups, person.id or 0)
    except Clash as clash:
        room = await room_of(desk.db, one, {person.id or 0})
        raise Refusal(clash_text(desk.language, clash, room)) from None
    said = words.seated(
        desk.language, name=person.name, number=number, names=dates.series_of(desk.language, mates)
    )
    return Reply(card=Card(text=said))


async def _seat(desk: Desk, one: BreakoutRound, groups: Groups, person_id: int) -> tuple[int, list[str]]:
    """Seat the person and tell everybody who sits elsewhere now. Returns the number and the mates' names.

    Whoever checked in themselves reads it in their answer."""
    seated = {member.person_id for _, members in groups.values() for member in members}
    room = await room_of(desk.db, one, seated | {person_id})
    before = tuple(tuple(str(member.person_id) for member in members) for _, members in groups.values())
    change = place_late(before, [str(person_id)], room.rules, room.members, room.history)
    await _write(desk, one, groups, change)
    seat = next(index for index, group in enumerate(change.groups) if str(person_id) in group)
    number = seat + 1
    mates = sorted(room.name(mate) for mate in change.groups[seat] if mate != str(person_id))
    for moved in {person_id, *map(int, change.moved)} - {desk.me.id}:
        _tell(desk, one, room, change, moved)
    return number, mates


async def _write(desk: Desk, one: BreakoutRound, groups: Groups, change: Change) -> None:
    """Bring the rows to the new groups; each group that changed gets its conversation anew."""
    rows = {member.person_id: member for _, members in groups.values() for member in members}
    odd = odd_groups(change.groups)
    for index, people in enumerate(change.groups):
        number = index + 1
        group = groups[number][0] if number in groups else BreakoutGroup(round_id=one.id or 0, number=number)
        if group.id is None:
            desk.db.add(group)
            await desk.db.flush()
        stayed = number in groups and {m.person_id for m in groups[number][1]} == set(map(int, people))
        for person in map(int, people):
            row = rows.get(person) or GroupMember(group_id=group.id or 0, person_id=person, present=True)
            row.group_id, row.odd = group.id or 0, index in odd
            desk.db.add(row)
        if not stayed:
            group.version += 1
            details = {"group_id": group.id, "version": group.version}
            desk.errand("breakout_group", group_key(group), details)
    people_now = sorted(int(person) for group in change.groups for person in group)
    one.draft = {**one.draft, "people": people_now}
    await desk.db.flush()


def _tell(desk: Desk, one: BreakoutRound, room: Room, change: Change, person_id: int) -> None:
    """A direct message to whoever sits elsewhere than before."""
    person = room.people[person_id]
    seat = next(index for index, group in enumerate(change.groups) if str(person_id) in group)
    names = sorted(room.name(mate) for mate in change.groups[seat] if mate != str(person_id))
    text = words.you_sit_in(person.language, number=seat + 1, names=dates.series_of(person.language, names))
    key = f"breakout_seat:{one.id}:{person_id}:{seat}:{len(room.people)}"
    desk.db.add(placed_note(one, person, Card(text=text), desk.now, key))


def _ask_facilitator(desk: Desk, one: BreakoutRound, person: Person) -> None:
    if one.made_by_id is not None:
        text = words.no_seat(desk.language, name=person.name)
        desk.post(Card(text=text), person_id=one.made_by_id, key=f"breakout_no_seat:{one.id}:{person.id}")
