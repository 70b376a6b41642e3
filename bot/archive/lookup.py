"""The series that somebody means, archived ones as well; and what can be told of one."""

from __future__ import annotations

from bot.core.context import Context
from bot.core.lookup import row_id, series_named, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal
from prompts.words import archive as words
from prompts.words import communities as community_words
from storage.series import Series


async def series_meant(ctx: Context, name: str) -> Series:
    """The series with this slug or title, else that of this channel or my only one, which I may run.

    Raises `Refusal` when there is none, and when I may not.
    """
    if not name.strip():
        cohort = await ctx.cohort("", Action.RUN_COHORT)
        return await ctx.db.get_one(Series, cohort.series_id)
    series = await series_named(ctx, name)
    if series is None:
        raise Refusal(words.no_such_series(ctx.language, given=name[:60]))
    return await _mine(ctx, series)


async def series_by_id(ctx: Context, value: str) -> Series:
    """The series behind a button, which I may run. Raises `Refusal`."""
    series = await ctx.db.get(Series, row_id(value))
    if series is None or series.community_id != ctx.community.id:
        raise Refusal(community_words.not_found(ctx.language))
    return await _mine(ctx, series)


async def _mine(ctx: Context, series: Series) -> Series:
    """May I run it? Not by `require`, which refuses every change of an archived series."""
    if not await ctx.may(Action.RUN_COHORT, series.id):
        await ctx.require(Action.RUN_COHORT)  # names who can
        title = title_in(series.title, ctx.language)
        raise Refusal(words.not_yours(ctx.language, series=title))
    return series
