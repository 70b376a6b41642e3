"""Whom a cohort's messages may reach, and when each of them may be written to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from bot.core.message_kinds import MessageKinds
from bot.nudges.cadence import Step
from bot.nudges.kinds import APART_MINUTES, MORNING_MINUTES
from bot.nudges.recheck import ALL_OPTIONAL
from bot.nudges.schedule import ScheduledReader
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import HolidayCalendar, Reader
from bot.timekeeping.zones import country_of, zone_for
from storage.nudges import Nudge
from storage.people import Community, OptOut, Person
from storage.series import Cohort, Enrollment

HOME = "US"
"""The country of states such as WA, and of zones that lie in none."""
TAKES_PART = ("active", "paused")
_WEEK = timedelta(days=8)
"""What was sent before counts in no budget any more."""
NINE = 9 * 60


async def recipients_of(
    db: AsyncSession,
    cohort: Cohort,
    presenter_ids: Collection[int],
    steps: Iterable[Step],
    only: int | None = None,
) -> list[ScheduledReader]:
    """Those who take part (pauses are asked again at sending) and the presenters; `only` one of them."""
    enrolled = await _enrolled(db, cohort, only)
    people = select(Person).where(
        or_(
            col(Person.id).in_(
                select(Enrollment.person_id).where(
                    Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
                )
            ),
            col(Person.id).in_(presenter_ids),
        ),
        col(Person.deleted_at).is_(None),
    )
    if only is not None:
        people = people.where(Person.id == only)
    found = list(await db.scalars(people))
    refused = await _refused(db, cohort, [step.kind for step in steps if step.nature == "optional"])
    return [_recipient(person, enrolled.get(person.id), cohort.zone, refused[person.id]) for person in found]


async def _enrolled(db: AsyncSession, cohort: Cohort, only: int | None) -> dict[int, Enrollment]:
    query = select(Enrollment).where(
        Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
    )
    if only is not None:
        query = query.where(Enrollment.person_id == only)
    return {enrollment.person_id: enrollment for enrollment in await db.scalars(query)}


async def _refused(
    db: AsyncSession, cohort: Cohort, optional_kinds: Sequence[str]
) -> defaultdict[int, set[str]]:
    """The kinds each person of the community opted out of; "optional" stands for all optional ones."""
    rows = await db.scalars(select(OptOut).join(Person).where(Person.community_id == cohort.community_id))
    refused: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        refused[row.person_id].update(optional_kinds if row.kind == ALL_OPTIONAL else [row.kind])
    return refused


def _recipient(
    person: Person, enrollment: Enrollment | None, zone: str, refused: set[str]
) -> ScheduledReader:
    return ScheduledReader(
        id=str(person.id),
        reader=reader_of(person, zone),
        enrolled=enrollment is not None,
        opted_in=enrollment is not None and enrollment.stick_opt_in,
        partners_opted_in=enrollment is not None and enrollment.partners_opt_in,
        followup_opted_in=enrollment is not None and enrollment.follow_up_opt_in,
        opted_out_kinds=frozenset(refused),
        joined_utc=enrollment.joined_at if enrollment is not None else None,
        morning=morning_of(person),
    )


def morning_of(person: Person) -> timedelta:
    """How long after nine a person is written to: at the time of day at which they answer most, else at a
    minute of their own, so that a cohort's messages are spread over the morning. Where that time is not
    allowed for a message, it goes at nine (`bot.nudges.budget`)."""
    if person.answers_at is not None and person.answers_at >= NINE:
        return timedelta(minutes=person.answers_at - NINE)
    return timedelta(minutes=(person.id) % (MORNING_MINUTES // APART_MINUTES) * APART_MINUTES)


def reader_of(person: Person, cohort_zone: str) -> Reader:
    """The person's own clock, quiet hours and holidays; the cohort's zone for want of a known one."""
    quiet = None
    if person.quiet_from is not None and person.quiet_to is not None and person.quiet_from != person.quiet_to:
        quiet = QuietHours(_time(person.quiet_from), _time(person.quiet_to))
    return Reader(zone_for(person.zone, cohort_zone), quiet, calendar_of(person, cohort_zone))


async def homes_of(db: AsyncSession, person_ids: Iterable[int]) -> dict[int, str]:
    """By person, the zone of their newest cohort, else of the community: for what is about no cohort."""
    people = list(person_ids)
    if not people:
        return {}
    rows = await db.execute(
        select(Person.id, Cohort.zone, Community.zone)
        .join(Community, col(Community.id) == Person.community_id)
        .outerjoin(Enrollment, col(Enrollment.person_id) == Person.id)
        .outerjoin(Cohort, col(Cohort.id) == Enrollment.cohort_id)
        .where(col(Person.id).in_(people))
        .order_by(col(Enrollment.id))
    )
    return {person_id: zone_for("", cohort or "", community) for person_id, cohort, community in rows}


def channel_reader(cohort_zone: str) -> Reader:
    """A channel has no quiet hours, and only the holidays of the whole country."""
    return Reader(cohort_zone, None, _calendar(country_of(cohort_zone) or HOME))


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def calendar_of(person: Person, cohort_zone: str) -> HolidayCalendar | None:
    """Of the country that the person named, else of the one that their zone lies in; the state's own holidays
    too in the United States. None where the holidays library does not know the country."""
    country = person.country or country_of(person.zone) or country_of(cohort_zone) or HOME
    return _calendar(country, person.state if country == HOME else "")


def _calendar(country: str, state: str = "") -> HolidayCalendar | None:
    for subdivision in (state or None, None):
        try:
            return HolidayCalendar(country, subdivision)
        except ValueError:
            continue
    return None


async def moments_taken(
    db: AsyncSession, kinds: MessageKinds, cohort_id: int, person_ids: Sequence[int], now: datetime
) -> dict[str, list[datetime]]:
    """The moments of direct messages, by person id, that the budget counts and this plan does not move:
    of those that went out, and of those that the person's other cohorts have planned. UTC."""
    planned = col(Nudge.state).in_(["planned", "held"])
    gone = col(Nudge.state).in_(["sent", "claimed", "unknown"])
    query = select(Nudge.person_id, Nudge.sent_at, Nudge.due_at).where(
        col(Nudge.kind).not_in(kinds.apart),
        col(Nudge.person_id).is_not(None),
        Nudge.due_at > now - _WEEK,
        gone | (planned & (col(Nudge.cohort_id) != cohort_id)),
    )
    if len(person_ids) == 1:
        query = query.where(Nudge.person_id == person_ids[0])
    else:
        query = query.where(
            col(Nudge.person_id).in_(select(Enrollment.person_id).where(Enrollment.cohort_id == cohort_id))
        )
    taken: defaultdict[str, list[datetime]] = defaultdict(list)
    for person_id, sent_at, due_at in await db.execute(query):
        taken[str(person_id)].append((sent_at or due_at).astimezone(UTC))
    return taken
