"""Sessions, their segments, objectives and presenters, attendance, themes and key ideas.

`Session` is a live event of a cohort, as in the glossary; a database session is an `AsyncSession`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.attendance import Join
from storage.base import JsonModel, json_field, optional_json_field


class SessionStatus(StrEnum):
    """The states of a session."""

    SCHEDULED = "scheduled"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


Named = dict[str, str]
"""An ``id``, and a text by language."""


class SessionResource(JsonModel):
    """A link of a session."""

    id: str
    type: str = ""
    minutes: int
    """Whole minutes that it takes."""
    title: dict[str, str]
    url: dict[str, str]
    """By language."""
    alt: dict[str, str] | None = None


class SessionExtras(JsonModel):
    """What a community file says of a session beyond its columns."""

    id: str | None = None
    """The file's."""
    themes: list[Named] = Field(default_factory=list)
    """Likely to surface."""
    commitments: list[Named] = Field(default_factory=list)
    """To choose from."""
    resources: list[SessionResource] = Field(default_factory=list)
    pre_work_resource: str | None = None
    """The id of one of them."""
    on_form: list[int] | None = None
    """The positions of the objectives that the form asks about; none where nobody chose."""
    group_size: int | None = None


NO_EXTRAS = SessionExtras()


class Session(SQLModel, table=True):
    """One live event. `starts_at` is UTC; `zone` is the IANA zone it was planned in."""

    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    number: int
    title: dict[str, str] = json_field()
    starts_at: datetime = Field(index=True)
    zone: str
    minutes: int
    join_link: str = ""
    pre_work: dict[str, str] = json_field()
    pre_work_minutes: int = 0
    breakout_prompt: dict[str, str] = json_field()
    status: str = "scheduled"
    """scheduled, delivered or cancelled."""
    cancelled_because: str = ""
    moved_from: datetime | None = None
    """Where it stood before the last move, so that messages can say so."""
    check_in_code: str = ""
    uid: str
    """The calendar event's stable id."""
    extras: SessionExtras | None = optional_json_field(SessionExtras)
    revision: int = 1
    """Grows with every edit; an edit names the revision it saw, so the last write never silently wins."""


class Objective(SQLModel, table=True):
    """A measurable statement of what people can do after a session."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    position: int
    text: dict[str, str] = json_field()


class Segment(SQLModel, table=True):
    """A part of a session: didactic, breakout, case or plenary."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    position: int
    kind: str
    title: dict[str, str] = json_field()
    minutes: int
    presenter_id: int | None = Field(default=None, foreign_key="person.id")


class SessionPresenter(SQLModel, table=True):
    """A person presents a session, or leads a part of it."""

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)


class Attendance(SQLModel, table=True):
    """One person at one session; `minutes` where a report told them, `marked` where somebody said so."""

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    minutes: int | None = None
    stays: tuple[Join, ...] | None = optional_json_field(tuple[Join, ...])
    """Each that a report told: two accounts of one person add up, and time on both at once counts once."""
    marked: bool | None = None
    """True or False where a facilitator or the person said so; that outweighs the minutes."""
    source: str
    """self, facilitator, zoom or teams."""
    corrected_by_id: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime


class InvitationAnswer(StrEnum):
    """What somebody's calendar answers to an invitation."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class InvitationReply(SQLModel, table=True):
    """One person's newest answer to the invitation to a session, until that is moved."""

    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    answer: str
    answered_at: datetime


class Theme(SQLModel, table=True):
    """A topic that surfaced, followed across sessions, series and years of a community."""

    __table_args__ = (UniqueConstraint("community_id", "slug"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    slug: str
    name: dict[str, str] = json_field()


class SessionTheme(SQLModel, table=True):
    """A facilitator coded that this theme surfaced in this session."""

    __table_args__ = (UniqueConstraint("session_id", "theme_id"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    theme_id: int = Field(foreign_key="theme.id", index=True)
    coded_by_id: int | None = Field(default=None, foreign_key="person.id")
    coded_at: datetime


class KeyIdea(SQLModel, table=True):
    """A takeaway people can use in daily work. `text` by language: idea, question, answer, use, and
    variants by role or setting under ``use:role:…`` and ``use:setting:…``."""

    __table_args__ = (UniqueConstraint("session_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    position: int
    slug: str = ""
    text: dict[str, dict[str, str]] = json_field()
    approved_by_id: int | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = None
    stick_days: int | None = None
    """Days after the series when the make-it-stick reminder carries this idea."""
    revision: int = 1
    """Grows with every edit; an edit of an idea names the revision it saw."""


class ChecklistItem(SQLModel, table=True):
    """Something a presenter or facilitator has to do before a session."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", index=True)
    position: int
    text: dict[str, str] = json_field()
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    due_on: date | None = None
    done_at: datetime | None = None
