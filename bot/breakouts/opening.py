"""Opening a round: the rows that history is made of, one job for each group, and closing it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.changing import current
from bot.breakouts.engine import odd_groups
from bot.breakouts.group_messages import call_off
from bot.breakouts.harvest import post_harvest
from bot.breakouts.missed import by_group, met_button, untold
from bot.breakouts.preview import preview
from bot.breakouts.rounds import groups_of, is_stale, latest, round_behind, what_happened
from bot.breakouts.seats import seat_who_checked_in_since
from bot.breakouts.ways import ways_of
from bot.core.cards import EMPTY, Button, Card
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.nudges import Job
from storage.series import Cohort
from storage.sessions import Session, SessionStatus

HARVEST_AFTER = timedelta(minutes=3)
"""After the end: time to write the insight down."""


async def open_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_open(ctx, await current(ctx, typed))


async def open_pressed(ctx: Context, value: str) -> Reply:
    one = await round_behind(ctx, value)
    if one.status != RoundStatus.PREVIEW:  # a second press, or an old card
        buttons = await _while_open(ctx, one) if one.status == RoundStatus.OPEN else ()
        return Reply(card=Card(text=what_happened(ctx.language, one), buttons=buttons), replace=True)
    if is_stale(one, value):
        return await preview(ctx, one, note=words.changed_meanwhile(ctx.language))
    if not one.draft.groups:
        raise Refusal(words.no_preview(ctx.language))
    return await do_open(ctx, one)


async def do_open(ctx: Context, one: BreakoutRound) -> Reply:
    """Open the groups of a preview; a round of the cohort that is still open ends with it."""
    if one.session_id is not None:
        session = await ctx.db.get_one(Session, one.session_id)
        if session.status == SessionStatus.CANCELLED:
            raise Refusal(words.session_cancelled(ctx.language))
    await seat_who_checked_in_since(ctx, one)
    cohort = await ctx.db.get_one(Cohort, one.cohort_id)
    running = await latest(ctx, cohort, "open")
    if running is not None:
        await close_round(ctx.db, running, ctx.now)
    one.status, one.opened_at = "open", ctx.now
    one.ends_at = ctx.now + timedelta(minutes=one.minutes)
    groups = await write_groups(ctx.db, one, one.draft.groups)
    for group in groups:
        ctx.job("breakout_group", group_key(group), {"group_id": group.id, "version": group.version})
    details = {"round_id": one.id}
    ctx.job("breakout_end", f"breakout_end:{one.id}", details, at=one.ends_at + HARVEST_AFTER)
    ctx.audit("breakout_opened", f"breakout:{one.id}", groups=len(groups), seed=one.seed)
    until = dates.when(ctx.language, one.ends_at, zone_for(ctx.me.zone, cohort.zone))
    text = words.opening(ctx.language, n=len(groups), until=until)
    text += await _said_of_missing(ctx, one, groups)
    return Reply(card=Card(text=text, buttons=await _while_open(ctx, one)), replace=True)


async def _while_open(ctx: Context, one: BreakoutRound) -> tuple[Button, ...]:
    language, value = ctx.language, str(one.id)
    met = (met_button(language, one),) if await untold(ctx.db, one) else ()
    return (
        Button(label=words.close_round(language), action="breakout.close", value=value),
        Button(label=words.someone_left(language), form="breakout-left", value=value),
        *met,
    )


async def _said_of_missing(ctx: Context, one: BreakoutRound, groups: list[BreakoutGroup]) -> Marked:
    """Who has no way into a group is told by word of mouth, and has not met it until a person says so."""
    people = {person for group in one.draft.groups for person in group}
    ways = await ways_of(ctx.db, one.cohort_id, people, ctx.threads_only)
    ids = [group.id for group in groups]
    for member in await ctx.db.scalars(select(GroupMember).where(col(GroupMember.group_id).in_(ids))):
        if member.person_id in ways.missing:
            member.reached = False
    await ctx.db.flush()
    seats = await untold(ctx.db, one)
    if not seats:
        return EMPTY
    told = words.not_reached(ctx.language, names=by_group(ctx.language, seats), n=len(seats))
    return Marked("\n") + told


def group_key(group: BreakoutGroup) -> str:
    return f"breakout_group:{group.id}:{group.version}"


async def write_groups(db: AsyncSession, one: BreakoutRound, groups: list[list[int]]) -> list[BreakoutGroup]:
    """The groups and their members as rows."""
    odd = odd_groups(groups)
    made = [BreakoutGroup(round_id=one.id, number=number) for number in range(1, len(groups) + 1)]
    db.add_all(made)
    await db.flush()
    for index, (group, people) in enumerate(zip(made, groups, strict=True)):
        db.add_all(GroupMember(group_id=group.id, person_id=person, odd=index in odd) for person in people)
    await db.flush()
    return made


# --- closing ------------------------------------------------------------------------------------------


async def close_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    one = await latest(ctx, cohort, "open")
    if one is None:
        raise Refusal(words.none_open(ctx.language))
    return await do_close(ctx, one)


async def close_pressed(ctx: Context, value: str) -> Reply:
    return await do_close(ctx, await round_behind(ctx, value))


async def do_close(ctx: Context, one: BreakoutRound) -> Reply:
    """Call everybody back now and post what the groups brought."""
    again = (Button(label=words.again(ctx.language), action="breakout.again", value=str(one.id)),)
    if one.status != RoundStatus.OPEN:
        buttons = again if one.status == RoundStatus.CLOSED else ()
        return Reply(card=Card(text=what_happened(ctx.language, one), buttons=buttons), replace=True)
    await close_round(ctx.db, one, ctx.now)
    return Reply(card=Card(text=words.closed(ctx.language), buttons=again), replace=True)


async def close_round(db: AsyncSession, one: BreakoutRound, now: datetime) -> None:
    """End a round: what was still to be said in its groups is called off, except the call back, which goes
    at once; then the harvest is posted."""
    for group, _ in (await groups_of(db, one.id)).values():
        for nudge in await call_off(db, group, keep=":back"):
            nudge.due_at = min(nudge.due_at, now)
    for _, members in (await groups_of(db, one.id)).values():
        for member in members:
            member.reached = bool(member.reached)  # whoever is not told by now never was
    one.status, one.closed_at = "closed", now
    await post_harvest(db, one, now)


async def end_round(jobs: JobContext, job: Job) -> None:
    """The job some minutes after the end: close the round if nobody did."""
    async with jobs.database.write() as db:
        one = await db.get(BreakoutRound, job.details["round_id"], with_for_update=True)
        if one is not None and one.status == RoundStatus.OPEN:
            await close_round(db, one, jobs.clock.now())
