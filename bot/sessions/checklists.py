"""What has to be done before every session, by whom and by when; due days move with the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from prompts import dates
from prompts.catalog import languages as our_languages
from prompts.text import Marked
from prompts.words import sessions as words
from storage.sessions import ChecklistItem, KeyIdea, Objective, Segment, Session

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


async def open_items(db: AsyncSession, session: Session) -> list[ChecklistItem]:
    """What is still to do: neither ticked off, nor there already."""
    there = await _there_already(db, session)
    return [
        one for one in await items_of(db, session.id) if one.done_at is None and not _is_one_of(one, there)
    ]


async def tick_what_is_there(db: AsyncSession, session: Session, now: datetime) -> None:
    """Tick off what the session has already."""
    there = await _there_already(db, session)
    for item in await items_of(db, session.id):
        if item.done_at is None and _is_one_of(item, there):
            item.done_at = now


def _is_one_of(item: ChecklistItem, usual: Sequence[Callable[[str], Marked]]) -> bool:
    return any(
        str(one(language)) == text
        for one in usual
        for language, text in item.text.items()
        if language in our_languages()
    )


async def _there_already(db: AsyncSession, session: Session) -> list[Callable[[str], Marked]]:
    """The usual items that the session itself answers."""
    found: list[Callable[[str], Marked]] = (
        [words.item_breakout_prompt] if any(session.breakout_prompt.values()) else []
    )
    for item, table in (
        (words.item_objectives, Objective),
        (words.item_run_of_show, Segment),
        (words.item_key_ideas, KeyIdea),
    ):
        rows = select(table).where(col(table.session_id) == session.id)
        if (await db.scalars(rows.limit(1))).first() is not None:
            found.append(item)
    return found


async def move_due_days(db: AsyncSession, session: Session, by: timedelta) -> None:
    """Move what is not done yet by as many days as the session moved."""
    for item in await items_of(db, session.id):
        if item.due_on is not None and item.done_at is None:
            item.due_on += by


def _day_of(session: Session) -> date:
    return dates.in_zone(session.starts_at, session.zone).date()
