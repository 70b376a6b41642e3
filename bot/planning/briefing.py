"""Who is in the cohort, for its presenters: counts only, small ones hidden, nobody named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.archive.previous_run import last_time_section
from bot.core.cards import Card, Fact, Section
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.sessions.lookup import session_by_id, session_meant, sessions_of, taking_part
from bot.statistics.suppression import ShownTable, suppress
from prompts.text import Marked, Words
from prompts.words import planning as words
from prompts.words.communities import JOB_ROLES, SETTINGS
from storage.people import Community
from storage.sessions import Session, SessionTheme, Theme


async def brief_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(ctx, typed, Action.PREPARE_SESSION)
    return Reply(card=await brief_card(ctx.db, session, ctx.community, ctx.language))


async def brief_pressed(ctx: Context, value: str) -> Reply:
    session, _ = await session_by_id(ctx, value, Action.PREPARE_SESSION)
    return Reply(card=await brief_card(ctx.db, session, ctx.community, ctx.language))


async def brief_card(db: AsyncSession, session: Session, community: Community, language: str) -> Card:
    """By state, role and setting; and what surfaced last time."""
    people = await taking_part(db, session.cohort_id)
    k = community.k_inside
    tables = {
        words.by_state(language): suppress(
            _counts([person.state for person in people], language), k, community.name
        ),
        words.by_role(language): suppress(
            _counts([_label(JOB_ROLES, person.job_role, language) for person in people], language),
            k,
            community.name,
        ),
        words.by_setting(language): suppress(
            _counts([_label(SETTINGS, person.setting, language) for person in people], language),
            k,
            community.name,
        ),
    }
    surfaced = await _surfaced(db, session, language)
    sections = (Section(title=words.surfaced(language), text=", ".join(surfaced)),) if surfaced else ()
    before = await last_time_section(db, session, community, language)
    beside = (before,) if before is not None else ()
    return Card(
        title=words.brief_title(language, number=str(session.number)),
        text=words.brief_text(language, n=len(people)) if len(people) >= k else words.too_few(language),
        facts=tuple(
            Fact(label=label, value=_shown(table, language)) for label, table in tables.items() if table.cells
        ),
        sections=(*sections, *beside),
        context=words.brief_context(language, k=k),
    )


def _label(labels: Mapping[str, Words], value: str, language: str) -> str:
    """A role or setting by its name; one that came with a roster stands as it was written."""
    return str(labels[value](language)) if value in labels else value


def _counts(values: list[str], language: str) -> Mapping[str, int]:
    return Counter(value or str(words.unknown(language)) for value in values)


def _shown(table: ShownTable, language: str) -> Marked:
    lines = [
        words.cell(
            language,
            label=cell.label,
            count=words.hidden(language) if cell.count is None else str(cell.count),
        )
        for cell in table.cells
    ]
    return Marked(", ").join(lines)


async def _surfaced(db: AsyncSession, session: Session, language: str) -> list[str]:
    """The themes coded for the session before this one."""
    before = [one for one in await sessions_of(db, session.cohort_id) if one.starts_at < session.starts_at]
    if not before:
        return []
    themes = await db.scalars(
        select(Theme)
        .join(SessionTheme, col(SessionTheme.theme_id) == Theme.id)
        .where(SessionTheme.session_id == before[-1].id)
        .order_by(col(Theme.id))
    )
    return [title_in(theme.name, language) for theme in themes]
