"""What reports have published, cut by cut, and the workforce that reach is held against.

A cut is kept as it was made: two readers of one report see the same numbers, and the next cut is hidden
against everything that readers may already hold. Counts only; no row belongs to a person.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from storage.base import json_field, optional_json_field


class ReportCut(SQLModel, table=True):
    """The community's reports were made for this day; a `revision` above 1 was made again after a
    correction."""

    __table_args__ = (UniqueConstraint("community_id", "cut", "revision"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    cut: date
    """A day in the community's zone; everything before it began is in."""
    revision: int = 1
    made_at: datetime
    proved: bool = False
    """Whether each number hidden in any table by group, ever published, was proved not to be worked out."""


class PublishedTable(SQLModel, table=True):
    """One table of one report from this cut on, until a later cut brings a newer one.

    `counts` are the true counts. What readers see leaves out the groups in `hidden_inside` (community's own
    readers) or `hidden_outside` (everybody else); where that is empty (null) the table is withheld.
    """

    __table_args__ = (
        UniqueConstraint("cut_id", "scope", "name"),
        Index("ix_publishedtable_scope", "community_id", "scope", "name"),
    )

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id")
    cut_id: int = Field(foreign_key="reportcut.id", index=True)
    scope: str
    """``all``, ``year:2``, ``project:1``, ``series:3`` or ``session:9``."""
    name: str
    """``state``, ``completion``, ``recommendation`` …"""
    counts: dict[str, int] = json_field()
    hidden_inside: list[str] | None = optional_json_field()
    hidden_outside: list[str] | None = optional_json_field()


class WorkforceGroup(SQLModel, table=True):
    """How many people work in a role in a state: the benchmark that an administrator loaded."""

    __table_args__ = (UniqueConstraint("community_id", "state", "role"),)

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    state: str
    role: str
    headcount: int
