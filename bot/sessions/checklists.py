"""What has to be done before every session, by whom and by when; due days move with the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from prompts import dates
from prompts.catalog import languages as our_languages
from prompts.text import Marked
from prompts.words import sessions as words
from storage.sessions import ChecklistItem, Session

USUAL: tuple[tuple[int, Callable[[str], Marked]], ...] = (
    (14, words.item_objectives),
    (14, words.item_run_of_show),
    (7, words.item_slides),
    (7, words.item_breakout_prompt),
    (2, words.item_tech_check),
    (2, words.item_key_ideas),
)
"""Days before the session, and what."""


def default_items(session: Session, languages: Sequence[str]) -> list[ChecklistItem]:
    """The usual list, in the languages of the series that we speak."""
    spoken = [one for one in languages if one in our_languages()] or ["en"]
    return [
        ChecklistItem(
            session_id=session.id,
            position=place,
            text={language: str(item(language)) for language in spoken},
            due_on=_day_of(session) - timedelta(days=days),
        )
        for place, (days, item) in enumerate(USUAL, start=1)
    ]


async def items_of(db: AsyncSession, session_id: int | None) -> list[ChecklistItem]:
    rows = select(ChecklistItem).where(ChecklistItem.session_id == session_id)
    return list(await db.scalars(rows.order_by(col(ChecklistItem.position))))


async def move_due_days(db: AsyncSession, session: Session, by: timedelta) -> None:
    """Move what is not done yet by as many days as the session moved."""
    for item in await items_of(db, session.id):
        if item.due_on is not None and item.done_at is None:
            item.due_on += by


def _day_of(session: Session) -> date:
    return dates.in_zone(session.starts_at, session.zone).date()
