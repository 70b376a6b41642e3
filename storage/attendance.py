"""Attendance reports that were read and wait for a person to confirm who is who."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class AttendanceDraft(SQLModel, table=True):
    """What a meeting report said, between its reading and its confirmation; deleted then, or after a day.

    `entries` is one object for each participant: ``name``, ``original``, ``email``, and ``joins``, each
    ``[join, leave, minutes]`` with local wall-clock times in ISO form, or null where the report has none.
    """

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    """Who uploaded it, and alone may confirm it."""
    source: str
    """zoom or teams."""
    entries: list[dict[str, object]] = json_field(list)
    created_at: datetime
