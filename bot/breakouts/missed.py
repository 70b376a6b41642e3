"""Who could not be told of their group, or only one by one: the facilitator hears of all of them together,
and says who met all the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.preview import LINK_LIFE, ZOOM_PAGE
from bot.breakouts.rounds import groups_of, round_behind, sits_here
from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.notes import note
from bot.core.reply import Reply, Skip
from prompts import dates
from prompts.text import Marked
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, Troubles
from storage.nudges import Nudge, NudgeState
from storage.people import Person

KIND = "breakout_trouble"
GATHERED_FOR = timedelta(seconds=20)
"""The groups of a round are opened one after the other: one message tells of all."""


async def note_trouble(
    db: AsyncSession,
    one: BreakoutRound,
    singly: Mapping[int, str],
    missed: Mapping[int, str],
    now: datetime,
) -> None:
    """Keep who was written to one by one, or could not be told, with the platform's reasons; the facilitator
    who made the round hears of it soon, once."""
    before = one.draft.troubles
    troubles = Troubles(singly=before.singly | _by_id(singly), missed=before.missed | _by_id(missed))
    one.draft = one.draft.model_copy(update={"troubles": troubles})
    planned = select(Nudge.id).where(
        Nudge.kind == KIND, Nudge.subject_id == one.id, Nudge.state == NudgeState.PLANNED
    )
    if one.made_by_id is None or (await db.scalars(planned)).first() is not None:
        return
    db.add(
        note(
            f"{KIND}:{one.id}:{now.isoformat()}",
            one.community_id,
            now,
            kind=KIND,
            due_at=now + GATHERED_FOR,
            person_id=one.made_by_id,
            cohort_id=one.cohort_id,
            subject_id=one.id,
            expires_at=one.ends_at,
        )
    )


def _by_id(people: Mapping[int, str]) -> dict[str, str]:
    return {str(person): reason for person, reason in people.items()}


async def breakout_trouble(reading: ComposeContext) -> Card | Skip:
    """Who could not be told and who was written to singly, by group, and why."""
    one = await reading.db.get(BreakoutRound, reading.nudge.subject_id)
    if one is None or reading.reader is None:
        return Skip("no_round")
    language = reading.language
    troubles = one.draft.troubles
    missed = [row for row in await untold(reading.db, one) if str(row[0].person_id) in troubles.missed]
    parts, buttons = [], [_zoom(reading, one, language)]
    if missed:
        names = by_group(language, missed)
        parts.append(words.could_not_tell(language, names=names, n=len(missed)))
        parts.append(_reasons(language, troubles.missed))
        buttons.insert(0, met_button(language, one))
    if troubles.singly:
        rows = await _seated(reading.db, one, {int(person) for person in troubles.singly})
        parts.append(words.told_singly(language, names=by_group(language, rows), n=len(rows)))
        parts.append(_reasons(language, troubles.singly))
    if not parts:
        return Skip("all_told")
    return Card(title=words.trouble_title(language), text=Marked("\n").join(parts), buttons=tuple(buttons))


def _reasons(language: str, troubles: Mapping[str, str]) -> Marked:
    told = sorted({reason.rstrip(".") for reason in troubles.values()})
    return words.platform_says(language, reason="; ".join(told))


def _zoom(reading: ComposeContext, one: BreakoutRound, language: str) -> Button:
    url = reading.links.to(ZOOM_PAGE, one.id, one.made_by_id or 0, reading.now, LINK_LIFE)
    return Button(label=words.zoom_file(language), url=url)


Seat = tuple[GroupMember, BreakoutGroup, Person]


async def _seated(db: AsyncSession, one: BreakoutRound, people: set[int]) -> list[Seat]:
    rows = await db.execute(
        select(GroupMember, BreakoutGroup, Person)
        .join(BreakoutGroup, col(BreakoutGroup.id) == GroupMember.group_id)
        .join(Person, col(Person.id) == GroupMember.person_id)
        .where(BreakoutGroup.round_id == one.id, col(GroupMember.person_id).in_(people))
        .order_by(col(BreakoutGroup.number), Person.name)
    )
    return [(member, group, person) for member, group, person in rows]


async def untold(db: AsyncSession, one: BreakoutRound) -> list[Seat]:
    """Who sits in a group and could not be told, and of whom nobody said that they met."""
    groups = (await groups_of(db, one.id)).values()
    people = {row.person_id for _, rows in groups for row in rows}
    return [
        seat
        for seat in await _seated(db, one, people)
        if seat[0].reached is False and seat[0].present is None
    ]


def by_group(language: str, seats: list[Seat]) -> str:
    """``Ana (group 3) and Ben (group 5)``"""
    return dates.series_of(
        language,
        [str(words.in_group(language, name=person.name, number=group.number)) for _, group, person in seats],
    )


def met_button(language: str, one: BreakoutRound) -> Button:
    return Button(label=words.they_met(language), action="breakout.met", value=str(one.id))


async def met_pressed(ctx: Context, value: str) -> Reply:
    """A person who was there says that those whom nobody could tell were in their groups all the same."""
    one = await round_behind(ctx, value)
    seats = [seat for seat in await untold(ctx.db, one) if sits_here(seat[0])]
    for member, _, _ in seats:
        member.present = True
    ctx.audit("breakout_met", f"breakout:{one.id}", people=len(seats))
    names = dates.series_of(ctx.language, [person.name for _, _, person in seats])
    said = words.counted_as_met(ctx.language, names=names) if seats else words.nobody_to_count(ctx.language)
    return Reply(card=Card(text=said), replace=True)
