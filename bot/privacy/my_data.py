"""Everything that is kept about one person, as plain JSON values: for the export and for the preview of a
deletion. Anonymous answers cannot be found, and so are not in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from bot.privacy.deleting import owned
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.evaluations import Evaluation, LedgerEntry
from storage.nudges import Nudge
from storage.people import AuditEvent, Identity, Person, Workspace
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session

Rows = list[dict[str, Any]]
_OWN = ("id", "community_id", "person_id", "reference", "calendar_key")
"""Columns that say nothing about the person."""


_CALLED = {
    "duty": "duties", "optout": "opted_out_of", "registration": "registrations",
    "invitationreply": "invitations_answered", "reflection": "reflections", "commitment": "commitments",
    "harvestnote": "group_notes", "partneranswer": "partner_answers", "partnerpause": "partner_pauses",
    "stickanswer": "make_it_stick_answers", "stickpace": "make_it_stick_pace",
    "question": "questions_asked", "questionvote": "question_votes",
    "confidentialanswer": "confidential_answers",
}  # fmt: skip
"""Parts of the export by table; a table that is not named here is a part of its own name."""
_LEFT_OUT = frozenset({
    "attendancedraft", "confirmedname", "formdraft", "importdraft", "linkcode", "personmerge", "pulsevote",
})  # fmt: skip
"""What is kept for hours or days on the way to something else, and what only says who is who."""
_OTHERWISE = frozenset({"identity", "ledgerentry"})
"""Told in words of its own."""


async def my_data(db: AsyncSession, person_id: int) -> dict[str, Any]:
    """By kind of data, each a list of entries; ``profile`` is one entry. Times are UTC in ISO form. Whatever
    goes when a person is deleted is told, a new table too."""
    person = await db.get_one(Person, person_id)
    theirs = {str(table.__tablename__): table for table in reversed(owned())}
    return {
        "profile": _entry(person),
        "chat_accounts": await _accounts(db, person_id),
        "enrollments": await _enrollments(db, person_id),
        "attendance": await _attendance(db, person_id),
        **{
            _CALLED.get(name, name): await _rows(db, table, person_id)
            for name, table in theirs.items()
            if name not in _LEFT_OUT | _OTHERWISE
        },
        "groups": await _groups(db, person_id),
        "evaluations_asked": await _evaluations(db, person_id),
        "messages_sent_to_me": await _messages(db, person_id),
        "what_i_did": await _audit(db, person_id),
    }


async def _rows(db: AsyncSession, table: type[Any], person_id: int) -> Rows:
    found = await db.scalars(
        select(table).where(table.person_id == person_id).order_by(*table.__table__.primary_key)
    )
    return [_entry(row) for row in found]


async def _accounts(db: AsyncSession, person_id: int) -> Rows:
    found = await db.execute(
        select(Identity, Workspace).join(Workspace).where(Identity.person_id == person_id)
    )
    return [
        {"platform": workspace.platform, "workspace": workspace.name, "user": identity.platform_user}
        for identity, workspace in found
    ]


async def _enrollments(db: AsyncSession, person_id: int) -> Rows:
    found = await db.execute(select(Enrollment, Cohort).join(Cohort).where(Enrollment.person_id == person_id))
    return [_entry(enrollment) | {"cohort": cohort.name} for enrollment, cohort in found]


async def _attendance(db: AsyncSession, person_id: int) -> Rows:
    found = await db.execute(
        select(Attendance, Session)
        .join(Session, col(Session.id) == Attendance.session_id)
        .where(Attendance.person_id == person_id)
    )
    return [
        _entry(row) | {"session": session.number, "starts_at": _plain(session.starts_at)}
        for row, session in found
    ]


async def _groups(db: AsyncSession, person_id: int) -> Rows:
    """That I was in a group; never who else was."""
    found = await db.execute(
        select(BreakoutRound.kind, BreakoutRound.session_id, BreakoutGroup.number)
        .join(BreakoutGroup, col(BreakoutGroup.round_id) == BreakoutRound.id)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(GroupMember.person_id == person_id)
    )
    return [{"kind": kind, "session_id": session, "group": number} for kind, session, number in found]


async def _evaluations(db: AsyncSession, person_id: int) -> Rows:
    found = await db.execute(
        select(Evaluation.key, Evaluation.mode, LedgerEntry.answered)
        .join(LedgerEntry, col(LedgerEntry.evaluation_id) == Evaluation.id)
        .where(LedgerEntry.person_id == person_id)
    )
    return [{"evaluation": key, "mode": mode, "answered": answered} for key, mode, answered in found]


async def _messages(db: AsyncSession, person_id: int) -> Rows:
    found = await db.execute(
        select(Nudge.kind, Nudge.state, Nudge.due_at, Nudge.sent_at)
        .where(Nudge.person_id == person_id)
        .order_by(col(Nudge.due_at))
    )
    return [
        {"kind": kind, "state": state, "due_at": _plain(due_at), "sent_at": _plain(sent_at)}
        for kind, state, due_at, sent_at in found
    ]


async def _audit(db: AsyncSession, person_id: int) -> Rows:
    found = await db.scalars(
        select(AuditEvent).where(AuditEvent.actor_id == person_id).order_by(col(AuditEvent.id))
    )
    return [{"at": _plain(row.at), "action": row.action, "subject": row.subject} for row in found]


def _entry(row: SQLModel) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.model_dump().items() if name not in _OWN}


def _plain(value: Any) -> Any:
    """As JSON can hold it, and whatever stands inside it."""
    if isinstance(value, dict):
        return {name: _plain(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inside) for inside in value]
    return value.isoformat() if isinstance(value, datetime | date) else value
