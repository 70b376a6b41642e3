"""How people fare as partners: who answered, who met, who is told of their round already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.history import OPENED
from storage.breakouts import (
    BreakoutGroup,
    BreakoutRound,
    GroupMember,
    PartnerAnswer,
    PartnerPause,
    RoundStatus,
)
from storage.nudges import Nudge, NudgeState

SILENT_MOST = 3
"""So many rounds without a word, and pairing is paused."""
DRIFTING_FROM = 2
"""Who did not meet in so many rounds, one after the other, is drifting."""
KIND = "partners"
MAYBE_SENT = ("sent", "claimed", "unknown")


@dataclass(slots=True)
class Standing:
    """Counted over the rounds in which somebody was asked, back from the last one. `silent`: they said
    nothing; `unmet`: nobody in their group said that they met."""

    silent: int = 0
    unmet: int = 0


async def standings(db: AsyncSession, cohort_id: int) -> dict[int, Standing]:
    """By person id. Whoever skipped, paused or came back has been heard: silence counts from then on."""
    rows = (
        await db.execute(
            select(BreakoutRound, GroupMember)
            .join(BreakoutGroup, col(BreakoutGroup.round_id) == BreakoutRound.id)
            .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
            .where(
                BreakoutRound.cohort_id == cohort_id,
                BreakoutRound.kind == KIND,
                col(BreakoutRound.status).in_(OPENED),
            )
            .order_by(col(BreakoutRound.opened_at).desc(), col(BreakoutRound.id).desc())
        )
    ).all()
    answers = await answers_in(db, {member.group_id for _, member in rows})
    asked = await _asked(db, cohort_id)
    pauses = await db.scalars(select(PartnerPause).where(PartnerPause.cohort_id == cohort_id))
    heard = {pause.person_id: pause.since for pause in pauses}
    found: defaultdict[int, Standing] = defaultdict(Standing)
    still_silent: dict[int, bool] = {}
    still_unmet: dict[int, bool] = {}
    for one, member in rows:
        person = member.person_id
        if (one.session_id, one.id, person) not in asked:
            continue
        said = answers.get(member.group_id, {})
        spoke_since = person in heard and one.opened_at is not None and one.opened_at <= heard[person]
        still_silent[person] = still_silent.get(person, True) and person not in said and not spoke_since
        still_unmet[person] = still_unmet.get(person, True) and "yes" not in said.values()
        found[person].silent += still_silent[person]
        found[person].unmet += still_unmet[person]
    return dict(found)


async def answers_in(db: AsyncSession, group_ids: set[int]) -> dict[int, dict[int, str]]:
    """What was answered: by group, then by person."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for row in await db.scalars(select(PartnerAnswer).where(col(PartnerAnswer.group_id).in_(group_ids))):
        found[row.group_id][row.person_id] = row.answer
    return dict(found)


class _Asked:
    """Who was really asked "did you meet?", by the session or by the round that the question was about."""

    def __init__(self, nudges: list[Nudge]) -> None:
        self._sessions = {(nudge.session_id, nudge.person_id) for nudge in nudges if nudge.session_id}
        self._rounds = {(nudge.subject_id, nudge.person_id) for nudge in nudges if nudge.subject_id}

    def __contains__(self, key: tuple[int | None, int | None, int]) -> bool:
        session_id, round_id, person_id = key
        return (session_id, person_id) in self._sessions or (round_id, person_id) in self._rounds


async def _asked(db: AsyncSession, cohort_id: int) -> _Asked:
    found = await db.scalars(
        select(Nudge).where(
            Nudge.cohort_id == cohort_id, Nudge.kind == "partner_check", Nudge.state == NudgeState.SENT
        )
    )
    return _Asked(list(found))


async def open_round(db: AsyncSession, cohort_id: int | None) -> BreakoutRound | None:
    """The round of partners that runs now: a cohort has one at a time."""
    found = await db.scalars(
        select(BreakoutRound)
        .where(
            BreakoutRound.cohort_id == cohort_id,
            BreakoutRound.kind == KIND,
            BreakoutRound.status == RoundStatus.OPEN,
        )
        .order_by(col(BreakoutRound.id).desc())
    )
    return found.first()


async def is_untold(db: AsyncSession, one: BreakoutRound) -> bool:
    """Whether nobody has heard of this round yet, so that it can still be made anew."""
    if one.session_id is None or one.draft.told:
        return False
    gone = await db.scalars(
        select(Nudge.id).where(
            Nudge.session_id == one.session_id,
            Nudge.kind == "partner_round",
            col(Nudge.state).in_(MAYBE_SENT),
        )
    )
    return gone.first() is None


async def group_with(
    db: AsyncSession, round_id: int | None, person_id: int | None
) -> tuple[BreakoutGroup, list[int]] | None:
    """The group of a person in a round, and the ids of everybody in it."""
    found = await db.scalars(
        select(BreakoutGroup)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(BreakoutGroup.round_id == round_id, GroupMember.person_id == person_id)
    )
    group = found.first()
    if group is None:
        return None
    members = await db.scalars(select(GroupMember.person_id).where(GroupMember.group_id == group.id))
    return group, sorted(members)
