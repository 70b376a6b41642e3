"""Attendance reports that were read and wait for a person to confirm who is who."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field


class AttendanceDraft(SQLModel, table=True):
    """What a meeting report said, from its reading until a day later, so that recording it can be undone.

    `entries` is one object for each participant: ``name``, ``original``, ``email``, and ``joins``, each
    ``[join, leave, minutes]`` with local wall-clock times in ISO form, or null where the report has none; and
    ``also``, further addresses.
    """

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    """Who uploaded it, and alone may confirm it."""
    source: str
    """zoom, teams or meet."""
    entries: list[dict[str, object]] = json_field(list)
    said: dict[str, Any] = json_field(dict)
    """``unread`` and ``notes`` as [line, key, given], names of ``absent`` people, how ``dates`` are read."""
    chosen: dict[str, int] = json_field(dict)
    """Person ids by index of entry, as chosen so far; 0 for a person who is not of the cohort."""
    recorded_at: datetime | None = None
    """When it was recorded; none while it waits for that."""
    before: dict[str, dict[str, Any] | None] = json_field(dict)
    """By person id, what stood before it was recorded: ``minutes`` and ``stays``, or null where there was no
    row."""
    created_at: datetime


class ConfirmedName(SQLModel, table=True):
    """The person that a name in a meeting report stood for, as confirmed; the next report proposes them."""

    __table_args__ = (UniqueConstraint("cohort_id", "shown"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    shown: str
    """The name's words in lower case, without accents and signs."""
    person_id: int = Field(foreign_key="person.id", index=True)
    confirmed_at: datetime
