"""What facilitators decided about a message, for all its readers at once: held, released, moved.

Kept with the series, not on the rows: it holds for readers who join later and for rows that come back.
"""

from __future__ import annotations

from storage.series import Series
from storage.settings import MessageDecision

NO_DECISION = MessageDecision()


def decide(series: Series, group: str, decision: MessageDecision) -> None:
    """Write it down; the caller holds the series' row and plans anew afterwards."""
    decisions = series.settings.messages | {group: decision}
    kept = {one: each for one, each in decisions.items() if each != NO_DECISION}
    series.settings = series.settings.model_copy(update={"messages": kept})
