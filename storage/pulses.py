"""A pulse of a running session: one question, how many chose each answer, and who has answered."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class Pulse(SQLModel, table=True):
    """One question, open until `closes_at`. Who chose what is stored nowhere."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    question: dict[str, str] = json_field()
    """By language."""
    answers: list[dict[str, str]] = json_field(list)
    """Each answer by language, in the order in which they are shown."""
    counts: list[int] = json_field(list)
    """How many chose each answer."""
    opened_by_id: int = Field(foreign_key="person.id")
    opened_at: datetime
    closes_at: datetime
    """UTC."""
    closed_at: datetime | None = None


class PulseVote(SQLModel, table=True):
    """A person answered a pulse, never how or when. The row goes when the pulse closes."""

    pulse_id: int = Field(foreign_key="pulse.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
