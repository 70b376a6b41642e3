"""Everything that is kept about one person, as plain JSON values: for the export and for the preview of a
deletion. Anonymous answers cannot be found, and so are not in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from storage.breakouts import (
    BreakoutGroup,
    BreakoutRound,
    GroupMember,
    HarvestNote,
    PartnerAnswer,
    PartnerPause,
)
from storage.evaluations import ConfidentialAnswer, Evaluation, LedgerEntry
from storage.learning import StickAnswer, StickPace
from storage.nudges import Nudge
from storage.people import AuditEvent, Duty, Identity, OptOut, Person, Workspace
from storage.questions import Question, QuestionVote
from storage.reflections import Commitment, Reflection
from storage.registrations import Registration
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, InvitationReply, Session

Rows = list[dict[str, Any]]
_OWN = ("id", "community_id", "person_id", "reference", "calendar_key")
"""Columns that say nothing about the person."""


async def my_data(db: AsyncSession, person_id: int) -> dict[str, Any]:
    """By kind of data, each a list of entries; ``profile`` is one entry. Times are UTC in ISO form."""
    person = await db.get_one(Person, person_id)
    return {
        "profile": _entry(person),
        "chat_accounts": await _accounts(db, person_id),
        "duties": await _rows(db, Duty, person_id),
        "opted_out_of": await _rows(db, OptOut, person_id),
        "registrations": await _rows(db, Registration, person_id),
        "enrollments": await _enrollments(db, person_id),
        "attendance": await _attendance(db, person_id),
        "invitations_answered": await _rows(db, InvitationReply, person_id),
        "reflections": await _rows(db, Reflection, person_id),
        "commitments": await _rows(db, Commitment, person_id),
        "groups": await _groups(db, person_id),
        "group_notes": await _rows(db, HarvestNote, person_id),
        "partner_answers": await _rows(db, PartnerAnswer, person_id),
        "partner_pauses": await _rows(db, PartnerPause, person_id),
        "make_it_stick_answers": await _rows(db, StickAnswer, person_id),
        "make_it_stick_pace": await _rows(db, StickPace, person_id),
        "questions_asked": await _rows(db, Question, person_id),
        "question_votes": await _rows(db, QuestionVote, person_id),
        "evaluations_asked": await _evaluations(db, person_id),
        "confidential_answers": await _rows(db, ConfidentialAnswer, person_id),
        "messages_sent_to_me": await _messages(db, person_id),
        "what_i_did": await _audit(db, person_id),
    }


async def _rows(db: AsyncSession, table: type[Any], person_id: int) -> Rows:
    found = await db.scalars(select(table).where(table.person_id == person_id).order_by(col(table.id)))
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
    return value.isoformat() if isinstance(value, datetime | date) else value
