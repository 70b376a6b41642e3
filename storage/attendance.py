"""Attendance reports that were read and wait for a person to confirm who is who."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field


class AttendanceDraft(SQLModel, table=True):
    """What a meeting report said, between its reading and its confirmation; deleted then, or after a day.

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
