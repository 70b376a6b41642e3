"""The answer to "did you meet?": kept for counts, shown to nobody with a name."""

from __future__ import annotations

from sqlmodel import col, select

from bot.cards import Card
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.partners.standing import KIND
from bot.partners.telling import ANSWERS
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer


async def met_pressed(desk: Desk, value: str) -> Reply:
    """Another press changes the answer; the same one changes nothing."""
    number, _, answer = value.partition(":")
    group = await _my_group(desk, row_id(number))
    if group is None or answer not in ANSWERS:
        raise Refusal(words.not_your_group(desk.language))
    found = await desk.db.scalars(
        select(PartnerAnswer).where(PartnerAnswer.group_id == group.id, PartnerAnswer.person_id == desk.me.id)
    )
    row = found.first() or PartnerAnswer(
        group_id=group.id or 0, person_id=desk.me.id or 0, answer=answer, answered_at=desk.now
    )
    row.answer, row.answered_at = answer, desk.now
    desk.db.add(row)
    return Reply(card=Card(text=words.thanks(desk.language, answer)), replace=True)


async def _my_group(desk: Desk, group_id: int) -> BreakoutGroup | None:
    """The group, locked until the commit, when it is one of partners, of this community, and mine."""
    found = await desk.db.scalars(
        select(BreakoutGroup)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(
            BreakoutGroup.id == group_id,
            BreakoutRound.kind == KIND,
            BreakoutRound.community_id == desk.community.id,
            GroupMember.person_id == desk.me.id,
        )
        .with_for_update(of=BreakoutGroup)
    )
    return found.first()
