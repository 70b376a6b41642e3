"""Which key idea a make-it-stick reminder carries, and what its buttons bring back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.context import Context
from bot.core.lookup import enrollment_of, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.learning.composing.stick import StickIdea, idea_for
from bot.learning.gathering import approved_ideas, sessions_of_cohort
from bot.nudges.cohort_plan import steps_of
from prompts.words import learning as words
from storage.learning import StickPace
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort, Series
from storage.sessions import KeyIdea, Session

KIND = "make_it_stick"
LATER = "make_it_stick.later"
"""A reminder that its reader put off: its key says at which place it stood."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: its idea, the cohort whose series it belongs to, and its place from 1 of `places`."""

    idea: StickIdea
    session_id: int
    cohort: Cohort
    place: int
    places: int

    @property
    def value(self) -> str:
        """What its buttons carry; `reminder_behind` reads it back and trusts none of it."""
        return f"{self.idea.id}:{self.cohort.id}:{self.place}"

    @property
    def last(self) -> bool:
        return self.place == self.places


async def reminder_of(db: AsyncSession, nudge: Nudge) -> Reminder | None:
    """What a nudge is to carry now; None when nothing is approved, or its step left the cadence."""
    cohort = await db.get(Cohort, nudge.cohort_id)
    if cohort is None:
        return None
    slugs, days = await _steps(db, cohort)
    if nudge.key.startswith(LATER):
        return await _put_off(db, cohort, nudge, len(days))
    slug = nudge.group.partition("|")[0]
    place = slugs.index(slug) + 1 if slug in slugs else 0
    sessions = await sessions_of_cohort(db, cohort.id)
    rows = await approved_ideas(db, [session.id for session in sessions])
    idea = idea_for(place, days, [_as_value(row) for row in rows])
    if idea is None:
        return None
    session_id = next(row.session_id for row in rows if row.id == idea.id)
    return Reminder(idea, session_id, cohort, place, len(days))


async def _put_off(db: AsyncSession, cohort: Cohort, nudge: Nudge, places: int) -> Reminder | None:
    idea = await db.get(KeyIdea, nudge.subject_id)
    if idea is None or idea.approved_at is None:
        return None
    place = row_id(nudge.key.split("|")[1])
    return Reminder(_as_value(idea), idea.session_id, cohort, place, places)


async def _steps(db: AsyncSession, cohort: Cohort) -> tuple[list[str], list[int]]:
    """The slugs and the days of the series' reminders, earliest first."""
    series = await db.get_one(Series, cohort.series_id)
    steps = [step for step in steps_of(series) if step.kind == KIND and step.days is not None]
    steps.sort(key=lambda step: step.days or 0)
    return [step.slug for step in steps], [step.days or 0 for step in steps]


def _as_value(row: KeyIdea) -> StickIdea:
    return StickIdea(id=row.id, text=row.text, days=row.stick_days)


async def reminder_behind(ctx: Context, value: str) -> Reminder:
    """The reminder behind a button or form. Raises `Refusal` when it is not of a series I take part in (or
    prepare), or the idea was taken back."""
    idea_id, _, rest = value.partition(":")
    cohort_id, _, place = rest.partition(":")
    cohort = await ctx.db.get(Cohort, row_id(cohort_id))
    idea = await ctx.db.get(KeyIdea, row_id(idea_id))
    if cohort is None or cohort.community_id != ctx.community.id or idea is None:
        raise Refusal(words.not_found(ctx.language))
    session = await ctx.db.get_one(Session, idea.session_id)
    if session.cohort_id != cohort.id:
        raise Refusal(words.not_found(ctx.language))
    takes_part = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if takes_part is None and not await ctx.may(Action.PREPARE_SESSION, cohort.series_id):
        raise Refusal(words.not_yours(ctx.language))
    if idea.approved_at is None:
        raise Refusal(words.idea_gone(ctx.language))
    _, days = await _steps(ctx.db, cohort)
    return Reminder(_as_value(idea), idea.session_id, cohort, row_id(place), len(days))


async def pace_of(db: AsyncSession, cohort_id: int | None, person_id: int | None) -> StickPace | None:
    found = await db.scalars(
        select(StickPace).where(StickPace.cohort_id == cohort_id, StickPace.person_id == person_id)
    )
    return found.first()


async def put_off_nudges(ctx: Context) -> list[Nudge]:
    """My reminders that I put off and that have not gone yet."""
    found = await ctx.db.scalars(
        select(Nudge).where(
            Nudge.person_id == ctx.me.id,
            Nudge.state == NudgeState.PLANNED,
            col(Nudge.key).startswith(f"{LATER}|"),
        )
    )
    return list(found)
