"""Linking the accounts of one person on several platforms: codes, and what a link brought together."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.base import json_field


class LinkCode(SQLModel, table=True):
    """A one-time code that its owner was given on one platform, to be typed on the other."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    """Where it was given: it does not work there."""
    digest: str = Field(unique=True)
    """SHA-256 of the community and the code; the code itself is shown once and kept nowhere."""
    expires_at: datetime
    used_at: datetime | None = None


class PersonMerge(SQLModel, table=True):
    """Two rows of one human made one, and what it takes to undo that."""

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    """Who stayed."""
    merged_id: int = Field(foreign_key="person.id", index=True)
    """Whose rows went over; that person's own row stays, empty and deleted."""
    at: datetime
    undone_at: datetime | None = None
    moved: dict[str, list[dict[str, object]]] = json_field()
    """Primary keys of the rows that went over, by ``table.column``."""
    set_aside: dict[str, list[dict[str, object]]] = json_field()
    """Rows of the merged person that the other had as well, whole, by table."""
    before: dict[str, list[dict[str, object]]] = json_field()
    """The rows that took over something from a row set aside, as they were, by table."""
