"""The real history: rounds that were opened, and in them the people who were there.

A round that was only previewed never happened. In a session's round a person counts unless the attendance
says that they were not there (marked absent, or present for less than half of the minutes); a late arrival
whom we seated was there; who had to leave was not, nor whoever could not be told of their group (unless a
facilitator says so). Partners count as having met when one of them said
so; for making new pairs it is enough that they were paired, so that nobody gets the same partner again
because they never answered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.attending import was_there
from bot.breakouts.engine import History, Pair
from bot.breakouts.engine.model import pairs_in
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer
from storage.sessions import Attendance, Session

OPENED = ("open", "closed")


async def history_of(
    db: AsyncSession,
    community_id: int,
    *,
    cohort_id: int | None = None,
    people: Collection[int] | None = None,
    paired: bool = True,
) -> History:
    """What happened in the community (or one cohort), oldest first. Ids are person ids as text.

    With `people` only what they had among themselves is read: a room does not load a whole community.
    With `paired` learning partners count from the moment they were paired; without, once they met.
    """
    query = (
        select(BreakoutRound, GroupMember)
        .join(BreakoutGroup, col(BreakoutGroup.round_id) == BreakoutRound.id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(BreakoutRound.community_id == community_id, col(BreakoutRound.status).in_(OPENED))
        .order_by(col(BreakoutRound.opened_at), col(BreakoutRound.id), col(GroupMember.id))
    )
    if cohort_id is not None:
        query = query.where(BreakoutRound.cohort_id == cohort_id)
    if people is not None:
        query = query.where(col(GroupMember.person_id).in_(list(people)))
    rows = (await db.execute(query)).all()
    absent = await _absent(
        db, {one.session_id for one, _ in rows if one.session_id and one.kind == "breakout"}
    )
    met = await _who_met(db, community_id) if not paired else set()
    rounds: dict[int, dict[int, list[str]]] = {}
    odd: Counter[str] = Counter()
    for one, member in rows:
        told_absent = member.present is None and (one.session_id, member.person_id) in absent
        if one.kind == "breakout" and (not was_told(member) or told_absent):
            continue
        if one.kind == "partners" and not paired and member.group_id not in met:
            continue
        groups = rounds.setdefault(one.id, defaultdict(list))
        groups[member.group_id].append(str(member.person_id))
        odd[str(member.person_id)] += member.odd
    return _counted(list(rounds.values()), odd)


def was_told(member: GroupMember) -> bool:
    """Whether they can have met their group: they were told of it, or somebody says that they were there."""
    return member.present is True or (member.present is None and member.reached is not False)


def _counted(rounds: list[dict[int, list[str]]], odd: Counter[str]) -> History:
    meetings: Counter[Pair] = Counter()
    rounds_ago: dict[Pair, int] = {}
    for ago, groups in zip(range(len(rounds), 0, -1), rounds, strict=True):
        for group in groups.values():
            for two in pairs_in(group):
                meetings[two] += 1
                rounds_ago[two] = ago
    return History(dict(meetings), dict(+odd), rounds_ago)


async def _absent(db: AsyncSession, session_ids: set[int]) -> set[tuple[int, int]]:
    if not session_ids:
        return set()
    rows = await db.execute(
        select(Attendance, Session.minutes)
        .join(Session, col(Session.id) == Attendance.session_id)
        .where(col(Attendance.session_id).in_(session_ids))
    )
    return {(row.session_id, row.person_id) for row, minutes in rows if not was_there(row, minutes)}


async def _who_met(db: AsyncSession, community_id: int) -> set[int]:
    """The groups of partners of whom one said that they met."""
    found = await db.scalars(
        select(PartnerAnswer.group_id)
        .join(BreakoutGroup, col(BreakoutGroup.id) == PartnerAnswer.group_id)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .where(PartnerAnswer.answer == "yes", BreakoutRound.community_id == community_id)
    )
    return set(found)
