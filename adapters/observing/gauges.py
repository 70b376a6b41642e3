"""What the tables hold at this moment, so that every process on these databases tells the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from adapters.observing.declared import COUNTED, EVENTS, GIVEN_UP, JOBS, LATE, NUDGES, OLDEST, Metric
from bot.core.clock import Clock
from storage.database import Database
from storage.nudges import InboxEvent, InboxState, Job, JobState, Nudge, NudgeState

LATE_AFTER = timedelta(minutes=5)
BY_STATE = ((NUDGES, Nudge), (JOBS, Job), (EVENTS, InboxEvent))


async def gauges(databases: Mapping[str, Database], clock: Clock) -> CollectorRegistry:
    """A registry with what is counted now, by the databases' names."""
    registry = CollectorRegistry()
    made = {metric: Gauge(metric.name, metric.what, metric.labels, registry=registry) for metric in COUNTED}
    for name, database in databases.items():
        await _count_in(database, name, made, clock.now())
    return registry


async def _count_in(database: Database, name: str, made: Mapping[Metric, Gauge], now: datetime) -> None:
    async with database.read() as db:
        for metric, table in BY_STATE:
            rows = await db.execute(select(table.state, func.count()).group_by(table.state))
            for state, count in rows:
                made[metric].labels(name, state).set(count)
        before = now - LATE_AFTER
        overdue = or_(col(Nudge.due_at) < before, col(Nudge.put_off_since) < before)
        late = await _count(db, Nudge.state == NudgeState.PLANNED, overdue)
        made[LATE].labels(name).set(late)
        made[GIVEN_UP].labels(name).set(await _count(db, Nudge.state == NudgeState.FAILED))
        for queue, since in (await _waiting_since(db)).items():
            waited = max(0.0, (now - since).total_seconds()) if since else 0
            made[OLDEST].labels(name, queue).set(waited)


async def _waiting_since(db: AsyncSession) -> dict[str, datetime | None]:
    """When what waits longest could have gone on; it may lie ahead."""
    planned = Nudge.state == NudgeState.PLANNED
    due = await db.scalar(select(func.min(Nudge.due_at)).where(planned))
    put_off = await db.scalar(select(func.min(Nudge.put_off_since)).where(planned))
    job = await db.scalar(select(func.min(Job.due_at)).where(Job.state == JobState.PLANNED))
    event = await db.scalar(
        select(func.min(InboxEvent.received_at)).where(InboxEvent.state != InboxState.DONE)
    )
    messages = min((one for one in (due, put_off) if one is not None), default=None)
    return {"events": event, "messages": messages, "jobs": job}


async def _count(db: AsyncSession, *where: ColumnElement[bool] | bool) -> int:
    return await db.scalar(select(func.count()).select_from(Nudge).where(*where)) or 0
