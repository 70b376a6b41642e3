"""Messages that the platform refused for good: a cohort's facilitators are told once, of all together, with
what to do and a button to send them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, or_, select

from bot.console.naming import names_of
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import cohort_by_id, staff_of
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.cohort_people import reader_of
from bot.timekeeping.readers_hours import next_allowed
from prompts.text import Marked
from prompts.words import console as message_words
from prompts.words import platforms as words
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort, CohortChannel, Series

MOST_SHOWN = 5
_KEY = "failed:"
_ABOUT_FAILURES = ("failed:", "doubts:", "held:")
"""Notes of which nobody is told that they failed: that would fail as well."""


async def tell_failures(job_ctx: JobContext) -> None:
    """Write to the facilitators about what failed since the last time, outside their quiet hours."""
    failed = select(Nudge).where(
        Nudge.state == NudgeState.FAILED,
        col(Nudge.told_at).is_(None),
        col(Nudge.cohort_id).is_not(None),
        *(~col(Nudge.key).startswith(one) for one in _ABOUT_FAILURES),
    )
    async with job_ctx.database.read() as db:
        if (await db.scalars(failed.limit(1))).first() is None:
            return
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        of_cohorts: dict[int, list[Nudge]] = {}
        for nudge in await db.scalars(failed.order_by(col(Nudge.due_at), col(Nudge.id)).with_for_update()):
            of_cohorts.setdefault(nudge.cohort_id or 0, []).append(nudge)
        for cohort_id, nudges in of_cohorts.items():
            if await _tell(db, await db.get_one(Cohort, cohort_id), nudges, now):
                for nudge in nudges:
                    nudge.told_at = now


async def _tell(db: AsyncSession, cohort: Cohort, nudges: Sequence[Nudge], now: datetime) -> bool:
    """False while the cohort has no facilitator and the community no administrator."""
    series = await db.get_one(Series, cohort.series_id)
    people = await staff_of(db, series, "facilitator") or await staff_of(db, series, "administrator")
    for person_id in sorted(people):
        person = await db.get_one(Person, person_id)
        card = await _card(db, person.language, cohort, nudges, now)
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
    return bool(people)


async def _card(
    db: AsyncSession, language: str, cohort: Cohort, nudges: Sequence[Nudge], now: datetime
) -> Card:
    shown = nudges[:MOST_SHOWN]
    names, readers = await names_of(db, language, shown), await _readers(db, shown)
    rest = len(nudges) - len(shown)
    again = Button(
        label=words.send_all_again(language, n=len(nudges)),
        action="nudges.again",
        value=pack(cohort.id, now.isoformat()),
        style="primary",
    )
    return Card(
        title=words.failed_title(language, n=len(nudges)),
        text=words.failed_text(language, cohort=cohort.name),
        sections=tuple(
            Section(
                title=names[one.id],
                text=words.failed_for(
                    language, reader=readers.get(one.id, ""), remedy=words.remedy(language, one.reason)
                ),
            )
            for one in shown
        ),
        context=words.failed_more(language, n=rest) if rest > 0 else Marked(""),
        buttons=(again,),
    )


async def _readers(db: AsyncSession, nudges: Sequence[Nudge]) -> dict[int, str]:
    """Whom each was for: a person, or a channel."""
    found = await db.execute(
        select(Nudge.id, func.coalesce(Person.name, CohortChannel.name))
        .join(Person, col(Person.id) == Nudge.person_id, isouter=True)
        .join(CohortChannel, col(CohortChannel.id) == Nudge.channel_id, isouter=True)
        .where(col(Nudge.id).in_([one.id for one in nudges]))
    )
    return {number or 0: name or "" for number, name in found}


async def again_pressed(ctx: Context, value: str) -> Reply:
    """Send again what one note told of, as far as it still failed and is not stale."""
    cohort_value, told = unpack(value, str, str)
    cohort = await cohort_by_id(ctx, cohort_value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    try:
        told_at = datetime.fromisoformat(told)
    except ValueError:
        raise Refusal(words.sent_again_already(ctx.language)) from None
    found = await ctx.db.scalars(
        select(Nudge).where(
            Nudge.cohort_id == cohort.id,
            Nudge.state == NudgeState.FAILED,
            Nudge.told_at == told_at,
            or_(col(Nudge.expires_at).is_(None), col(Nudge.expires_at) > ctx.now),
        )
    )
    failed = list(found)
    if not failed:
        raise Refusal(words.sent_again_already(ctx.language))
    for nudge in failed:
        nudge.state, nudge.reason, nudge.sending_since, nudge.told_at = NudgeState.PLANNED, "", None, None
        nudge.due_at, nudge.due_because, nudge.attempts = ctx.now, "now", 0
    ctx.audit("messages_sent_again", f"cohort:{cohort.id}", count=len(failed))
    return Reply(card=Card(text=message_words.on_its_way(ctx.language, n=len(failed))), replace=True)
