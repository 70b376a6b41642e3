"""The settings of a community and of a series: what is set for few of them, and has no column."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from storage.base import JsonModel, Moment


class CommunitySettings(JsonModel):
    """Of a community."""

    setup_code: str = ""
    """By which the first administrator is named; empty when there is one."""
    report_draw: str = ""
    """What decides between equal counts in reports; empty until the first one."""
    file_id: str | None = None
    """Its id in its community file."""
    names: dict[str, str] = Field(default_factory=dict)
    """By language, as its file has them."""


class MessageDecision(JsonModel):
    """What facilitators decided about one group of nudges (step and anchor)."""

    held: bool = False
    released: bool = False
    """Approved, where the series demands approval."""
    moved_to: Moment | None = None
    """Without a zone: a date and time on each reader's own clock."""


class FunderForm(JsonModel):
    """A link to a funder's form that was posted."""

    id: str
    cohort: int
    url: str
    invited: int
    """How many people."""
    day: date
    """When it was posted, in UTC."""


class SeriesSettings(JsonModel):
    """Of a series."""

    summary: dict[str, str] = Field(default_factory=dict)
    """By language."""
    partner_weeks: int | None = None
    """Whole weeks between two rounds of partners; 0 for a round after every session."""
    messages: dict[str, MessageDecision] = Field(default_factory=dict)
    """By group."""
    archived_at: Moment | None = None
    """The moment at which a person closed it."""
    closes_on: Moment | None = None
    """The moment at which it closes by itself."""
    instruments: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By name: the series' own forms, as they are in use."""
    instruments_before: dict[str, list[dict[str, Any] | None]] = Field(default_factory=dict)
    """By name: the versions before, the newest last; null stands for the library's."""
    instruments_prepared: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By name: changed, and not taken into use."""
    instrument_versions: dict[str, int] = Field(default_factory=dict)
    """By name: the highest number that a version has had."""
    funder_forms: list[FunderForm] = Field(default_factory=list)
