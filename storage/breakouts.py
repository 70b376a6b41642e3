"""Breakout rounds and learning partners: who is with whom, what they brought back, who should not meet."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.base import JsonModel, json_field, model_field


class RoundStatus(StrEnum):
    """The states of a breakout or partner round."""

    PREVIEW = "preview"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class GroupsBefore(JsonModel):
    """The groups that Undo returns to."""

    groups: list[list[int]]
    seed: int
    explanation: dict[str, object]


class OpenedIn(JsonModel):
    """A conversation of (a part of) a group in one workspace; without one, none could be opened there."""

    workspace_id: int
    version: int
    """Of the group, when it was opened."""
    conversation: str = ""
    reference: dict[str, str] = Field(default_factory=dict)
    language: str = ""


class Troubles(JsonModel):
    """What the platform said, by person id."""

    singly: dict[str, str] = Field(default_factory=dict)
    """Of those who were written to one by one."""
    missed: dict[str, str] = Field(default_factory=dict)
    """Of those who could not be told."""


class BreakoutDraft(JsonModel):
    """What a preview is made of, and what a round keeps beside its groups."""

    people: list[int] = Field(default_factory=list)
    """Who is present."""
    groups: list[list[int]] = Field(default_factory=list)
    """Of person ids."""
    locks: dict[str, int] = Field(default_factory=dict)
    """The group's index, by person id."""
    mix: list[str] | None = None
    """Traits; none where nobody was asked."""
    match: list[str] = Field(default_factory=list)
    wanted_groups: int | None = None
    """In place of a size."""
    by_check_in: bool = False
    left_out: list[int] = Field(default_factory=list)
    """By hand."""
    prompts: dict[str, str] = Field(default_factory=dict)
    """The question by language."""
    before: GroupsBefore | None = None
    told: bool = False
    """Partners: everybody was told at once, by hand."""
    troubles: Troubles = Troubles()


class BreakoutRound(SQLModel, table=True):
    """One round of groups. While it is a preview its groups are in `draft` only; opening writes the rows
    that history is made of, so that a plan which never happened is never counted."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", index=True)
    """The live session; for partners the session that the cadence counts from, empty when called by hand."""
    kind: str = "breakout"
    """breakout or partners."""
    size: int = 3
    minutes: int = 10
    prompt: str = ""
    seed: int = 0
    status: str = "preview"
    """preview, open, closed or cancelled."""
    revision: int = 1
    """Grows with every change of the preview: a button of an older card is stale."""
    draft: BreakoutDraft = model_field(BreakoutDraft)
    explanation: dict[str, object] = json_field()
    """`Explanation.as_dict()` of the engine."""
    made_by_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime
    opened_at: datetime | None = None
    ends_at: datetime | None = None
    closed_at: datetime | None = None


class BreakoutGroup(SQLModel, table=True):
    """One group of an opened round, with the conversations that it was opened in."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="breakoutround.id", index=True)
    number: int
    """From 1, as people read it."""
    addresses: list[OpenedIn] = json_field(list, list[OpenedIn])
    version: int = 1
    """Grows when somebody joins or moves: the conversation is then opened anew."""


class GroupMember(SQLModel, table=True):
    """A person in a group."""

    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="breakoutgroup.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    odd: bool = False
    """Sat in the odd group: the seat that rotates."""
    reached: bool | None = None
    """Whether they were told of their group, in its conversation or by a message of their own. None while the
    group is being opened; False when it ended so."""
    present: bool | None = None
    """Whether they really were there, where somebody said so; else the attendance of the session tells."""


class PairRule(SQLModel, table=True):
    """Two people who must not meet (never: confidential), are kept apart, or kept together. Mutual; the
    smaller id stands first. Without a cohort it holds in the whole community."""

    __table_args__ = (UniqueConstraint("kind", "first_id", "second_id", "set_by_id", "cohort_id"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id", index=True)
    kind: str
    """never, apart or together."""
    first_id: int = Field(foreign_key="person.id", index=True)
    second_id: int = Field(foreign_key="person.id", index=True)
    set_by_id: int = Field(foreign_key="person.id", index=True)
    set_at: datetime


class HarvestNote(SQLModel, table=True):
    """The one insight that a group brings back."""

    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="breakoutgroup.id", unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    text: str
    written_at: datetime
    posted_at: datetime | None = None


class PartnerAnswer(SQLModel, table=True):
    """What one of the partners said to "did you meet?"."""

    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="breakoutgroup.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    answer: str
    """yes, scheduled, not_yet or no."""
    answered_at: datetime


class PartnerPause(SQLModel, table=True):
    """Somebody sits out: the next round only, until a day, or (silent) until they come back themselves."""

    __table_args__ = (UniqueConstraint("cohort_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    because: str
    """skip, asked or silent; returned for somebody who is paired again (silence counts from `since`)."""
    until: date | None = None
    since: datetime
