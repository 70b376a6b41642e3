"""What somebody did with the make-it-stick questions: that they answered, and how often they want them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class StickAnswer(SQLModel, table=True):
    """A person looked at, or answered, the question of a key idea. What they wrote is never kept."""

    __table_args__ = (UniqueConstraint("person_id", "idea_id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    idea_id: int = Field(foreign_key="keyidea.id", index=True)
    answered_at: datetime
    recalled: bool | None = None
    """Whether they say that they recalled it; empty when they went straight to the idea."""


class StickPace(SQLModel, table=True):
    """A person asked for fewer reminders after a series: every second one goes."""

    __table_args__ = (UniqueConstraint("person_id", "cohort_id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    from_place: int
    """The place, from 1, of the reminder on which they said so; it and every second one after it go."""
    since: datetime
