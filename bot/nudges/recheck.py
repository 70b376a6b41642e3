"""What was true when a nudge was planned, checked again just before it goes.

Between planning and sending lie days or weeks: people leave, pause or opt out, sessions are cancelled, a
process was down for hours. The plan is corrected at each of these, but a claim may already have been made.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from bot.core.message_kinds import MessageKinds
from bot.nudges.kinds import NOTE
from bot.nudges.prefetch import Facts
from bot.timekeeping.zones import zone_for
from prompts import dates
from storage.nudges import Nudge
from storage.series import Enrollment, EnrollmentStatus
from storage.sessions import SessionStatus

ALL_OPTIONAL = "optional"


def why_not_wanted(facts: Facts, kinds: MessageKinds, nudge: Nudge, now: datetime) -> str:
    """The reason to skip it, as a short slug; empty when it should go."""
    if nudge.expires_at is not None and nudge.expires_at <= now:
        return "stale"
    session = facts.sessions.get(nudge.session_id or 0)
    if session is not None and session.status == SessionStatus.CANCELLED and nudge.kind != NOTE:
        return "session_cancelled"
    return _why_not_person(facts, kinds, nudge, nudge.person_id, now) if nudge.person_id is not None else ""


def _why_not_person(facts: Facts, kinds: MessageKinds, nudge: Nudge, person_id: int, now: datetime) -> str:
    person = facts.people[person_id]
    if person.deleted_at is not None:
        return "deleted"
    if nudge.kind == NOTE:
        return ""
    cohort = facts.cohorts.get(nudge.cohort_id or 0)
    community = facts.communities[nudge.community_id]
    zone = zone_for(person.zone, cohort.zone if cohort is not None else "", community.zone)
    if nudge.nature == "optional" and _paused(person.paused_until, zone, now):
        return "paused"
    if _opted_out(nudge, facts.opt_outs.get(person_id, ())):
        return "opted_out"
    enrollment = facts.enrollments.get((person_id, nudge.cohort_id or 0))
    return "" if kinds[nudge.kind].for_presenters else _why_not_enrolled(enrollment, zone, now)


def _opted_out(nudge: Nudge, kinds: Collection[str]) -> bool:
    return nudge.kind in kinds or (nudge.nature == "optional" and ALL_OPTIONAL in kinds)


def _why_not_enrolled(enrollment: Enrollment | None, zone: str, now: datetime) -> str:
    """Staff are not enrolled, and get what is theirs all the same."""
    if enrollment is None:
        return ""
    if enrollment.status == EnrollmentStatus.LEFT:
        return "left"
    return "paused" if _paused(enrollment.paused_until, zone, now) else ""


def _paused(until: date | None, zone: str, now: datetime) -> bool:
    """Paused up to, and not on, the day given, on the reader's own calendar."""
    return until is not None and dates.in_zone(now, zone).date() < until
