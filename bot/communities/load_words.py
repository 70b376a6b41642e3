"""What a person is told about how many messages to expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from bot.communities.opting_out import ALL_OPTIONAL
from bot.core.context import Context
from bot.nudges.load_ahead import LoadAhead, load_ahead, load_by_choice
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words
from storage.series import Cohort, Enrollment


def load_line(language: str, load: LoadAhead | None) -> Marked:
    """A paragraph of its own; nothing while no session is planned."""
    return Marked("\n\n") + load_told(language, load) if load is not None else Marked("")


def load_told(language: str, load: LoadAhead) -> Marked:
    """``About 3 messages a week until Tuesday, March 16 (12 in all), then about 9 in the months after.``"""
    return words.load_ahead(
        language,
        week=load.a_week,
        day=dates.long_day(language, load.until),
        during=load.during,
        after=load.after,
    )


async def loads_by_choice(
    ctx: Context, enrollments: Iterable[Enrollment], refused: Collection[str]
) -> tuple[dict[str, float], Marked]:
    """How many messages each choice of mine is about, over all of my cohorts; and what I get as things are.
    Nothing while no session is planned."""
    effects: Counter[str] = Counter()
    told = Marked("")
    refused = {*refused, *(ctx.kinds.stoppable if ALL_OPTIONAL in refused else ())}
    for enrollment in enrollments:
        cohort = await ctx.db.get_one(Cohort, enrollment.cohort_id)
        load = await load_ahead(ctx.db, ctx.kinds, cohort, ctx.me.id, ctx.now)
        told += load_line(ctx.language, load)
        if load is not None:
            effects.update(await load_by_choice(ctx.db, ctx.kinds, cohort, ctx.me.id, ctx.now, refused))
    return dict(effects), Marked(told.strip())


def with_load(language: str, choice: Marked, messages: float) -> Marked:
    """``A look back the day after a session (about 4)``; bare where it is not even one message."""
    n = round(messages)
    return words.choice_with_load(language, choice=choice, n=n) if n else choice
