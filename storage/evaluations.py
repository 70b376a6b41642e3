"""Evaluations: the form as it was asked, who has answered, and the answers.

Anonymous answers and the ledger of who answered share nothing that joins them: no person, time, number or
order in the answers, no time in the ledger. A database remembers more than its tables show (pages, row
versions, its own log), so while a form is open an anonymous answer is kept sealed, several people's are
written at once and marked apart from that, and only when the form closes are all of them opened and written,
in a random order.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field, opaque_id


class EvaluationState(StrEnum):
    """Whether a form takes answers."""

    OPEN = "open"
    CLOSED = "closed"


class Evaluation(SQLModel, table=True):
    """One form opened for one session, or for a whole cohort at the end of its series or later."""

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """``session:ID``, ``series:COHORT`` or ``follow_up.first:COHORT``: opening twice changes nothing."""
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    """Empty for the series form and the follow-ups."""
    purpose: str
    """post_session, series or follow_up."""
    name: str
    version: int
    mode: str
    """anonymous or confidential."""
    instrument: dict[str, object] = json_field()
    """The instrument with its objectives, as it was when the form opened: later versions do not touch it."""
    state: str = "open"
    """open or closed."""
    opens_at: datetime
    closes_at: datetime
    opened_by_id: int | None = Field(default=None, foreign_key="person.id")


class LedgerEntry(SQLModel, table=True):
    """Whether a person who was asked has answered. Nothing else, and no time: it drives reminders only."""

    __table_args__ = {"sqlite_with_rowid": False}

    evaluation_id: int = Field(foreign_key="evaluation.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    answered: bool = False


class AnonymousAnswer(SQLModel, table=True):
    """One answer set of a closed evaluation, without person, time or order."""

    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(default_factory=opaque_id, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    answers: dict[str, object] = json_field()
    """By field name (``quality``, ``confidence.before``); null is "prefer not to answer"."""


class SealedAnswer(SQLModel, table=True):
    """An anonymous answer set of an open evaluation: unreadable without the form's key."""

    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(default_factory=opaque_id, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    sealed: str


class ConfidentialAnswer(SQLModel, table=True):
    """One answer set of a known person, for evaluators only."""

    __table_args__ = (UniqueConstraint("evaluation_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    answers: dict[str, object] = json_field()
    answered_on: date


class FormDraft(SQLModel, table=True):
    """What a person has filled in on a web page and not sent yet, sealed; gone once it is sent."""

    __table_args__ = {"sqlite_with_rowid": False}

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    form: str = Field(primary_key=True)
    context: str = Field(primary_key=True)
    sealed: str
    saved_on: date
