"""What a running or stopped experiment has to show: its occasions, and its cost in ways out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.experiments.analysis import Occasion
from bot.statistics.draws import arm
from storage.experiments import Experiment
from storage.learning import StickAnswer
from storage.nudges import Nudge, NudgeState
from storage.people import OptOut
from storage.reflections import Commitment

KINDS = ("make_it_stick", "commitment_check_in")
"""What may be experimented with: never times and places, nothing for somebody's safety, no form."""
WITHIN = timedelta(days=2)
"""An answer counts for a message when it comes within so long."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`occasions` of all readers; `stops` after a message of either arm (usual, new)."""

    occasions: list[Occasion]
    stops: tuple[int, int]


async def outcomes_of(db: AsyncSession, experiment: Experiment, now: datetime) -> Outcomes:
    """From the messages that went out since the start and had their time to be answered."""
    sent = await _sent(db, experiment, now)
    answers = await _answers(db, experiment, sent)
    numbers: dict[int, int] = {}
    occasions = []
    for nudge in sent:
        person = nudge.person_id or 0
        numbers[person] = numbers.get(person, 0) + 1
        drawn = arm(experiment.seed, nudge.key)
        occasions.append(Occasion(person, numbers[person], drawn, _answered(nudge, answers)))
    return Outcomes(occasions, await _stops(db, experiment, sent))


async def _sent(db: AsyncSession, experiment: Experiment, now: datetime) -> list[Nudge]:
    found = await db.scalars(
        select(Nudge)
        .where(
            Nudge.cohort_id == experiment.cohort_id,
            Nudge.kind == experiment.kind,
            Nudge.state == NudgeState.SENT,
            Nudge.group != "",
            col(Nudge.sent_at) >= (experiment.started_at or now),
            col(Nudge.sent_at) <= (experiment.stopped_at or now),
            col(Nudge.sent_at) <= now - WITHIN,
        )
        .order_by(col(Nudge.sent_at), col(Nudge.id))
    )
    return list(found)


async def _answers(db: AsyncSession, experiment: Experiment, sent: list[Nudge]) -> dict[int, list[datetime]]:
    """When people answered: by person for reminders, by commitment for check-ins."""
    found: dict[int, list[datetime]] = {}
    if experiment.kind == "make_it_stick":
        people = {nudge.person_id for nudge in sent}
        rows = await db.scalars(select(StickAnswer).where(col(StickAnswer.person_id).in_(people)))
        for answer in rows:
            found.setdefault(answer.person_id, []).append(answer.answered_at)
        return found
    plans = await db.scalars(
        select(Commitment).where(
            Commitment.cohort_id == experiment.cohort_id, col(Commitment.follow_up).is_not(None)
        )
    )
    return {plan.id: [plan.updated_at] for plan in plans}


def _answered(nudge: Nudge, answers: dict[int, list[datetime]]) -> bool:
    about = nudge.person_id if nudge.kind == "make_it_stick" else nudge.subject_id
    sent_at = nudge.sent_at
    if sent_at is None:
        return False
    return any(sent_at <= at <= sent_at + WITHIN for at in answers.get(about or 0, ()))


async def _stops(db: AsyncSession, experiment: Experiment, sent: list[Nudge]) -> tuple[int, int]:
    """Stops of the kind, or of all, by the arm of the last message before."""
    people = {nudge.person_id for nudge in sent}
    outs = await db.scalars(
        select(OptOut).where(
            col(OptOut.person_id).in_(people), col(OptOut.kind).in_([experiment.kind, "optional"])
        )
    )
    counts = [0, 0]
    for out in outs:
        before = [
            nudge
            for nudge in sent
            if nudge.person_id == out.person_id and nudge.sent_at is not None and nudge.sent_at <= out.since
        ]
        if before:
            counts[arm(experiment.seed, before[-1].key)] += 1
    return counts[0], counts[1]
