"""What writes a message when it goes, and what it works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Card
from bot.core.links import Links
from bot.core.reply import Skip
from storage.nudges import Nudge
from storage.people import Community, Person


@dataclass(slots=True)
class ComposeContext:
    """What a composer works with: a nudge, its reader, and a database to read from (nothing is kept).

    For a channel post `reader` is None, `zone` the cohort's anchor zone, and `language` the cohort's first.
    """

    db: AsyncSession
    now: datetime
    nudge: Nudge
    reader: Person | None
    language: str
    zone: str
    community: Community
    links: Links


Composer = Callable[[ComposeContext], Awaitable[Card | Skip]]
"""Writes the message of a nudge for its reader, from what is true now."""
