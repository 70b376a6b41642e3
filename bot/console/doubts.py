"""Messages that may or may not have arrived: a cohort's facilitators are told once, of all together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.console.listing import doubt_section
from bot.console.naming import names_of
from bot.console.planned_groups import MOST_UNSURE
from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.core.lookup import staff_of
from bot.core.notes import note
from bot.nudges.cohort_people import reader_of
from bot.timekeeping.readers_hours import next_allowed
from prompts.words import console as words
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort, Series

NEW = "may_have_arrived"
TOLD = "facilitators_told"
"""Why a message is unknown, before and after somebody was told of it."""
_KEY = "doubts:"


async def tell_doubts(job_ctx: JobContext) -> None:
    """Write to the facilitators about what became unknown since the last time, outside their quiet hours."""
    unsure = select(Nudge).where(
        Nudge.state == NudgeState.UNKNOWN,
        Nudge.reason == NEW,
        col(Nudge.cohort_id).is_not(None),
        ~col(Nudge.key).startswith(_KEY),
    )
    async with job_ctx.database.read() as db:
        if (await db.scalars(unsure.limit(1))).first() is None:
            return
    async with job_ctx.database.write() as db:
        doubts: dict[int, list[Nudge]] = {}
        for nudge in await db.scalars(unsure.order_by(col(Nudge.due_at), col(Nudge.id)).with_for_update()):
            doubts.setdefault(nudge.cohort_id or 0, []).append(nudge)
        for cohort_id, nudges in doubts.items():
            if await _tell(db, job_ctx, await db.get_one(Cohort, cohort_id), nudges):
                for nudge in nudges:
                    nudge.reason = TOLD


async def _tell(db: AsyncSession, job_ctx: JobContext, cohort: Cohort, nudges: Sequence[Nudge]) -> bool:
    """False while the cohort has no facilitator."""
    now = job_ctx.clock.now()
    series = await db.get_one(Series, cohort.series_id)
    facilitators = sorted(await staff_of(db, series, "facilitator"))
    for person_id in facilitators:
        person = await db.get_one(Person, person_id)
        card = await _card(db, person.language, cohort, nudges)
        db.add(
            note(
                f"{_KEY}{cohort.id}:{person.id}:{now.isoformat()}",
                cohort.community_id,
                now,
                person_id=person.id,
                cohort_id=cohort.id,
                card=card,
                due_at=next_allowed(now, reader_of(person, cohort.zone), "waking"),
            )
        )
    return bool(facilitators)


async def _card(db: AsyncSession, language: str, cohort: Cohort, nudges: Sequence[Nudge]) -> Card:
    shown = nudges[:MOST_UNSURE]
    names = await names_of(db, language, shown)
    return Card(
        title=words.doubts_title(language, n=len(nudges)),
        text=words.doubts_text(language, cohort=cohort.name),
        sections=tuple(doubt_section(language, one, names[one.id]) for one in shown),
        context=words.doubts_context(language),
    )
