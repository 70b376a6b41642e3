"""Links to reports as they were handed out, and revoked links of any purpose."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class LinkRevocation(SQLModel, table=True):
    """Links of this purpose and subject (and person, when given) made before `before` are dead."""

    id: int = Field(default=None, primary_key=True)
    purpose: str = Field(index=True)
    subject: str
    person_id: int | None = None
    before: datetime


class ReportLink(SQLModel, table=True):
    """A report that one reader may open until `expires_at`: somebody of the community (`person_id`; they see
    numbers as from inside), or an outside reader under the `label` that a staff member gave them."""

    id: int = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    scope: str
    """What the report is about, as a report is asked for: ``series:3``, ``all``."""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    label: str = ""
    language: str = "en"
    made_by_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by_id: int | None = Field(default=None, foreign_key="person.id")
