"""Opening a round: the rows that history is made of, one errand for each group, and closing it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.changing import current
from bot.breakouts.conversations import call_off, reachable
from bot.breakouts.engine import odd_groups
from bot.breakouts.harvest import post_harvest
from bot.breakouts.preview import preview
from bot.breakouts.rounds import groups_in, groups_of, is_stale, latest, round_behind, what_happened
from bot.breakouts.seats import seat_who_checked_in_since
from bot.cards import Button, Card
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.permissions import Action
from prompts import dates
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.nudges import Errand
from storage.people import Person
from storage.series import Cohort
from storage.sessions import Session

HARVEST_AFTER = timedelta(minutes=3)
"""After the end: time to write the insight down."""


async def open_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_open(desk, await current(desk, typed))


async def open_pressed(desk: Desk, value: str) -> Reply:
    one = await round_behind(desk, value)
    if one.status != "preview":  # a second press, or an old card
        buttons = _while_open(desk, one) if one.status == "open" else ()
        return Reply(card=Card(text=what_happened(desk.language, one), buttons=buttons), replace=True)
    if is_stale(one, value):
        return await preview(desk, one, note=words.changed_meanwhile(desk.language))
    if not groups_in(one):
        raise Refusal(words.no_preview(desk.language))
    return await do_open(desk, one)


async def do_open(desk: Desk, one: BreakoutRound) -> Reply:
    """Open the groups of a preview; a round of the cohort that is still open ends with it."""
    if one.session_id is not None:
        session = await desk.db.get_one(Session, one.session_id)
        if session.status == "cancelled":
            raise Refusal(words.session_cancelled(desk.language))
    await seat_who_checked_in_since(desk, one)
    cohort = await desk.db.get_one(Cohort, one.cohort_id)
    running = await latest(desk, cohort, "open")
    if running is not None:
        await close_round(desk.db, running, desk.now)
    one.status, one.opened_at = "open", desk.now
    one.ends_at = desk.now + timedelta(minutes=one.minutes)
    groups = await write_groups(desk.db, one, groups_in(one))
    for group in groups:
        desk.errand("breakout_group", group_key(group), {"group_id": group.id, "version": group.version})
    details = {"round_id": one.id}
    desk.errand("breakout_end", f"breakout_end:{one.id}", details, at=one.ends_at + HARVEST_AFTER)
    desk.audit("breakout_opened", f"breakout:{one.id}", groups=len(groups), seed=one.seed)
    until = dates.when(desk.language, one.ends_at, cohort.zone)
    text = words.opening(desk.language, n=len(groups), until=until)
    missed = await _without_account(desk, one)
    if missed:
        names = dates.series_of(desk.language, missed)
        text = text + "\n" + words.not_reached(desk.language, names=names)
    return Reply(card=Card(text=text, buttons=_while_open(desk, one)), replace=True)


def _while_open(desk: Desk, one: BreakoutRound) -> tuple[Button, ...]:
    say, value = desk.language, str(one.id)
    return (
        Button(label=words.close_round(say), action="breakout.close", value=value),
        Button(label=words.someone_left(say), form="breakout-left", value=value),
    )


async def _without_account(desk: Desk, one: BreakoutRound) -> list[str]:
    """The names of those whom no platform can write to."""
    people = {person for group in groups_in(one) for person in group}
    users, _ = await reachable(desk.db, people)
    met = {person for here in users.values() for person in here}
    found = await desk.db.scalars(select(Person.name).where(col(Person.id).in_(people - met)))
    return sorted(found)


def group_key(group: BreakoutGroup) -> str:
    return f"breakout_group:{group.id}:{group.version}"


async def write_groups(db: AsyncSession, one: BreakoutRound, groups: list[list[int]]) -> list[BreakoutGroup]:
    """The groups and their members as rows."""
    odd = odd_groups(groups)
    made = [BreakoutGroup(round_id=one.id or 0, number=number) for number in range(1, len(groups) + 1)]
    db.add_all(made)
    await db.flush()
    for index, (group, people) in enumerate(zip(made, groups, strict=True)):
        db.add_all(
            GroupMember(group_id=group.id or 0, person_id=person, odd=index in odd) for person in people
        )
    await db.flush()
    return made


# --- closing ------------------------------------------------------------------------------------------


async def close_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(desk, cohort, "open")
    if one is None:
        raise Refusal(words.none_open(desk.language))
    return await do_close(desk, one)


async def close_pressed(desk: Desk, value: str) -> Reply:
    return await do_close(desk, await round_behind(desk, value))


async def do_close(desk: Desk, one: BreakoutRound) -> Reply:
    """Call everybody back now and post what the groups brought."""
    again = (Button(label=words.again(desk.language), action="breakout.again", value=str(one.id)),)
    if one.status != "open":
        buttons = again if one.status == "closed" else ()
        return Reply(card=Card(text=what_happened(desk.language, one), buttons=buttons), replace=True)
    await close_round(desk.db, one, desk.now)
    return Reply(card=Card(text=words.closed(desk.language), buttons=again), replace=True)


async def close_round(db: AsyncSession, one: BreakoutRound, now: datetime) -> None:
    """End a round: what was still to be said in its groups is called off, except the call back, which goes
    at once; then the harvest is posted."""
    for group, _ in (await groups_of(db, one.id)).values():
        for nudge in await call_off(db, group, keep=":back"):
            nudge.due_at = min(nudge.due_at, now)
    one.status, one.closed_at = "closed", now
    await post_harvest(db, one, now)


async def end_round(errands: Errands, errand: Errand) -> None:
    """The errand some minutes after the end: close the round if nobody did."""
    async with errands.database.write() as db:
        one = await db.get(BreakoutRound, errand.details["round_id"], with_for_update=True)
        if one is not None and one.status == "open":
            await close_round(db, one, errands.clock.now())
