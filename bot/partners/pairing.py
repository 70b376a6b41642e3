"""Making a round: who wants a partner now, the pairs, and the rows. Also the hourly jobs.

A round that belongs to a session is made within the day before its message is due, so that the message
only has to read it. One that was not announced yet can be made anew when somebody steps out.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.breakouts.engine import Clash
from bot.breakouts.opening import write_groups
from bot.breakouts.room import plan_room, room_of
from bot.breakouts.rounds import new_seed, settle
from bot.core.cards import Button, Card
from bot.core.identity import switched_off
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.partners.statistics import KIND, SILENT_MOST, is_untold, open_round, standings
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import partners as words
from prompts.words import subjects
from storage.breakouts import (
    BreakoutDraft,
    BreakoutGroup,
    BreakoutRound,
    GroupMember,
    PartnerPause,
    RoundStatus,
)
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series
from storage.sessions import Session, SessionStatus

log = structlog.get_logger()

AHEAD = timedelta(hours=26)
"""How long before its message a round is made: the hourly job may miss a beat or two."""

MOST_WEEKS = 12
A_LITTLE = timedelta(days=2)
"""Sessions and weekends are not exactly a week apart."""


async def prepare_rounds(jobs: JobContext) -> None:
    """Housekeeping: make each round whose message is due soon. A second run changes nothing."""
    now = jobs.clock.now()
    async with jobs.database.read() as db:
        due = await db.execute(
            select(Nudge.cohort_id, Nudge.session_id)
            .where(
                Nudge.kind == "partner_round",
                col(Nudge.state).in_(["planned", "held"]),
                Nudge.due_at <= now + AHEAD,
                col(Nudge.session_id).is_not(None),
            )
            .distinct()
        )
        wanted = sorted((cohort or 0, session or 0) for cohort, session in due)
    for cohort_id, session_id in wanted:
        async with jobs.database.write() as db:
            await prepare(db, cohort_id, session_id, now)


async def prepare(db: AsyncSession, cohort_id: int, session_id: int, now: datetime) -> BreakoutRound | None:
    """The round of this session, made if it is not there; None when fewer than two people want one."""
    cohort = (await db.scalars(select(Cohort).where(Cohort.id == cohort_id).with_for_update())).one()
    made = await db.scalars(
        select(BreakoutRound).where(
            BreakoutRound.session_id == session_id,
            BreakoutRound.kind == KIND,
            BreakoutRound.status != RoundStatus.CANCELLED,
        )
    )
    if (one := made.first()) is not None:
        return one
    if (await db.get_one(Session, session_id)).status == SessionStatus.CANCELLED or await _too_soon(
        db, cohort, now
    ):
        return None
    await pause_silent(db, cohort, now)
    one = new_round(cohort, await who_wants_one(db, cohort, now), now)
    one.session_id = session_id
    if not await _drawn(db, one):
        return None
    await begin(db, one, now)
    return one


async def _too_soon(db: AsyncSession, cohort: Cohort, now: datetime) -> bool:
    """Whether the last round is younger than the weeks that the series wants between rounds."""
    series = await db.get_one(Series, cohort.series_id)
    last = await db.scalar(
        select(func.max(BreakoutRound.opened_at)).where(
            BreakoutRound.cohort_id == cohort.id, BreakoutRound.kind == KIND
        )
    )
    return last is not None and now < last + timedelta(weeks=weeks_between(series)) - A_LITTLE


def weeks_between(series: Series) -> int:
    """0: a round after every session, as the cadence has it."""
    return series.settings.partner_weeks or 0


def new_round(cohort: Cohort, people: Collection[int], now: datetime) -> BreakoutRound:
    """A round without groups yet; it is not in the session."""
    return BreakoutRound(
        community_id=cohort.community_id,
        cohort_id=cohort.id,
        kind=KIND,
        size=2,
        minutes=0,
        draft=BreakoutDraft(people=sorted(people)),
        made_at=now,
    )


async def _drawn(db: AsyncSession, one: BreakoutRound) -> bool:
    """Whether pairs could be made. Why not is never logged: rules between two people are confidential."""
    if len(one.draft.people) < 2:
        return False
    room = await room_of(db, one, one.draft.people)
    seed = new_seed()
    try:
        made = await plan_room(room, seed)
    except Clash:
        log.warning("partners_clash", cohort=one.cohort_id)
        return False
    groups = [[int(person) for person in group] for group in made.rounds[0]]
    settle(one, groups, seed, made.explanation.as_dict())
    return True


async def begin(db: AsyncSession, one: BreakoutRound, now: datetime) -> list[BreakoutGroup]:
    """Write the groups; the round before ends, and who skipped this one is back for the next."""
    before = await open_round(db, one.cohort_id)
    if before is not None and before.id != one.id:
        before.status, before.closed_at = "closed", now
    one.status, one.opened_at = "open", now
    db.add(one)
    await db.flush()
    skips = await db.scalars(
        select(PartnerPause).where(PartnerPause.cohort_id == one.cohort_id, PartnerPause.because == "skip")
    )
    for skip in skips:
        skip.because = "returned"
    return await write_groups(db, one, one.draft.groups)


async def step_out(db: AsyncSession, cohort_id: int | None, person_id: int) -> bool:
    """Take somebody out of a round that nobody has heard of yet, and pair the others anew.

    Returns False when there is no such round."""
    one = await open_round(db, cohort_id)
    if one is None or person_id not in one.draft.people or not await is_untold(db, one):
        return False
    groups = select(BreakoutGroup.id).where(BreakoutGroup.round_id == one.id)
    await db.execute(delete(GroupMember).where(col(GroupMember.group_id).in_(groups)))
    await db.execute(delete(BreakoutGroup).where(col(BreakoutGroup.round_id) == one.id))
    one.draft = BreakoutDraft(people=[person for person in one.draft.people if person != person_id])
    one.status = "preview"
    await db.flush()
    if await _drawn(db, one):
        one.status = "open"
        await write_groups(db, one, one.draft.groups)
    else:
        one.status = "cancelled"
    return True


async def who_wants_one(db: AsyncSession, cohort: Cohort, now: datetime) -> list[int]:
    """Those who asked for partners, take part, and are not sitting out today."""
    opted_in = await db.execute(
        select(Enrollment, Person)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Enrollment.partners_opt_in).is_(True),
            col(Person.deleted_at).is_(None),
        )
    )
    pauses = await db.scalars(select(PartnerPause).where(PartnerPause.cohort_id == cohort.id))
    pause_of = {pause.person_id: pause for pause in pauses}
    wanting = []
    for enrollment, person in opted_in:
        today = dates.in_zone(now, zone_for(person.zone, cohort.zone)).date()
        away = person.paused_until is not None and today < person.paused_until
        pause = pause_of.get(enrollment.person_id)
        out = pause is not None and (
            pause.because in {"skip", "silent"}
            or (pause.because == "asked" and pause.until is not None and today < pause.until)
        )
        if not away and not out:
            wanting.append(enrollment.person_id)
    return sorted(set(wanting) - await switched_off(db, wanting))


async def pause_silent(db: AsyncSession, cohort: Cohort, now: datetime) -> None:
    """Tell those who said nothing for three rounds, and pair them no more until they come back."""
    standing = await standings(db, cohort.id)
    for person_id in await who_wants_one(db, cohort, now):
        if person_id not in standing or standing[person_id].silent < SILENT_MOST:
            continue
        await sit_out(db, cohort.id, person_id, "silent", now)
        person = await db.get_one(Person, person_id)
        back = Button(label=words.back_button(person.language), action="partners.back", value=str(cohort.id))
        subject = subjects.partners(person.language)
        card = Card(subject=subject, text=words.silent_paused(person.language), buttons=(back,))
        db.add(
            note(
                f"partners_silent:{cohort.id}:{person_id}:{now.isoformat()}",
                cohort.community_id,
                now,
                cohort_id=cohort.id,
                person_id=person_id,
                card=card,
            )
        )
    await db.flush()


async def sit_out(
    db: AsyncSession, cohort_id: int, person_id: int, because: str, now: datetime
) -> PartnerPause:
    """Write down that somebody sits out, or (returned) does not any more."""
    found = await db.scalars(
        select(PartnerPause).where(PartnerPause.cohort_id == cohort_id, PartnerPause.person_id == person_id)
    )
    pause = found.first() or PartnerPause(
        cohort_id=cohort_id, person_id=person_id, because=because, since=now
    )
    pause.because, pause.since, pause.until = because, now, None
    db.add(pause)
    await db.flush()
    return pause
