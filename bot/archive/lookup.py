"""The series that somebody means, archived ones as well; and what can be told of one."""

from __future__ import annotations

from bot.communities.lookup import row_id, series_named, title_in
from bot.desk import Desk
from bot.feature import Refusal
from bot.permissions import Action
from prompts.words import archive as words
from prompts.words import communities as community_words
from storage.series import Series


async def series_meant(desk: Desk, name: str) -> Series:
    """The series with this slug or title, else that of this channel or my only one, which I may run.

    Raises `Refusal` when there is none, and when I may not.
    """
    if not name.strip():
        cohort = await desk.cohort("", Action.RUN_COHORT)
        return await desk.db.get_one(Series, cohort.series_id)
    series = await series_named(desk, name)
    if series is None:
        raise Refusal(words.no_such_series(desk.language, given=name[:60]))
    return await _mine(desk, series)


async def series_by_id(desk: Desk, value: str) -> Series:
    """The series behind a button, which I may run. Raises `Refusal`."""
    series = await desk.db.get(Series, row_id(value))
    if series is None or series.community_id != desk.community.id:
        raise Refusal(community_words.not_found(desk.language))
    return await _mine(desk, series)


async def _mine(desk: Desk, series: Series) -> Series:
    """May I run it? Not by `require`, which refuses every change of an archived series."""
    if not await desk.may(Action.RUN_COHORT, series.id):
        await desk.require(Action.RUN_COHORT)  # names who can
        title = title_in(series.title, desk.language)
        raise Refusal(words.not_yours(desk.language, series=title))
    return series
