"""Experiments with the wording or the time of a message, as they were planned before they began."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from storage.base import json_field


class ExperimentState(StrEnum):
    """planned: shown to the facilitator who wrote it; running; stopped: no more draws."""

    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"


class Varies(StrEnum):
    """What an experiment varies."""

    WORDING = "wording"
    TIME = "time"


class Experiment(SQLModel, table=True):
    """Two wordings, or two times of day, of one kind of message in one cohort, drawn for each person and
    occasion."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    kind: str
    """The kind of message; its usual wording and time are the other arm."""
    varies: str = "wording"
    opening: dict[str, str] = json_field()
    """The new arm's first line, by language; empty where the time varies."""
    at_minutes: int | None = None
    """The new arm's time of day, in minutes after midnight of the reader; empty where the wording varies."""
    wanted: float
    """The difference of shares that is worth finding."""
    detectable: float
    """The smallest difference that would be found in four of five such experiments, said beforehand."""
    seed: str
    """What the draws are made from; its digest stands in the audit trail from the start."""
    state: str = "planned"
    planned_by_id: int = Field(foreign_key="person.id")
    planned_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
