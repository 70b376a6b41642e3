"""Which key ideas a make-it-stick reminder asks about, and what its buttons bring back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import pack
from bot.core.context import Context
from bot.core.lookup import enrollment_of, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.learning.composing.recall import Memory, asked_now
from bot.learning.composing.stick import StickIdea
from bot.learning.recall_plan import memory_of, recall_plan
from prompts.words import learning as words
from storage.learning import StickPace
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort
from storage.sessions import KeyIdea, Session

LATER = "make_it_stick.later"
"""A reminder that its reader put off: its key says at which place it stood, and its ideas."""
NOTHING_ASKED = Memory({}, {})


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: its ideas (one or two), the cohort whose series it belongs to, and its place from 1 of
    `places`; place 0 is the question of a look back."""

    ideas: tuple[StickIdea, ...]
    session_id: int
    cohort: Cohort
    place: int
    places: int

    @property
    def idea(self) -> StickIdea:
        return self.ideas[0]

    @property
    def value(self) -> str:
        """What the buttons of all of it carry; `reminder_behind` reads it back and trusts none of it."""
        return pack("+".join(str(one.id) for one in self.ideas), self.cohort.id, self.place)

    def value_of(self, idea: StickIdea) -> str:
        """What the buttons of one question carry."""
        return pack(idea.id, self.cohort.id, self.place)

    @property
    def last(self) -> bool:
        return self.place == self.places


async def reminder_of(db: AsyncSession, nudge: Nudge, person_id: int | None) -> Reminder | None:
    """What a nudge is to carry now for its reader (for nobody in particular: as planned); None when nothing
    is approved, or its step left the cadence."""
    cohort = await db.get(Cohort, nudge.cohort_id)
    if cohort is None:
        return None
    plan = await recall_plan(db, cohort)
    if nudge.key.startswith(LATER):
        return await _put_off(db, cohort, nudge, len(plan.days))
    place = plan.place_of(nudge)
    if not place or not plan.core:
        return None
    memory = await memory_of(db, plan, cohort, person_id) if person_id is not None else NOTHING_ASKED
    rows = [plan.idea(one) for one in asked_now(place, len(plan.days), plan.places, memory)]
    ideas = [row for row in rows if row is not None]
    if not ideas:
        return None
    return Reminder(tuple(map(as_value, ideas)), ideas[0].session_id, cohort, place, len(plan.days))


async def _put_off(db: AsyncSession, cohort: Cohort, nudge: Nudge, places: int) -> Reminder | None:
    _, place, listed, *_ = nudge.key.split("|")
    found = [await db.get(KeyIdea, row_id(one)) for one in listed.split("+")]
    ideas = [idea for idea in found if idea is not None and idea.approved_at is not None]
    if not ideas:
        return None
    return Reminder(tuple(map(as_value, ideas)), ideas[0].session_id, cohort, row_id(place), places)


def as_value(row: KeyIdea) -> StickIdea:
    return StickIdea(id=row.id, text=row.text)


async def reminder_behind(ctx: Context, value: str) -> Reminder:
    """The reminder behind a button or form. Raises `Refusal` when it is not of a series I take part in (or
    prepare), or the idea was taken back."""
    listed, cohort_id, place, _ = unpack(value, str, int, int, str)
    cohort = await ctx.db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    ideas = [await _idea_in(ctx, cohort, one) for one in listed.split("+")[:2]]
    takes_part = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if takes_part is None and not await ctx.may(Action.PREPARE_SESSION, cohort.series_id):
        raise Refusal(words.not_yours(ctx.language))
    if any(idea.approved_at is None for idea in ideas):
        raise Refusal(words.idea_gone(ctx.language))
    places = len((await recall_plan(ctx.db, cohort)).days)
    return Reminder(tuple(map(as_value, ideas)), ideas[0].session_id, cohort, place, places)


async def _idea_in(ctx: Context, cohort: Cohort, value: str) -> KeyIdea:
    idea = await ctx.db.get(KeyIdea, row_id(value))
    session = await ctx.db.get(Session, idea.session_id) if idea is not None else None
    if idea is None or session is None or session.cohort_id != cohort.id:
        raise Refusal(words.not_found(ctx.language))
    return idea


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
