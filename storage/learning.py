"""What somebody did with the make-it-stick questions: that they answered, and how often they want them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import json_field


class RecallChoice(SQLModel, table=True):
    """What a facilitator decided about a key idea after the series: asked again, on the page, or neither.

    An approved idea without a row is part of the proposal (`bot.learning.recall_plan`)."""

    __table_args__ = (UniqueConstraint("cohort_id", "idea_id"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    idea_id: int = Field(foreign_key="keyidea.id", index=True)
    role: str
    """core (asked again), page (shown on the page alone) or dropped."""
    places: list[int] = json_field(list)
    """The reminders that ask it, counted from 1; empty: as proposed."""
    position: int = 0
    decided_by_id: int = Field(foreign_key="person.id")
    decided_at: datetime


class StickAnswer(SQLModel, table=True):
    """A person looked at, or answered, the question of a key idea. What they wrote is never kept."""

    __table_args__ = (UniqueConstraint("person_id", "idea_id", "place"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    idea_id: int = Field(foreign_key="keyidea.id", index=True)
    place: int = 0
    """The reminder that asked it, from 1; 0 for the question of a look back."""
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
