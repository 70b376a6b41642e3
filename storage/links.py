"""Revoked links."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class LinkRevocation(SQLModel, table=True):
    """Links of this purpose and subject (and person, when given) made before `before` are dead."""

    id: int | None = Field(default=None, primary_key=True)
    purpose: str = Field(index=True)
    subject: str
    person_id: int | None = None
    before: datetime
