"""Attendance reports that were read and wait for a person to confirm who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field

UnreadKey = Literal["no_name", "no_duration", "leaves_first", "quotes", "too_long"]
NoteKey = Literal["no_time", "no_leave", "waited"]


@dataclass(frozen=True, slots=True)
class Join:
    """One stay. Times are the report's own wall clock (with their offset where it tells one), None where it
    has none or none that can be read, on `NO_DAY` where no day is known; `minutes` as it says."""

    joined: datetime | None
    left: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One participant: the name shown, the account's own name, the email (lower case) where told. `also`
    holds further addresses of theirs, such as the one they registered with."""

    name: str
    original: str
    email: str
    joins: tuple[Join, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A line (from 1) that was left out: `key` says why, `given` is what could not be read."""

    line: int
    key: UnreadKey
    given: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line that was read, and what to know of it: a time that could not be read, a leave that is missing,
    or somebody who was never let in."""

    line: int
    key: NoteKey
    given: str = ""


@dataclass(frozen=True, slots=True)
class ReportRemarks:
    """What else a report told: lines not read, lines with a note, names of who registered and did not come,
    and in which order its dates are read, and what decided that (`bot.sessions.meeting_reports.moments`)."""

    unread: tuple[Unread, ...] = ()
    notes: tuple[Note, ...] = ()
    absent: tuple[str, ...] = ()
    dates: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class StoodBefore:
    """What a row of attendance held before a report was recorded."""

    minutes: int | None
    stays: tuple[Join, ...] | None


class AttendanceDraft(SQLModel, table=True):
    """What a meeting report said, from its reading until a day later, so that recording it can be undone."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    """Who uploaded it, and alone may confirm it."""
    source: str
    """zoom, teams or meet."""
    entries: tuple[Entry, ...] = json_field(tuple, tuple[Entry, ...])
    said: ReportRemarks = json_field(ReportRemarks, ReportRemarks)
    chosen: dict[int, int] = json_field(dict, dict[int, int])
    """Person ids by index of entry, as chosen so far; 0 for a person who is not of the cohort."""
    recorded_at: datetime | None = None
    """When it was recorded; none while it waits for that."""
    before: dict[int, StoodBefore | None] = json_field(dict, dict[int, StoodBefore | None])
    """By person id, what stood before it was recorded; null where there was no row."""
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
