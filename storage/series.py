"""Projects and their years, series, cohorts with their channels, and enrollments."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import HOME_ZONE, JsonModel, Moment, json_field, model_field, optional_json_field
from storage.settings import SeriesSettings


class EnrollmentStatus(StrEnum):
    """Where a person stands in a cohort."""

    INVITED = "invited"
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class SeriesStatus(StrEnum):
    """The states of a series."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    ARCHIVED = "archived"


class ProjectYear(SQLModel, table=True):
    """A funding year with a label such as "Year 6: '23-'24"; not a calendar year."""

    __table_args__ = (UniqueConstraint("community_id", "label"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    label: str
    starts_on: date
    ends_on: date


class Project(SQLModel, table=True):
    """A funded line of work; may span project years."""

    __table_args__ = (UniqueConstraint("community_id", "title"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    title: str
    funder: str = ""


class Series(SQLModel, table=True):
    """Ordered sessions on a topic."""

    __table_args__ = (UniqueConstraint("community_id", "slug"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    year_id: int = Field(foreign_key="projectyear.id", index=True)
    slug: str
    """Short unique name that people type: lower case, digits, hyphens."""
    title: dict[str, str] = json_field()
    """By language."""
    goals: list[dict[str, str]] = json_field(list)
    languages: list[str] = json_field(lambda: ["en"])
    completion_share: float = 0.75
    cadence: list[dict[str, object]] | None = optional_json_field()
    """The series' own cadence steps; empty for the default cadence."""
    needs_approval: bool = False
    """When true, a message to a cohort waits until a facilitator releases it."""
    status: str = "planned"
    """planned, running, closed (the last session is over) or archived (read-only)."""
    cloned_from_id: int | None = Field(default=None, foreign_key="series.id")
    settings: SeriesSettings = model_field(SeriesSettings)
    created_at: datetime
    closed_at: datetime | None = None


class Cohort(SQLModel, table=True):
    """The people who take a series together."""

    __table_args__ = (UniqueConstraint("series_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    series_id: int = Field(foreign_key="series.id", index=True)
    name: str
    zone: str = HOME_ZONE
    """Anchor zone: offsets in days keep the wall-clock time of this zone."""
    capacity: int | None = None
    join_code: str = ""
    created_at: datetime


class CohortChannel(SQLModel, table=True):
    """A channel of a cohort; a cohort with members on two platforms has one on each."""

    __table_args__ = (UniqueConstraint("workspace_id", "conversation"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    conversation: str
    reference: dict[str, str] = json_field()
    name: str = ""
    closed_at: datetime | None = None
    """When the bot was taken out of it; nothing is posted there until it is let in again."""


class ToldLoad(JsonModel):
    """How many messages a person was told to expect."""

    since: Moment
    until: date
    during: int
    """From `since` to the last session's day `until`, on the cohort's calendar."""
    after: int
    """From then on."""


class Enrollment(SQLModel, table=True):
    """One person in one cohort."""

    __table_args__ = (UniqueConstraint("cohort_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    status: str = "invited"
    """invited, active, paused, left, or waiting for a seat."""
    paused_until: date | None = None
    consented_at: datetime | None = None
    stick_opt_in: bool = True
    """Make it stick reminders and commitment check-ins."""
    follow_up_opt_in: bool = True
    partners_opt_in: bool = False
    introduction: dict[str, str] = json_field()
    told_load: ToldLoad | None = optional_json_field(ToldLoad)
    has_calendar: bool = False
    """They have the sessions in their own calendar: the message of the day before is left out."""
    calendar_fetched_at: datetime | None = None
    """When their calendar first asked for the feed; one that asks again is a subscription."""
    joined_at: datetime | None = None
    left_at: datetime | None = None
