"""The harvest: one insight a group, shared by any of its members, posted to the cohort's channels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.rounds import latest
from bot.cards import Card, Section
from bot.communities.lookup import channels_of, row_id
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.permissions import Action
from bot.privacy.detectors import signs_of_client_information
from prompts.library import read_library
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, HarvestNote
from storage.nudges import Nudge
from storage.series import Cohort, Series

STILL_WELCOME = timedelta(hours=24)
"""An insight may be shared so long after the end of the round."""
LONGEST = 500


async def harvest_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """With text: my group's insight. Without: a facilitator posts what there is, others get the form."""
    text = typed.get("text") or ""
    if text:
        return await do_share(desk, await _my_group(desk), text)
    if not await desk.may(Action.RUN_COHORT):
        return Reply(form=await harvest_form(desk, str((await _my_group(desk)).id), {}))
    cohort = await desk.cohort("", Action.RUN_COHORT)
    one = await latest(desk, cohort, "open", "closed")
    if one is None:
        raise Refusal(words.no_round_yet(desk.language))
    posted = await post_harvest(desk.db, one, desk.now)
    if not posted:
        raise Refusal(words.nothing_to_harvest(desk.language))
    return Reply(card=Card(text=words.harvested(desk.language, n=posted)))


async def _my_group(desk: Desk) -> BreakoutGroup:
    found = await desk.db.scalars(
        select(BreakoutGroup)
        .join(BreakoutRound)
        .join(GroupMember)
        .where(
            GroupMember.person_id == desk.me.id,
            BreakoutRound.community_id == desk.community.id,
            BreakoutRound.kind == "breakout",
            col(BreakoutRound.status).in_(["open", "closed"]),
        )
        .order_by(col(BreakoutRound.id).desc())
    )
    group = found.first()
    if group is None:
        raise Refusal(words.not_in_a_group(desk.language))
    await _still_welcome(desk, group)
    return group


async def _group_behind(desk: Desk, context: str) -> BreakoutGroup:
    """The group of a form's context; only its members share for it. Raises `Refusal`."""
    group = await desk.db.get(BreakoutGroup, row_id(context))
    one = await desk.db.get(BreakoutRound, group.round_id) if group else None
    if group is None or one is None or one.community_id != desk.community.id:
        raise Refusal(words.no_such_round(desk.language))
    members = await desk.db.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id))
    if desk.me.id not in set(members):
        raise Refusal(words.not_your_group(desk.language))
    await _still_welcome(desk, group)
    return group


async def _still_welcome(desk: Desk, group: BreakoutGroup) -> None:
    one = await desk.db.get_one(BreakoutRound, group.round_id)
    over = one.closed_at or one.ends_at or desk.now
    if one.status not in {"open", "closed"} or desk.now > over + STILL_WELCOME:
        raise Refusal(words.harvest_over(desk.language))


async def _note_of(db: AsyncSession, group: BreakoutGroup) -> HarvestNote | None:
    return (await db.scalars(select(HarvestNote).where(HarvestNote.group_id == group.id))).first()


async def harvest_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    group = await _group_behind(desk, context)
    note = await _note_of(desk.db, group)
    say = desk.language
    return Form(
        name="harvest",
        title=words.harvest_title(say),
        submit=words.share(say),
        context=str(group.id),
        intro=read_library().notice("no_client_information").text.say(say),
        fields=(
            Field(name="text", kind="paragraph", label=words.insight_label(say), hint=words.insight_hint(say),
                  initial=note.text if note else None, most=LONGEST),
        ),
    )  # fmt: skip


async def harvest_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(do_share(desk, await _group_behind(desk, context), str(values["text"])))


async def do_share(desk: Desk, group: BreakoutGroup, text: str) -> Reply:
    """Keep the group's insight; the last one written before it is posted stands."""
    if len(text) > LONGEST:
        raise Unfit("text", words.insight_too_long(desk.language, most=LONGEST, given=len(text)))
    if signs_of_client_information(text):
        raise Unfit("text", words.client_information(desk.language))
    note = await _note_of(desk.db, group)
    if note is None:
        note = HarvestNote(group_id=group.id or 0, person_id=desk.me.id or 0, text=text, written_at=desk.now)
        desk.db.add(note)
    elif note.posted_at is not None:
        raise Refusal(words.already_posted(desk.language))
    else:
        note.text, note.person_id, note.written_at = text, desk.me.id or 0, desk.now
    await desk.db.flush()
    one = await desk.db.get_one(BreakoutRound, group.round_id)
    if one.status == "closed":
        await post_harvest(desk.db, one, desk.now)
        return Reply(card=Card(text=words.shared_now(desk.language)))
    return Reply(card=Card(text=words.shared(desk.language)))


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
    say = (await db.get_one(Series, cohort.series_id)).languages[0]
    card = Card(
        title=words.harvest_posted_title(say),
        sections=tuple(
            Section(title=words.group_name(say, number=group.number), text=note.text) for group, note in rows
        ),
    )
    first = min(note.id or 0 for _, note in rows)
    for channel in await channels_of(db, one.cohort_id):
        db.add(
            Nudge(
                key=f"harvest:{one.id}:{channel.id}:{first}",
                community_id=one.community_id,
                kind="note",
                nature="logistics",
                cohort_id=one.cohort_id,
                channel_id=channel.id,
                card=card.model_dump(mode="json"),
                due_at=now,
                created_at=now,
            )
        )
    for _, note in rows:
        note.posted_at = now
    return len(rows)
