"""The day after a plan was made it is rehearsed once, by one tap: "when … then …?"

Plans that are rehearsed are carried out more often (docs/evidence.md). All plans of the day are on one card.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card, Section
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.reply import Reply, Skip
from bot.reflections.committing import my_commitment, said
from prompts.text import Marked
from prompts.words import reflections as words
from storage.reflections import Commitment, CommitmentStatus

KIND = "commitment_rehearsal"
MADE_WITHIN = timedelta(days=4)
MOST = 3


async def commitment_rehearsal(reading: ComposeContext) -> Card | Skip:
    """The cues alone; a tap shows the whole plan again."""
    one = await reading.db.get(Commitment, reading.nudge.subject_id)
    if one is None or reading.reader is None or one.person_id != reading.reader.id:
        return Skip("no_commitment")
    plans = await _fresh(reading.db, one, reading)
    if not plans:
        return Skip("let_go")
    language = reading.language
    if len(plans) > 1:
        return _several(plans, language)
    return Card(
        title=words.rehearsal_title(language),
        text=_cue(plans[0], language),
        buttons=(_tap(plans[0], language),),
    )


def _several(plans: list[Commitment], language: str) -> Card:
    return Card(
        title=words.rehearsal_title(language),
        sections=tuple(Section(text=_cue(plan, language), buttons=(_tap(plan, language),)) for plan in plans),
    )


async def _fresh(db: AsyncSession, one: Commitment, reading: ComposeContext) -> list[Commitment]:
    """The reader's plans of these days that are still only intended, newest first."""
    found = await db.scalars(
        select(Commitment)
        .where(
            Commitment.person_id == one.person_id,
            Commitment.status == CommitmentStatus.INTENDED,
            col(Commitment.follow_up).is_(None),
            Commitment.created_at > reading.now - MADE_WITHIN,
        )
        .order_by(col(Commitment.id).desc())
        .limit(MOST)
    )
    return list(found)


def _cue(plan: Commitment, language: str) -> Marked:
    return (
        words.rehearse_cue(language, cue=plan.cue)
        if plan.cue
        else words.rehearse_moment(language, action=plan.action)
    )


def _tap(plan: Commitment, language: str) -> Button:
    label = words.show_my_plan(language) if plan.cue else words.i_see_it(language)
    return Button(label=label, action="commitment.rehearsed", value=str(plan.id), style="primary")


async def rehearsed(ctx: Context, value: str) -> Reply:
    one = await my_commitment(ctx, value)
    return Reply(
        card=Card(text=words.rehearsed(ctx.language, plan=said(one.cue, one.action, ctx.language))),
        replace=True,
    )
