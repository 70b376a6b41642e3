"""What was true when a nudge was planned, checked again just before it goes.

Between planning and sending lie days or weeks: people leave, pause or opt out, sessions are cancelled, a
process was down for hours. The plan is corrected at each of these, but a claim may already have been made.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.sessions.zones import load_zone
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.series import Enrollment
from storage.sessions import Session

ALL_OPTIONAL = "optional"


async def why_not_wanted(db: AsyncSession, nudge: Nudge, now: datetime) -> str:
    """The reason to skip it, as a short slug; empty when it should go."""
    if nudge.expires_at is not None and nudge.expires_at <= now:
        return "stale"
    if nudge.session_id is not None and nudge.kind != "note":
        session = await db.get_one(Session, nudge.session_id)
        if session.status == "cancelled":
            return "session_cancelled"
    return await _why_not_person(db, nudge, now) if nudge.person_id is not None else ""


async def _why_not_person(db: AsyncSession, nudge: Nudge, now: datetime) -> str:
    person = await db.get_one(Person, nudge.person_id)
    if person.deleted_at is not None:
        return "deleted"
    if nudge.kind == "note":
        return ""
    if nudge.nature == "optional" and _paused(person.paused_until, person.zone, now):
        return "paused"
    if await _opted_out(db, nudge):
        return "opted_out"
    return await _why_not_enrolled(db, nudge, person, now) if nudge.cohort_id is not None else ""


async def _opted_out(db: AsyncSession, nudge: Nudge) -> bool:
    kinds = [nudge.kind, ALL_OPTIONAL] if nudge.nature == "optional" else [nudge.kind]
    found = await db.scalars(
        select(OptOut).where(OptOut.person_id == nudge.person_id, col(OptOut.kind).in_(kinds))
    )
    return found.first() is not None


async def _why_not_enrolled(db: AsyncSession, nudge: Nudge, person: Person, now: datetime) -> str:
    """Presenters and other staff are not enrolled, and get what is theirs all the same."""
    found = await db.scalars(
        select(Enrollment).where(
            Enrollment.person_id == nudge.person_id, Enrollment.cohort_id == nudge.cohort_id
        )
    )
    enrollment = found.first()
    if enrollment is None or nudge.kind.startswith("presenter_"):
        return ""
    if enrollment.status == "left":
        return "left"
    return "paused" if _paused(enrollment.paused_until, person.zone, now) else ""


def _paused(until: date | None, zone: str, now: datetime) -> bool:
    """Paused up to, and not on, the day given, on the reader's own calendar."""
    return until is not None and now.astimezone(load_zone(zone or "America/Los_Angeles")).date() < until
