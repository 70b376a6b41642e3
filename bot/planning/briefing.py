"""Who is in the cohort, for its presenters: counts only, small ones hidden, nobody named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.archive.last_time import last_time_section
from bot.cards import Card, Fact, Section
from bot.communities.lookup import title_in
from bot.desk import Desk
from bot.feature import Reply, Words
from bot.permissions import Action
from bot.reports.suppression import ShownTable, suppress
from bot.sessions.lookup import session_by_id, session_meant, sessions_of, taking_part
from prompts.text import Marked
from prompts.words import planning as words
from prompts.words.communities import JOB_ROLES, SETTINGS
from storage.people import Community
from storage.sessions import Session, SessionTheme, Theme


async def brief_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(desk, typed, Action.PREPARE_SESSION)
    return Reply(card=await brief_card(desk.db, session, desk.community, desk.language))


async def brief_pressed(desk: Desk, value: str) -> Reply:
    session, _ = await session_by_id(desk, value, Action.PREPARE_SESSION)
    return Reply(card=await brief_card(desk.db, session, desk.community, desk.language))


async def brief_card(db: AsyncSession, session: Session, community: Community, say: str) -> Card:
    """By state, role and setting; and what surfaced last time."""
    people = await taking_part(db, session.cohort_id)
    k = community.k_inside
    tables = {
        words.by_state(say): suppress(_counts([one.state for one in people], say), k, community.name),
        words.by_role(say): suppress(
            _counts([_label(JOB_ROLES, one.job_role, say) for one in people], say), k, community.name
        ),
        words.by_setting(say): suppress(
            _counts([_label(SETTINGS, one.setting, say) for one in people], say), k, community.name
        ),
    }
    surfaced = await _surfaced(db, session, say)
    sections = (Section(title=words.surfaced(say), text=", ".join(surfaced)),) if surfaced else ()
    before = await last_time_section(db, session, community, say)
    beside = (before,) if before is not None else ()
    return Card(
        title=words.brief_title(say, number=str(session.number)),
        text=words.brief_text(say, n=len(people)) if len(people) >= k else words.too_few(say),
        facts=tuple(
            Fact(label=label, value=_shown(table, say)) for label, table in tables.items() if table.cells
        ),
        sections=(*sections, *beside),
        context=words.brief_context(say, k=k),
    )


def _label(labels: Mapping[str, Words], value: str, say: str) -> str:
    """A role or setting by its name; one that came with a roster stands as it was written."""
    return str(labels[value](say)) if value in labels else value


def _counts(values: list[str], say: str) -> Mapping[str, int]:
    return Counter(value or str(words.unknown(say)) for value in values)


def _shown(table: ShownTable, say: str) -> Marked:
    lines = [
        words.cell(say, label=one.label, count=words.hidden(say) if one.count is None else str(one.count))
        for one in table.cells
    ]
    return Marked(", ").join(lines)


async def _surfaced(db: AsyncSession, session: Session, say: str) -> list[str]:
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
    return [title_in(theme.name, say) for theme in themes]
