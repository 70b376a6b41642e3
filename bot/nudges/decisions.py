"""What facilitators decided about a message, for all its readers at once: held, released, moved.

Kept with the series, not on the rows: it holds for readers who join later and for rows that come back.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from storage.series import Series

_SETTING = "messages"


class Decision(BaseModel):
    """About one group of nudges (step and anchor)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    held: bool = False
    released: bool = False
    """Approved, where the series demands approval."""
    moved_to: datetime | None = None
    """Without a zone: a date and time on each reader's own clock."""


NO_DECISION = Decision()


def decisions_of(series: Series) -> dict[str, Decision]:
    """By group."""
    stored = series.settings.get(_SETTING)
    if not isinstance(stored, dict):
        return {}
    return {group: Decision.model_validate(each) for group, each in stored.items()}


def decide(series: Series, group: str, decision: Decision) -> None:
    """Write it down; the caller holds the series' row and plans anew afterwards."""
    decisions = decisions_of(series) | {group: decision}
    stored = {
        one: each.model_dump(mode="json", exclude_defaults=True)
        for one, each in decisions.items()
        if each != NO_DECISION
    }
    series.settings = {**series.settings, _SETTING: stored}
