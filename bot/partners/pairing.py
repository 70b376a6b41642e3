"""Making a round of partners: once for a session, before its messages are due, or by hand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.attending import enrolled
from bot.breakouts.engine import Clash, odd_groups, pair_up
from bot.breakouts.room import room_of
from bot.cards import Button, Card
from bot.errands import Errands
from bot.partners.answers import silent_rounds
from prompts import dates
from prompts.words import partners as words
from storage.base import opaque_id
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerPause
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment

log = structlog.get_logger()

AHEAD = timedelta(hours=26)
"""Pairs are made this long before the first message is due; the job runs every hour."""
SILENT_MOST = 3


async def make_due_rounds(errands: Errands) -> None:
    """Housekeeping: one round for each session whose partner messages come due, made once."""
    now = errands.clock.now()
    async with errands.database.read() as db:
        made = select(BreakoutRound.session_id).where(
            BreakoutRound.kind == "partners", col(BreakoutRound.session_id).is_not(None)
        )
        due = await db.execute(
            select(Nudge.cohort_id, Nudge.session_id)
            .where(
                Nudge.kind == "partner_round",
                col(Nudge.state).in_(["planned", "held"]),
                Nudge.due_at <= now + AHEAD,
                col(Nudge.session_id).not_in(made),
            )
            .distinct()
        )
        wanted = [(row[0], row[1]) for row in due]
    for cohort_id, session_id in wanted:
        try:
            async with errands.database.write() as db:
                cohort = (
                    await db.scalars(select(Cohort).where(Cohort.id == cohort_id).with_for_update())
                ).one()
                await make_round(db, cohort, now, session_id=session_id)
        except Clash:
            log.warning("partners_cannot_be_paired", cohort=cohort_id, session=session_id)


async def make_round(
    db: AsyncSession, cohort: Cohort, now: datetime, *, session_id: int | None = None, by: int | None = None
) -> BreakoutRound | None:
    """Pair those who take part; None for fewer than two, or if the session has a round. Raises `Clash`."""
    if session_id is not None:
        before = await db.scalars(
            select(BreakoutRound.id).where(
                BreakoutRound.session_id == session_id, BreakoutRound.kind == "partners"
            )
        )
        if before.first() is not None:
            return None
    people = await takes_part(db, cohort, now)
    people -= await _silent(db, cohort, people, now)
    if len(people) < 2:
        return None
    one = BreakoutRound(
        community_id=cohort.community_id, cohort_id=cohort.id or 0, session_id=session_id, kind="partners",
        size=2, status="open", made_by_id=by, made_at=now, opened_at=now,
    )  # fmt: skip
    room = await room_of(db, one, people)
    made = await asyncio.to_thread(pair_up, room.members, room.rules, room.history)
    one.explanation = made.explanation.as_dict()
    db.add(one)
    await db.flush()
    odd = set(odd_groups(made.rounds[0]))
    for number, group in enumerate(made.rounds[0]):
        row = BreakoutGroup(round_id=one.id or 0, number=number + 1)
        db.add(row)
        await db.flush()
        db.add_all(GroupMember(group_id=row.id or 0, person_id=int(p), odd=number in odd) for p in group)
    await _use_up_skips(db, cohort, now)
    await db.flush()
    return one


async def takes_part(db: AsyncSession, cohort: Cohort, now: datetime) -> set[int]:
    """Active people who opted in and sit out neither this round nor until a later day."""
    opted = await db.scalars(
        select(Enrollment.person_id).where(
            Enrollment.cohort_id == cohort.id, col(Enrollment.partners_opt_in).is_(True)
        )
    )
    today = dates.in_zone(now, cohort.zone).date()
    pauses = await db.scalars(select(PartnerPause).where(PartnerPause.cohort_id == cohort.id))
    out = {
        one.person_id
        for one in pauses
        if one.because in {"skip", "silent"} or (one.until is not None and one.until > today)
    }
    return (set(opted) & await enrolled(db, cohort)) - out


async def _use_up_skips(db: AsyncSession, cohort: Cohort, now: datetime) -> None:
    skips = await db.scalars(
        select(PartnerPause).where(PartnerPause.cohort_id == cohort.id, PartnerPause.because == "skip")
    )
    for one in skips:
        one.because, one.since = "back", now


async def _silent(db: AsyncSession, cohort: Cohort, people: set[int], now: datetime) -> set[int]:
    """Tell and pause those who said nothing in three rounds; who they are."""
    silence = await silent_rounds(db, cohort, people)
    found = {person_id for person_id, count in silence.items() if count >= SILENT_MOST}
    for person in await db.scalars(select(Person).where(col(Person.id).in_(found))):
        await set_pause(db, cohort, person.id or 0, "silent", now)
        say = person.language
        back = Button(label=words.come_back(say), action="partners.back", value=str(cohort.id))
        card = Card(title=words.silent_title(say), text=words.silent_text(say), buttons=(back,))
        db.add(
            Nudge(
                key=f"partners-silent:{opaque_id()}", community_id=cohort.community_id, kind="note",
                nature="logistics", person_id=person.id, card=card.model_dump(mode="json"), due_at=now,
                cohort_id=cohort.id, created_at=now,
            )
        )  # fmt: skip
    return found


async def set_pause(
    db: AsyncSession, cohort: Cohort, person_id: int, because: str, now: datetime
) -> PartnerPause:
    """The person's one pause in the cohort, changed or new; without a day."""
    found = await db.scalars(
        select(PartnerPause).where(PartnerPause.cohort_id == cohort.id, PartnerPause.person_id == person_id)
    )
    one = found.first() or PartnerPause(
        cohort_id=cohort.id or 0, person_id=person_id, because=because, since=now
    )
    one.because, one.since, one.until = because, now, None
    db.add(one)
    await db.flush()
    return one
