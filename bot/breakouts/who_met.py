"""Who has met whom in a cohort: the picture, the same in words, and why the newest groups look as they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.attending import enrolled
from bot.breakouts.engine.network import Network, network
from bot.breakouts.engine.network import NetworkLabels as NetworkWords
from bot.breakouts.history import history_of
from bot.breakouts.preview import LINK_LIFE, WHO_MET_PAGE, facts, group_lines
from bot.breakouts.room import room_of
from bot.breakouts.rounds import seated_now
from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import staff_of
from bot.core.permissions import Action
from bot.core.reply import Reply
from prompts.text import Marked, escape
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound, RoundStatus
from storage.people import Person
from storage.series import Cohort, Series


@dataclass(frozen=True, slots=True)
class WhoMet:
    """What the page shows: a card, and the picture as SVG of ours."""

    card: Card
    svg: str


async def met_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """How many pairs have met, and the link to the page."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    drawn = await _drawn(ctx.db, cohort, ctx.language)
    url = ctx.links.to(WHO_MET_PAGE, cohort.id, ctx.me.id, ctx.now, LINK_LIFE)
    link = Button(label=words.who_met(ctx.language), url=url)
    return Reply(card=Card(text=escape(drawn.text.splitlines()[0]), buttons=(link,)))


async def who_met(db: AsyncSession, cohort_id: int, reader: Person) -> WhoMet | None:
    """None when the reader may not run the cohort (any more), or there is none."""
    cohort = await db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != reader.community_id:
        return None
    series = await db.get_one(Series, cohort.series_id)
    if reader.id not in await staff_of(db, series, "facilitator", "administrator"):
        return None
    language = reader.language
    drawn = await _drawn(db, cohort, language)
    summary, *lines = drawn.text.splitlines()
    newest = await _newest(db, cohort)
    listed = Marked("\n").join(Marked("- ") + escape(line) for line in lines)
    sections = (Section(title=words.in_words(language), text=listed),) if lines else ()
    if newest is not None:
        sections = (await _explained(db, newest, language), *sections)
    card = Card(title=words.who_met_in(language, cohort=cohort.name), text=escape(summary), sections=sections)
    return WhoMet(card, drawn.svg)


async def _explained(db: AsyncSession, one: BreakoutRound, language: str) -> Section:
    """A round's groups, and why they are as they are."""
    room = await room_of(db, one, one.draft.people)
    lines = group_lines(language, await seated_now(db, one), room)
    text = Marked("\n").join(lines)
    return Section(title=words.newest_round(language), text=text, facts=facts(language, one, room))


async def _newest(db: AsyncSession, cohort: Cohort) -> BreakoutRound | None:
    """The newest round that has groups: a preview or one that was opened."""
    found = await db.scalars(
        select(BreakoutRound)
        .where(
            BreakoutRound.cohort_id == cohort.id,
            BreakoutRound.kind == "breakout",
            BreakoutRound.status != RoundStatus.CANCELLED,
        )
        .order_by(col(BreakoutRound.id).desc())
        .limit(5)
    )
    return next((one for one in found if one.draft.groups), None)


async def _drawn(db: AsyncSession, cohort: Cohort, language: str) -> Network:
    """The people of the cohort and their real meetings in it."""
    history = await history_of(db, cohort.community_id, cohort_id=cohort.id, paired=False)
    ids = await enrolled(db, cohort)
    people = await db.scalars(select(Person).where(col(Person.id).in_(ids)))
    names = {str(person.id): person.name for person in people}
    told = NetworkWords(
        title=words.who_met(language),
        summary=words.met_summary(language, people="{people}", met="{met}", possible="{possible}"),
        has_met=words.has_met(language, name="{name}", others="{others}"),
        nobody=words.met_nobody(language, name="{name}"),
        often=words.met_often(language, name="{name}", count="{count}"),
    )
    return network(sorted(names), history.meetings, names, told)
