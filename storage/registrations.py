"""A cohort's registration page, and the people who asked for a place there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint


class RegistrationState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    """The address is not confirmed yet: nothing else is known to be theirs."""
    CONFIRMED = "confirmed"
    """A facilitator decides."""
    ACCEPTED = "accepted"
    DECLINED = "declined"


class RegistrationPage(SQLModel, table=True):
    """The open door of one cohort, for people who are on none of its platforms."""

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", unique=True)
    opened_by_id: int = Field(foreign_key="person.id", index=True)
    opened_at: datetime
    closed_at: datetime | None = None
    needs_approval: bool = False


class Registration(SQLModel, table=True):
    """One request for a place. It is no `Person` before the address is confirmed."""

    __table_args__ = (UniqueConstraint("cohort_id", "email"),)

    id: int = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    email: str
    """Lower case."""
    name: str
    language: str = "en"
    state: str = ""
    job_role: str = ""
    organisation: str = ""
    asked_at: datetime
    mails: int = 0
    """Confirmation messages sent to this address for this cohort."""
    status: RegistrationState = RegistrationState.ASKED
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """Whose it is, once confirmed."""
