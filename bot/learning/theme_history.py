"""Themes followed across sessions, series and years: in how many of the sessions that were coded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Card, Section
from bot.core.context import Context
from bot.core.reply import Reply
from bot.learning.lookup import session_numbered, shown
from bot.learning.themes import session_card
from prompts.words import learning as words
from storage.series import Cohort, ProjectYear, Series
from storage.sessions import Session, SessionStatus, SessionTheme, Theme

MOST_SHOWN = 20


@dataclass(slots=True)
class Trail:
    """Where one theme surfaced: sessions and series by row id, years by label."""

    name: dict[str, str]
    sessions: set[int] = field(default_factory=set)
    series: set[int] = field(default_factory=set)
    years: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class ThemeHistory:
    """`coded` sessions have at least one theme; the trails are in order of how often they surfaced."""

    coded: int
    trails: tuple[Trail, ...]


async def theme_history(ctx: Context) -> ThemeHistory:
    """All of this community's themes that surfaced anywhere; cancelled sessions do not count."""
    rows = await ctx.db.execute(
        select(Theme, Session.id, Series.id, ProjectYear.label)
        .join(SessionTheme, col(SessionTheme.theme_id) == Theme.id)
        .join(Session, col(Session.id) == SessionTheme.session_id)
        .join(Cohort, col(Cohort.id) == Session.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .join(ProjectYear, col(ProjectYear.id) == Series.year_id)
        .where(Theme.community_id == ctx.community.id, Session.status != SessionStatus.CANCELLED)
    )
    trails: dict[int, Trail] = {}
    coded: set[int] = set()
    for theme, session_id, series_id, year in rows:
        trail = trails.setdefault(theme.id, Trail(theme.name))
        trail.sessions.add(session_id)
        trail.series.add(series_id)
        trail.years.add(year)
        coded.add(session_id)
    ordered = sorted(trails.values(), key=lambda one: (-len(one.sessions), shown(one.name, "en")))
    return ThemeHistory(len(coded), tuple(ordered))


async def themes_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With a number: that session's. Without: all of them, over the years."""
    if typed.get("number") is not None:
        session = await session_numbered(ctx, typed["number"], typed.get("cohort") or "")
        return Reply(card=await session_card(ctx, session))
    language = ctx.language
    history = await theme_history(ctx)
    sections = tuple(
        Section(
            title=shown(trail.name, language),
            text=words.theme_counts(
                language,
                n=len(trail.sessions),
                coded=history.coded,
                series=len(trail.series),
                years=", ".join(sorted(trail.years)),
            ),
        )
        for trail in history.trails[:MOST_SHOWN]
    )
    if not sections:
        return Reply(card=Card(text=words.no_themes_at_all(language)))
    return Reply(card=Card(title=words.themes_over_time(language), sections=sections))
