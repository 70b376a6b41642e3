"""What a report is about, as lists of links call it, and the series that it belongs to.

A scope is ``all``, or a kind and a row id: ``series:3``, ``project:2``, ``year:1``, ``session:9``.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.lookup import row_id, title_in
from prompts.text import Marked, escape
from prompts.words import report_links as words
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Session

ALL = "all"


async def scope_title(db: AsyncSession, scope: str, language: str) -> Marked:
    """What a person calls it; a dash for what is no more."""
    kind, _, number = scope.partition(":")
    if kind == ALL:
        return words.everything(language)
    row = await db.get(KINDS[kind], row_id(number)) if kind in KINDS else None
    if isinstance(row, Series | Session):
        return escape(title_in(row.title, language))
    if isinstance(row, Project):
        return escape(row.title)
    return escape(row.label) if isinstance(row, ProjectYear) else Marked("–")


KINDS: dict[str, type[Series] | type[Project] | type[ProjectYear] | type[Session]] = {
    "series": Series,
    "project": Project,
    "year": ProjectYear,
    "session": Session,
}


async def series_of(db: AsyncSession, scope: str) -> Series | None:
    """The series that a series' or a session's report is about."""
    kind, _, number = scope.partition(":")
    if kind == "series":
        return await db.get(Series, row_id(number))
    session = await db.get(Session, row_id(number)) if kind == "session" else None
    cohort = await db.get(Cohort, session.cohort_id) if session is not None else None
    return await db.get(Series, cohort.series_id) if cohort is not None else None
