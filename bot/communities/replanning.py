"""The nudges planner, asked after every change of ours."""

from __future__ import annotations

import importlib
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


def _planner() -> Any:
    try:
        return importlib.import_module("bot.nudges.planner")
    except ModuleNotFoundError:
        return None


async def replan_cohort(db: AsyncSession, cohort_id: int, now: datetime) -> None:
    if planner := _planner():
        await planner.replan_cohort(db, cohort_id, now)


async def replan_person(db: AsyncSession, person_id: int, now: datetime) -> None:
    if planner := _planner():
        await planner.replan_person(db, person_id, now)
