"""The time of day that an experiment drew for a message, while one with times runs in its cohort."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.nudges.budget import Drawn
from bot.nudges.cohort_people import NINE
from bot.nudges.planned import Planned
from bot.statistics.draws import arm
from storage.experiments import Experiment, ExperimentState, Varies


async def drawn_times(db: AsyncSession, cohort_id: int) -> Drawn:
    """How long after nine a message goes where the draw says so; else None: at its reader's usual time."""
    running = await db.scalars(
        select(Experiment).where(
            Experiment.cohort_id == cohort_id,
            Experiment.state == ExperimentState.RUNNING,
            Experiment.varies == Varies.TIME,
        )
    )
    of_kind = {one.kind: (one.seed, one.at_minutes or NINE) for one in running}

    def drawn(nudge: Planned) -> timedelta | None:
        found = of_kind.get(nudge.step.kind)
        if found is None or nudge.person_id is None or not arm(found[0], nudge.key):
            return None
        return timedelta(minutes=found[1] - NINE)

    return drawn
