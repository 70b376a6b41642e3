"""The people of a cohort: who has joined, who can be written to where, and who needs a word, with the reason.

A reason tells of attendance, of ways to reach somebody, or of silence: nothing heard that a facilitator could
have heard. It never tells what somebody said, nor whether they have answered a form: forms promise that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.breakouts.attending import was_there
from bot.communities.inviting import invited
from bot.core.lookup import TAKES_PART
from bot.core.reachability import Account, open_ways
from prompts.text import Marked
from prompts.words import series_page as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, HarvestNote
from storage.people import PAGES, Identity, Person, Workspace
from storage.reflections import Reflection
from storage.series import Cohort, Enrollment, EnrollmentStatus
from storage.sessions import Attendance, InvitationReply, Session

SILENT_AFTER = timedelta(weeks=3)
"""A shorter silence is a holiday, or an ordinary fortnight."""
IN_A_ROW = 2
"""So many sessions missed one after the other are worth a word; one is not."""
SOON = timedelta(days=7)
"""From so long before the first session it matters who has not joined."""
LISTED = "listed"
"""The status of those on the list who have not been asked to join."""


@dataclass(frozen=True, slots=True)
class RosterMember:
    """`ways` are the platforms on which the bot may write to them; `why` says why they need a word."""

    id: int
    name: str
    status: str
    ways: tuple[str, ...]
    attended: int
    why: Marked | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person, in the shape that `reason` decides by. `there` has an entry for each session
    whose attendance is known, oldest first; `silent` is how long nothing was heard, None before it counts."""

    status: str
    reached: bool
    on_pages: bool
    there: tuple[bool, ...]
    silent: timedelta | None
    begins_soon: bool


