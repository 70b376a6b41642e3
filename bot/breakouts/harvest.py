"""The harvest: one insight a group, shared by any of its members, posted to the cohort's channels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.rounds import latest
from bot.core.cards import Card, Section
from bot.core.client_information import signs_of_client_information
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.lookup import channels_of, row_id
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.library import read_library
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, HarvestNote, RoundStatus
from storage.series import Cohort, Series

STILL_WELCOME = timedelta(hours=24)
"""An insight may be shared so long after the end of the round."""
LONGEST = 500


async def harvest_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With text: my group's insight. Without: a facilitator posts what there is, others get the form."""
    text = typed.get("text") or ""
    if text:
        return await do_share(ctx, await _my_group(ctx), text)
    if not await ctx.may(Action.RUN_COHORT):
        return Reply(form=await harvest_form(ctx, str((await _my_group(ctx)).id), {}))
    cohort = await ctx.cohort("", Action.RUN_COHORT)
    one = await latest(ctx, cohort, "open", "closed")
    if one is None:
        raise Refusal(words.no_round_yet(ctx.language))
    posted = await post_harvest(ctx.db, one, ctx.now)
    if not posted:
        raise Refusal(words.nothing_to_harvest(ctx.language))
    return Reply(card=Card(text=words.harvested(ctx.language, n=posted)))


async def _my_group(ctx: Context) -> BreakoutGroup:
    found = await ctx.db.scalars(
        select(BreakoutGroup)
        .join(BreakoutRound)
        .join(GroupMember)
        .where(
            GroupMember.person_id == ctx.me.id,
            BreakoutRound.community_id == ctx.community.id,
            BreakoutRound.kind == "breakout",
            col(BreakoutRound.status).in_(["open", "closed"]),
        )
        .order_by(col(BreakoutRound.id).desc())
    )
    group = found.first()
    if group is None:
        raise Refusal(words.not_in_a_group(ctx.language))
    await _still_welcome(ctx, group)
    return group


async def _group_behind(ctx: Context, context: str) -> BreakoutGroup:
    """The group of a form's context; only its members share for it. Raises `Refusal`."""
    group = await ctx.db.get(BreakoutGroup, row_id(context))
    one = await ctx.db.get(BreakoutRound, group.round_id) if group else None
    if group is None or one is None or one.community_id != ctx.community.id:
        raise Refusal(words.no_such_round(ctx.language))
    members = await ctx.db.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id))
    if ctx.me.id not in set(members):
        raise Refusal(words.not_your_group(ctx.language))
    await _still_welcome(ctx, group)
    return group


async def _still_welcome(ctx: Context, group: BreakoutGroup) -> None:
    one = await ctx.db.get_one(BreakoutRound, group.round_id)
    over = one.closed_at or one.ends_at or ctx.now
    if one.status not in {RoundStatus.OPEN, RoundStatus.CLOSED} or ctx.now > over + STILL_WELCOME:
        raise Refusal(words.harvest_over(ctx.language))


async def _note_of(db: AsyncSession, group: BreakoutGroup) -> HarvestNote | None:
    return (await db.scalars(select(HarvestNote).where(HarvestNote.group_id == group.id))).first()


async def harvest_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    group = await _group_behind(ctx, context)
    note = await _note_of(ctx.db, group)
    language = ctx.language
    return Form(
        name="harvest",
        title=words.harvest_title(language),
        submit=words.share(language),
        context=str(group.id),
        intro=read_library().notice("no_client_information").text.say(language),
        fields=(
            Field(
                name="text",
                kind="paragraph",
                label=words.insight_label(language),
                hint=words.insight_hint(language),
                initial=note.text if note else None,
                most=LONGEST,
            ),
        ),
    )


async def harvest_sent(ctx: Context, context: str, values: Values) -> Reply:
    return await do_share(ctx, await _group_behind(ctx, context), str(values["text"]))


async def do_share(ctx: Context, group: BreakoutGroup, text: str) -> Reply:
    """Keep the group's insight; the last one written before it is posted stands."""
    if len(text) > LONGEST:
        raise FieldError("text", words.insight_too_long(ctx.language, most=LONGEST, given=len(text)))
    if signs_of_client_information(text):
        raise FieldError("text", words.client_information(ctx.language))
    note = await _note_of(ctx.db, group)
    if note is None:
        note = HarvestNote(group_id=group.id, person_id=ctx.me.id, text=text, written_at=ctx.now)
        ctx.db.add(note)
    elif note.posted_at is not None:
        raise Refusal(words.already_posted(ctx.language))
    else:
        note.text, note.person_id, note.written_at = text, ctx.me.id, ctx.now
    await ctx.db.flush()
    one = await ctx.db.get_one(BreakoutRound, group.round_id)
    if one.status == RoundStatus.CLOSED:
        await post_harvest(ctx.db, one, ctx.now)
        return Reply(card=Card(text=words.shared_now(ctx.language)))
    return Reply(card=Card(text=words.shared(ctx.language)))


async def post_harvest(db: AsyncSession, one: BreakoutRound, now: datetime) -> int:
    """Post the insights that were not posted yet to every channel of the cohort; returns how many."""
    rows = (
        await db.execute(
            select(BreakoutGroup, HarvestNote)
            .join(HarvestNote, col(HarvestNote.group_id) == BreakoutGroup.id)
            .where(BreakoutGroup.round_id == one.id, col(HarvestNote.posted_at).is_(None))
            .order_by(col(BreakoutGroup.number))
        )
    ).all()
    if not rows:
        return 0
    cohort = await db.get_one(Cohort, one.cohort_id)
    language = (await db.get_one(Series, cohort.series_id)).languages[0]
    card = Card(
        title=words.harvest_posted_title(language),
        sections=tuple(
            Section(title=words.group_name(language, number=group.number), text=row.text)
            for group, row in rows
        ),
    )
    first = min(row.id for _, row in rows)
    for channel in await channels_of(db, one.cohort_id):
        db.add(
            note(
                f"harvest:{one.id}:{channel.id}:{first}",
                one.community_id,
                now,
                cohort_id=one.cohort_id,
                channel_id=channel.id,
                card=card,
            )
        )
    for _, row in rows:
        row.posted_at = now
    return len(rows)
