"""Bulk planning: the plan of whole cohorts written through the product's own planner, beside add_job."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from sqlmodel import func, select

from benchmarks import scheduler_peer as peer
from benchmarks.scheduler_ground import Measure, median
from bot.features import all_kinds
from bot.nudges.planner import replan_cohort
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Enrollment
from tests.nudges.cohorts import BEFORE_ALL, cohort_on
from tests.support.stage import START, Stage, staged

COHORT = 40
"""People of one cohort."""


async def planning(nudges: int, peer_items: int, turns: int) -> Measure:
    """Turn about; seconds for one message."""
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        _, planned = await _planned(Path(folder), 1)  # the calendars of holidays are loaded once
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(peer.seconds_to_plan(Path(folder), peer_items))
            took, planned = await _planned(Path(folder), nudges)
            ours.append(took / planned)
    return Measure(
        "bulk planning", median(ours), median(theirs), median(theirs) / median(ours), 40, "s an item",
        note=f"{planned:,} items; the peer {peer_items:,} in an empty store, which favours it",
    )  # fmt: skip


async def _planned(folder: Path, nudges: int) -> tuple[float, int]:
    """Seconds to plan cohort after cohort until so many messages stand in the outbox, and how many do."""
    took, planned, number = 0.0, 0, 0
    async with staged(f"sqlite:///{folder / 'ours.db'}") as stage:
        while planned < nudges:
            number += 1
            cohort_id = await _cohort(stage, number)
            began = perf_counter()
            async with stage.database.write() as db:
                await replan_cohort(db, all_kinds(), cohort_id, stage.clock.now())
            took += perf_counter() - began
            async with stage.database.read() as db:
                planned = await db.scalar(select(func.count()).select_from(Nudge)) or 0
    return took, planned


async def _cohort(stage: Stage, number: int) -> int:
    cohort_id = await cohort_on(stage, slug=f"cohort-{number}")
    async with stage.database.write() as db:
        people = [Person(community_id=1, name=f"P{one}", created_at=START) for one in range(COHORT)]
        db.add_all(people)
        await db.flush()
        db.add_all(
            Enrollment(cohort_id=cohort_id, person_id=person.id, status="active", joined_at=BEFORE_ALL)
            for person in people
        )
    return cohort_id