def reason(language: str, known: Known) -> Marked | None:
    """Why somebody needs a word, as one line; the first that holds. Pure."""
    if known.status == EnrollmentStatus.INVITED:
        return words.why_not_joined(language) if known.begins_soon else None
    if known.status != EnrollmentStatus.ACTIVE:
        return None
    if not known.reached:
        return (words.why_page_only if known.on_pages else words.why_unreached)(language)
    missed = _missed_last(known.there)
    if missed >= IN_A_ROW:
        return words.why_missed(language, n=missed, of=len(known.there))
    if known.silent is not None and known.silent >= SILENT_AFTER:
        return words.why_silent(language, n=known.silent.days // 7)
    return None


def _missed_last(there: Sequence[bool]) -> int:
    """How many sessions, counted back from the newest, somebody was not at."""
    return next((number for number, one in enumerate(reversed(there)) if one), len(there))


async def members_of(
    db: AsyncSession,
    cohort: Cohort,
    sessions: Sequence[Session],
    there: Mapping[int, set[int]],
    language: str,
    now: datetime,
) -> list[RosterMember]:
    """Everybody but those who left, by name; `there` is the `presence` at the sessions. The number of queries
    does not grow with the people."""
    rows = (
        await db.execute(
            select(Enrollment, Person)
            .join(Person, col(Person.id) == Enrollment.person_id)
            .where(
                Enrollment.cohort_id == cohort.id,
                Enrollment.status != EnrollmentStatus.LEFT,
                col(Person.deleted_at).is_(None),
            )
            .order_by(col(Person.name), col(Person.id))
        )
    ).all()
    here = select(Enrollment.person_id).where(Enrollment.cohort_id == cohort.id)
    accounts: dict[int, list[Account]] = {}
    found = select(Identity, Workspace).join(Workspace).where(col(Identity.person_id).in_(here))
    for identity, workspace in await db.execute(found):
        accounts.setdefault(identity.person_id, []).append((identity, workspace))
    listed = {one.person_id for one in (await invited(db, cohort))[0]}
    heard = await _last_heard(db, cohort)
    begun = [one for one in sessions if one.starts_at <= now]
    begins_soon = bool(begun) or any(one.starts_at <= now + SOON for one in sessions)
    made = []
    for enrollment, person in rows:
        mine = accounts.get(person.id, [])
        ways = _ways(person, mine, now)
        seen = tuple(person.id in people for people in there.values())
        last = max((one for one in (heard.get(person.id), enrollment.joined_at) if one), default=None)
        status = LISTED if person.id in listed else enrollment.status
        silent = now - max(last or begun[0].starts_at, begun[0].starts_at) if begun else None
        on_pages = any(workspace.platform == PAGES for _, workspace in mine)
        known = Known(status, bool(ways), on_pages, seen, silent, begins_soon)
        made.append(RosterMember(person.id, person.name, status, ways, sum(seen), reason(language, known)))
    return made


def _ways(person: Person, accounts: Sequence[Account], now: datetime) -> tuple[str, ...]:
    open_now = (way for way in open_ways(person, accounts) if not way.not_before or way.not_before <= now)
    return tuple(sorted({way.workspace.platform for way in open_now}))


async def presence(db: AsyncSession, sessions: Sequence[Session]) -> dict[int, set[int]]:
    """Who was there, by session, for those sessions of which anybody's attendance is known, oldest first."""
    minutes = {one.id: one.minutes for one in sessions}
    found = await db.scalars(select(Attendance).where(col(Attendance.session_id).in_(minutes)))
    there: dict[int, set[int]] = {}
    for row in found:
        if was_there(row, minutes[row.session_id]):
            there.setdefault(row.session_id, set()).add(row.person_id)
    by_time = sorted(sessions, key=lambda one: one.starts_at)
    return {one.id: there[one.id] for one in by_time if one.id in there}


async def _last_heard(db: AsyncSession, cohort: Cohort) -> dict[int, datetime]:
    """When each person was last heard of by what everybody or a facilitator may see anyway: at a session, in
    answer to an invitation, by what they shared with the cohort or brought back from a group."""
    in_cohort = Session.cohort_id == cohort.id
    queries = (
        select(Attendance.person_id, func.max(Session.starts_at))
        .join(Session, col(Session.id) == Attendance.session_id)
        .where(in_cohort, col(Attendance.marked).is_not(False))
        .group_by(col(Attendance.person_id)),
        select(InvitationReply.person_id, func.max(InvitationReply.answered_at))
        .join(Session, col(Session.id) == InvitationReply.session_id)
        .where(in_cohort)
        .group_by(col(InvitationReply.person_id)),
        select(Reflection.person_id, func.max(Reflection.created_at))
        .where(Reflection.cohort_id == cohort.id, Reflection.visibility == "cohort")
        .group_by(col(Reflection.person_id)),
        select(HarvestNote.person_id, func.max(HarvestNote.posted_at))
        .join(BreakoutGroup, col(BreakoutGroup.id) == HarvestNote.group_id)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .where(BreakoutRound.cohort_id == cohort.id, col(HarvestNote.posted_at).is_not(None))
        .group_by(col(HarvestNote.person_id)),
        select(GroupMember.person_id, func.max(BreakoutRound.opened_at))
        .join(BreakoutGroup, col(BreakoutGroup.id) == GroupMember.group_id)
        .join(BreakoutRound, col(BreakoutRound.id) == BreakoutGroup.round_id)
        .where(BreakoutRound.cohort_id == cohort.id, col(GroupMember.present).is_(True))
        .group_by(col(GroupMember.person_id)),
    )
    heard: dict[int, datetime] = {}
    for query in queries:
        for person_id, at in await db.execute(query):
            if at is not None:
                heard[person_id] = max(heard.get(person_id, at), at)
    return heard


def needing_a_word(members: Iterable[RosterMember]) -> list[RosterMember]:
    return [one for one in members if one.why is not None]


def taking_part(members: Iterable[RosterMember]) -> int:
    return sum(one.status in TAKES_PART for one in members)
