"""A cohort's recall plan: which approved ideas come back as questions, when, and who decided so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.learning.composing.recall import Candidate, Memory, Places, dealt, on_card, proposed_core
from bot.learning.gathering import approved_ideas, sessions_of_cohort
from bot.nudges.cohort_plan import steps_of
from storage.learning import RecallChoice, StickAnswer
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort, Series
from storage.sessions import KeyIdea

KIND = "make_it_stick"
CORE, PAGE, DROPPED = "core", "page", "dropped"


@dataclass(frozen=True, slots=True)
class RecallPlan:
    """`core` ideas come back as questions on the reminders of `places`; `page` ones stand on everybody's
    page; `dropped` ones do neither, because a facilitator decided so. `undecided` are approved ideas that
    nobody has decided about since the plan was: they stand on the page until somebody does. `decided` is
    False while all of it is our proposal. `slugs` and `days` are those of the reminders, earliest first."""

    core: tuple[KeyIdea, ...]
    places: Places
    page: tuple[KeyIdea, ...]
    dropped: tuple[KeyIdea, ...]
    undecided: tuple[KeyIdea, ...]
    decided: bool
    slugs: tuple[str, ...]
    days: tuple[int, ...]

    def idea(self, idea_id: int) -> KeyIdea | None:
        return next((one for one in self.core if one.id == idea_id), None)

    def at(self, place: int) -> list[KeyIdea]:
        """The questions that the plan puts on a reminder."""
        found = (self.idea(one) for one in on_card(self.places, place))
        return [one for one in found if one is not None]

    def place_of(self, nudge: Nudge) -> int:
        """Which reminder a planned message is, from 1; 0 when its step left the cadence."""
        slug = nudge.group.partition("|")[0]
        return self.slugs.index(slug) + 1 if slug in self.slugs else 0


async def recall_plan(db: AsyncSession, cohort: Cohort) -> RecallPlan:
    """As facilitators decided it, else as proposed."""
    sessions = await sessions_of_cohort(db, cohort.id)
    ideas = await approved_ideas(db, [session.id for session in sessions])
    choices = {
        one.idea_id: one
        for one in await db.scalars(select(RecallChoice).where(RecallChoice.cohort_id == cohort.id))
    }
    slugs, days = await _steps(db, cohort)
    roles = _roles(ideas, choices)
    core = sorted(
        (one for one in ideas if roles[one.id] == CORE),
        key=lambda one: choices[one.id].position if one.id in choices else 0,
    )
    return RecallPlan(
        core=tuple(core),
        places=_places(core, choices, len(days)),
        page=tuple(one for one in ideas if roles[one.id] == PAGE),
        dropped=tuple(one for one in ideas if roles[one.id] == DROPPED),
        undecided=tuple(one for one in ideas if choices and one.id not in choices),
        decided=bool(choices),
        slugs=tuple(slugs),
        days=tuple(days),
    )


def _roles(ideas: Sequence[KeyIdea], choices: dict[int, RecallChoice]) -> dict[int, str]:
    if choices:
        return {one.id: choices[one.id].role if one.id in choices else PAGE for one in ideas}
    proposed = set(proposed_core([candidate(one) for one in ideas]))
    return {one.id: CORE if one.id in proposed else PAGE for one in ideas}


def candidate(idea: KeyIdea) -> Candidate:
    return Candidate(idea.id, idea.session_id, idea.position, idea.stick_days)


def _places(core: Sequence[KeyIdea], choices: dict[int, RecallChoice], places: int) -> Places:
    """As moved by a facilitator, where it was; dealt in turns where not."""
    chosen = {one.id: choices[one.id].places if one.id in choices else [] for one in core}
    if any(chosen.values()):
        return {one: tuple(at for at in where if 1 <= at <= places) for one, where in chosen.items()}
    return dealt([one.id for one in core], places)


async def _steps(db: AsyncSession, cohort: Cohort) -> tuple[list[str], list[int]]:
    """The slugs and the days of the series' reminders, earliest first."""
    series = await db.get_one(Series, cohort.series_id)
    steps = [step for step in steps_of(series) if step.kind == KIND and step.days is not None]
    steps.sort(key=lambda step: step.days or 0)
    return [step.slug for step in steps], [step.days or 0 for step in steps]


async def memory_of(db: AsyncSession, plan: RecallPlan, cohort: Cohort, person_id: int) -> Memory:
    """What the person was asked by the reminders that they got, and what they said last."""
    asked: dict[int, int] = {}
    sent = await db.scalars(
        select(Nudge).where(
            Nudge.person_id == person_id, Nudge.cohort_id == cohort.id, Nudge.kind == KIND,
            Nudge.state == NudgeState.SENT, Nudge.group != "",
        )
    )  # fmt: skip
    for nudge in sent:
        for idea_id in _asked_by(nudge, plan):
            asked[idea_id] = asked.get(idea_id, 0) + 1
    answers = await db.scalars(
        select(StickAnswer)
        .where(StickAnswer.person_id == person_id, col(StickAnswer.idea_id).in_(list(plan.places)))
        .order_by(col(StickAnswer.answered_at), col(StickAnswer.id))
    )
    return Memory(asked, {answer.idea_id: answer.recalled for answer in answers})


def _asked_by(nudge: Nudge, plan: RecallPlan) -> list[int]:
    """What a reminder asked, as its message says; as planned where a crash lost that."""
    about = (nudge.message or {}).get("about")
    if isinstance(about, list):
        return [int(one) for one in about]
    return on_card(plan.places, plan.place_of(nudge))
