"""Questions that participants ask before a session, and who wants each one answered."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class Question(SQLModel, table=True):
    """A question for a session's presenters. Readers never see who asked."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    text: str
    asked_at: datetime


class QuestionVote(SQLModel, table=True):
    """Somebody else wants this question answered as well."""

    __table_args__ = (UniqueConstraint("question_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    question_id: int = Field(foreign_key="question.id", index=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", index=True)
