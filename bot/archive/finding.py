"""The archive: series that are over, by project year, found by a year, a theme or a word of their title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import archive as words
from storage.series import Cohort, ProjectYear, Series, SeriesStatus
from storage.sessions import Session, SessionStatus, SessionTheme, Theme

MOST_SHOWN = 12
_MOST_THEMES = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """One series of the archive: its project year, how many sessions were held, and the themes that
    surfaced, most often first."""

    series: Series
    year: ProjectYear
    sessions: int
    first_day: date | None
    last_day: date | None
    themes: tuple[Theme, ...]

    def fits(self, wanted: str) -> bool:
        """Whether a year ("Year 6", "2025") or words of a theme or title are this series'."""
        if not wanted:
            return True
        if wanted.isdecimal() and len(wanted) == 4:
            days = [one for one in (self.first_day, self.last_day) if one is not None]
            return any(str(day.year) == wanted for day in days) or wanted in self.year.label
        names = [self.year.label, self.series.slug, *self.series.title.values()]
        names += [name for theme in self.themes for name in (theme.slug, *theme.name.values())]
        return any(wanted in name.casefold() for name in names)


async def archive_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """All of it, or what fits; each with its themes, and what can be done with it."""
    language, wanted = ctx.language, " ".join(str(typed.get("what") or "").split()).casefold()
    kept = await everything_kept(ctx)
    if not kept:
        raise Refusal(words.archive_empty(language))
    found = [one for one in kept if one.fits(wanted)]
    if not found:
        years = ", ".join(dict.fromkeys(one.year.label for one in kept))
        themes = ", ".join(_names([theme for one in kept for theme in one.themes], language))
        raise Refusal(words.archive_none(language, given=wanted[:60], years=years, themes=themes or "–"))
    sections = [await _section(ctx, one) for one in found[:MOST_SHOWN]]
    more = words.archive_more(language, n=len(found) - MOST_SHOWN) if len(found) > MOST_SHOWN else ""
    return Reply(card=Card(title=words.archive_title(language), sections=tuple(sections), context=more))


async def everything_kept(ctx: Context) -> list[Kept]:
    """This community's closed and archived series, the newest first."""
    rows = await ctx.db.execute(
        select(Series, ProjectYear)
        .join(ProjectYear, col(ProjectYear.id) == Series.year_id)
        .where(Series.community_id == ctx.community.id, col(Series.status).in_(["closed", "archived"]))
        .order_by(col(ProjectYear.starts_on).desc(), col(Series.id).desc())
    )
    found = [(row[0], row[1]) for row in rows]
    ids = [series.id for series, _ in found]
    held = await _held(ctx, ids)
    themes = await _themes(ctx, ids)
    return [
        Kept(series, year, *held.get(series.id, (0, None, None)), tuple(themes.get(series.id, ())))
        for series, year in found
    ]


async def _held(ctx: Context, ids: Sequence[int | None]) -> dict[int, tuple[int, date | None, date | None]]:
    rows = await ctx.db.execute(
        select(Cohort.series_id, func.count(), func.min(Session.starts_at), func.max(Session.starts_at))
        .join(Session, col(Session.cohort_id) == Cohort.id)
        .where(col(Cohort.series_id).in_(ids), Session.status != SessionStatus.CANCELLED)
        .group_by(col(Cohort.series_id))
    )
    return {row[0]: (row[1], row[2].date(), row[3].date()) for row in rows}


async def _themes(ctx: Context, ids: Sequence[int | None]) -> dict[int, list[Theme]]:
    rows = await ctx.db.execute(
        select(Cohort.series_id, Theme, func.count())
        .join(Session, col(Session.cohort_id) == Cohort.id)
        .join(SessionTheme, col(SessionTheme.session_id) == Session.id)
        .join(Theme, col(Theme.id) == SessionTheme.theme_id)
        .where(col(Cohort.series_id).in_(ids), Session.status != SessionStatus.CANCELLED)
        .group_by(col(Cohort.series_id), col(Theme.id))
        .order_by(func.count().desc(), col(Theme.id))
    )
    found: dict[int, list[Theme]] = {}
    for series_id, theme, _ in rows:
        found.setdefault(series_id, []).append(theme)
    return found


async def _section(ctx: Context, kept: Kept) -> Section:
    language, series = ctx.language, kept.series
    themes = ", ".join(_names(kept.themes, language)[:_MOST_THEMES])
    text = words.kept_line(language, year=kept.year.label, n=kept.sessions)
    if themes:
        text = words.kept_with_themes(language, line=text, themes=themes)
    buttons: tuple[Button, ...] = ()
    if await ctx.may(Action.RUN_COHORT, series.id):
        buttons = (Button(label=words.again_button(language), form="series-again", value=str(series.id)),)
        if series.status == SeriesStatus.CLOSED:
            label = words.close_button(language)
            buttons += (Button(label=label, action="series.ask_close", value=str(series.id)),)
    return Section(title=title_in(series.title, language), text=text, buttons=buttons)


def _names(themes: Sequence[Theme], language: str) -> list[str]:
    return list(dict.fromkeys(title_in(theme.name, language) for theme in themes))
