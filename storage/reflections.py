"""Reflections and commitments: what people wrote for themselves, and what they plan to do."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from storage.base import json_field


class CommitmentStatus(StrEnum):
    """How far a person is with a commitment."""

    INTENDED = "intended"
    DONE = "done"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    LET_GO = "let_go"


class PromptSent(SQLModel, table=True):
    """A prompt that a facilitator sent to a cohort: which kind, in which wording, after which session."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id")
    kind: str
    variant: str
    sent_by_id: int = Field(foreign_key="person.id")
    sent_at: datetime


class Reflection(SQLModel, table=True):
    """A person's answers to one prompt. Nobody sees it beyond what `visibility` says."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    prompt_id: int | None = Field(default=None, foreign_key="promptsent.id", index=True)
    """The prompt it answers, where a facilitator sent one."""
    kind: str
    """One of the twelve kinds of the prompt library."""
    variant: str
    answers: dict[str, object] = json_field()
    """By field id of the kind: text, a number from 0 to 10, a list of texts, or true."""
    visibility: str = "private"
    """private, partner, group, cohort or facilitators; the writer's choice."""
    language: str
    created_at: datetime


class Commitment(SQLModel, table=True):
    """What a person plans to do: an if-then plan, or one of the session's list with an empty cue."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    cue: str = ""
    action: str
    due_on: date | None = None
    """The day of the check-in, in the person's own zone; empty once they want none."""
    status: str = "intended"
    """intended, tried, working, changed or let_go."""
    follow_up: str | None = None
    """The answer to the check-in: done, partly, not or changed."""
    created_at: datetime
    updated_at: datetime
