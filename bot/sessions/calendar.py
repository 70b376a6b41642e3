"""A cohort's sessions as an iCalendar feed (RFC 5545), for people's own calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.lookup import enrollment_of, staff_of, title_in
from bot.sessions.lookup import sessions_of
from storage.people import Person
from storage.series import Cohort, EnrollmentStatus, Series
from storage.sessions import Session, SessionStatus


async def feed_for(db: AsyncSession, cohort_id: int, person: Person, now: datetime) -> bytes | None:
    """The feed for one person; None when they take no part in the cohort (any more)."""
    cohort = await db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != person.community_id or person.deleted_at is not None:
        return None
    series = await db.get_one(Series, cohort.series_id)
    enrollment = await enrollment_of(db, cohort.id, person.id)
    enrolled = enrollment is not None and enrollment.status not in {
        EnrollmentStatus.LEFT,
        EnrollmentStatus.WAITING,
    }
    if not enrolled and person.id not in await staff_of(
        db, series, "facilitator", "administrator", "presenter"
    ):
        return None
    sessions = await sessions_of(db, cohort.id)
    return calendar(title_in(series.title, person.language), sessions, person.language, now)


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


def calendar(name: str, sessions: Sequence[Session], language: str, now: datetime) -> bytes:
    """Pure. Moments are UTC, which every calendar shows in its owner's zone; `now` stamps the entries. A
    moved session keeps its UID and grows its sequence number; a cancelled one says so."""
    found = Calendar()
    found.add("prodid", "-//Throughline//Learning community//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    for session in sessions:
        event = Event()
        event.add("uid", session.uid)
        event.add("sequence", session.revision)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", (session.starts_at + timedelta(minutes=session.minutes)).astimezone(UTC))
        event.add("summary", title_in(session.title, language))
        event.add("status", "CANCELLED" if session.status == SessionStatus.CANCELLED else "CONFIRMED")
        if session.join_link:
            event.add("url", session.join_link)
            event.add("location", session.join_link)
        found.add_component(event)
    return bytes(found.to_ical())
