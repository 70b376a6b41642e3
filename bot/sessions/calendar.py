"""A cohort's sessions for people's own calendars: as a feed, and entry by entry for invitations."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.calendar_entries import feed
from bot.core.cards import CalendarEntry
from bot.core.lookup import enrollment_of, staff_of, title_in
from bot.sessions.lookup import end_of, sessions_of
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import plain
from prompts.words import sessions as words
from storage.people import Person
from storage.series import Cohort, EnrollmentStatus, Series
from storage.sessions import Session, SessionStatus

FEED_LIVES_ON = timedelta(days=60)
"""How long a feed is served after the cohort's last session."""


async def feed_for(db: AsyncSession, cohort_id: int, person: Person, now: datetime) -> bytes | None:
    """The feed for one person; None when they take no part in the cohort (any more), or when its last session
    is long over."""
    cohort = await db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != person.community_id or person.deleted_at is not None:
        return None
    series = await db.get_one(Series, cohort.series_id)
    if not await _takes_part(db, cohort, series, person):
        return None
    sessions = await sessions_of(db, cohort.id)
    if sessions and max(map(end_of, sessions)) + FEED_LIVES_ON < now:
        return None
    entries = [entry_of(one, person) for one in sessions]
    return feed(title_in(series.title, person.language), entries, now)


SUBSCRIBED_AFTER = timedelta(hours=12)
"""A feed that is asked for again so much later is a subscription, not a file that was looked at twice."""


async def note_fetched(db: AsyncSession, cohort_id: int, person: Person, now: datetime) -> None:
    """A subscribed calendar asks again and again: its owner needs no message the day before."""
    enrollment = await enrollment_of(db, cohort_id, person.id)
    if enrollment is None or enrollment.has_calendar:
        return
    if enrollment.calendar_fetched_at is None:
        enrollment.calendar_fetched_at = now
    elif now - enrollment.calendar_fetched_at >= SUBSCRIBED_AFTER:
        enrollment.has_calendar = True


async def _takes_part(db: AsyncSession, cohort: Cohort, series: Series, person: Person) -> bool:
    enrollment = await enrollment_of(db, cohort.id, person.id)
    outside = {EnrollmentStatus.LEFT, EnrollmentStatus.WAITING}
    if enrollment is not None and enrollment.status not in outside:
        return True
    return person.id in await staff_of(db, series, "facilitator", "administrator", "presenter")


def own_uid(session: Session, person: Person) -> str:
    """The entry's id in this person's calendar, in the feed and in invitations alike: the session's id with a
    proof of the person in it. It stays the same for ever, whatever secret is rotated."""
    name, _, rest = session.uid.partition("@")
    proof = hmac.digest(person.calendar_key.encode(), session.uid.encode(), "sha256")[:12]
    return f"{name}.{urlsafe_b64encode(proof).decode()}@{rest}"


def entry_of(session: Session, person: Person) -> CalendarEntry:
    """Outlook shows no STATUS, so that a cancelled session says so in its title; a moved one names the time
    that it had before."""
    language, zone = person.language, zone_for(person.zone, session.zone)
    title = title_in(session.title, language)
    cancelled = session.status == SessionStatus.CANCELLED
    note = ""
    if session.moved_from is not None and not cancelled:
        note = plain(words.entry_moved(language, before=dates.when(language, session.moved_from, zone)))
    if cancelled and session.cancelled_because:
        note = session.cancelled_because
    return CalendarEntry(
        uid=own_uid(session, person),
        sequence=session.revision,
        title=plain(words.entry_cancelled(language, title=title)) if cancelled else title,
        starts_at=session.starts_at,
        minutes=session.minutes,
        place=session.join_link,
        note=note,
        cancelled=cancelled,
    )
