"""The one place that builds a nudge by hand: a message that goes as it is, outside the cadence."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from bot.core.cards import Card
from storage.nudges import Nudge


class About(TypedDict, total=False):
    """Whom it goes to, what it is about, and until when (UTC) it is worth sending."""

    cohort_id: int | None
    session_id: int | None
    subject_id: int | None
    person_id: int | None
    channel_id: int | None
    address: dict[str, object] | None
    group: str
    expires_at: datetime | None


def note(
    key: str,
    community_id: int,
    now: datetime,
    *,
    card: Card | None = None,
    kind: str = "note",
    nature: str = "logistics",
    due_at: datetime | None = None,
    **about: Unpack[About],
) -> Nudge:
    """A nudge that is due at once (or at `due_at`, UTC). The same `key` never goes twice. Without a card
    its kind's composer writes it when it goes."""
    return Nudge(
        key=key,
        community_id=community_id,
        kind=kind,
        nature=nature,
        card=card.model_dump(mode="json") if card else None,
        due_at=due_at or now,
        created_at=now,
        **about,
    )
