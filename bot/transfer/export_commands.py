"""A series as a file, from the chat: a link that is the asker's alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.lookup import series_named, title_in
from bot.core.permissions import Action, may
from bot.core.reply import Refusal, Reply
from bot.resources.pages import roles_in
from bot.transfer.exporting import series_as_yaml
from prompts.words import communities as words
from storage.people import Person
from storage.series import Series

SERIES_FILE = "series-file"
"""The purpose of a link to a series file. Its subject is the series' row id."""
LIFE = timedelta(hours=12)


async def export_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """``series export steady-teams``; without a name, the series of this channel, or my only one."""
    name = str(typed.get("series") or "")
    if name:
        series = await series_named(ctx, name)
    else:
        series = await ctx.db.get(Series, (await ctx.cohort("", Action.RUN_COHORT)).series_id)
    if series is None:
        raise Refusal(words.unknown_series(ctx.language, given=name[:60]))
    if not may(await ctx.roles(series.id), Action.RUN_COHORT):
        await ctx.require(Action.RUN_COHORT, series.id)
    language = ctx.language
    url = ctx.links.to(SERIES_FILE, series.id, ctx.me.id, ctx.now, life=LIFE)
    return Reply(
        card=Card(
            title=title_in(series.title, language),
            text=words.export_series_text(language),
            buttons=(Button(label=words.export_series_button(language), url=url, style="primary"),),
        )
    )


async def exported_for(db: AsyncSession, series_id: int, person: Person) -> tuple[str, str] | None:
    """The file's name and text, for who runs the series, archived or not; None for anybody else."""
    series = await db.get(Series, series_id)
    if series is None or series.community_id != person.community_id or person.deleted_at is not None:
        return None
    if not may(await roles_in(db, series_id, person.id), Action.RUN_COHORT):
        return None
    return f"{series.slug}.yaml", await series_as_yaml(db, series)
