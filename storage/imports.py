"""Uploads that were checked and wait for a confirmation."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class ImportDraft(SQLModel, table=True):
    """The content of an upload between its preview and its confirmation; deleted then, or after a day."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    """The cohort of a roster; empty for a community file."""
    content: str
    answers: dict[str, str] = json_field(dict)
    """What was chosen for cells that could not be read, by ``line.column``."""
    created_at: datetime
