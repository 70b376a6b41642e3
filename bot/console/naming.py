"""What a planned message is called: its kind, and the session that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import title_in
from prompts.kind_titles import kind_title
from prompts.text import Marked
from prompts.words import console as words
from storage.nudges import Nudge
from storage.sessions import Session

_WHOLE_SERIES = "series:"
"""In a group: the message is about the series, though it is planned by its first or last session."""


async def names_of(db: AsyncSession, language: str, nudges: Iterable[Nudge]) -> dict[int, Marked]:
    """By the nudge's id: ``Join link · session 2: Steady breathing``."""
    wanted = list(nudges)
    about = {one.session_id for one in wanted if one.session_id is not None}
    found = await db.scalars(select(Session).where(col(Session.id).in_(about)))
    sessions = {one.id: one for one in found}
    return {one.id: _name(language, one, sessions) for one in wanted}


async def name_of(db: AsyncSession, language: str, nudge: Nudge) -> Marked:
    return (await names_of(db, language, [nudge]))[nudge.id]


def names_session(nudge: Nudge) -> bool:
    """Whether it is about one session, and not planned by it alone."""
    return nudge.session_id is not None and _WHOLE_SERIES not in nudge.group


def _name(language: str, nudge: Nudge, sessions: Mapping[int, Session]) -> Marked:
    kind = kind_title(language, nudge.kind)
    session = sessions.get(nudge.session_id or 0)
    if session is None or not names_session(nudge):
        return kind
    return words.of_session(
        language, kind=kind, number=session.number, title=title_in(session.title, language)
    )
