"""The answer to "did you meet?": kept for counts, shown to nobody with a name."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Card
from bot.core.context import Context
from bot.core.reply import Refusal, Reply
from bot.partners.announcements import ANSWERS
from bot.partners.statistics import KIND
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer


async def met_pressed(ctx: Context, value: str) -> Reply:
    """Another press changes the answer; the same one changes nothing."""
    group_id, answer = unpack(value, int, str)
    group = await _my_group(ctx, group_id)
    if group is None or answer not in ANSWERS:
        raise Refusal(words.not_your_group(ctx.language))
    found = await ctx.db.scalars(
        select(PartnerAnswer).where(PartnerAnswer.group_id == group.id, PartnerAnswer.person_id == ctx.me.id)
    )
    row = found.first() or PartnerAnswer(
        group_id=group.id, person_id=ctx.me.id, answer=answer, answered_at=ctx.now
    )
    row.answer, row.answered_at = answer, ctx.now
    ctx.db.add(row)
    return Reply(card=Card(text=words.thanks(ctx.language, answer)), replace=True)


async def _my_group(ctx: Context, group_id: int) -> BreakoutGroup | None:
    """The group, locked until the commit, when it is one of partners, of this community, and mine."""
    found = await ctx.db.scalars(
        select(BreakoutGroup)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(
            BreakoutGroup.id == group_id,
            BreakoutRound.kind == KIND,
            BreakoutRound.community_id == ctx.community.id,
            GroupMember.person_id == ctx.me.id,
        )
        .with_for_update(of=BreakoutGroup)
    )
    return found.first()
