"""What the tables hold at this moment, so that every process on one database tells the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from adapters.observing.declared import EVENTS, GIVEN_UP, JOBS, LATE, NUDGES, OLDEST, Metric
from bot.core.clock import Clock
from storage.database import Database
from storage.nudges import InboxEvent, InboxState, Job, JobState, Nudge, NudgeState

LATE_AFTER = timedelta(minutes=5)
BY_STATE = ((NUDGES, Nudge), (JOBS, Job), (EVENTS, InboxEvent))


async def gauges(database: Database, clock: Clock) -> CollectorRegistry:
    """A registry with what is counted now."""
    registry, now = CollectorRegistry(), clock.now()
    async with database.read() as db:
        for metric, table in BY_STATE:
            gauge = _gauge(metric, registry)
            rows = await db.execute(select(table.state, func.count()).group_by(table.state))
            for state, count in rows:
                gauge.labels(state).set(count)
        before = now - LATE_AFTER
        overdue = or_(col(Nudge.due_at) < before, col(Nudge.put_off_since) < before)
        _gauge(LATE, registry).set(await _count(db, Nudge.state == NudgeState.PLANNED, overdue))
        _gauge(GIVEN_UP, registry).set(await _count(db, Nudge.state == NudgeState.FAILED))
        oldest = _gauge(OLDEST, registry)
        for queue, since in (await _waiting_since(db)).items():
            oldest.labels(queue).set(max(0.0, (now - since).total_seconds()) if since else 0)
    return registry


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


def _gauge(metric: Metric, registry: CollectorRegistry) -> Gauge:
    return Gauge(metric.name, metric.what, metric.labels, registry=registry)


async def _count(db: AsyncSession, *where: ColumnElement[bool] | bool) -> int:
    return await db.scalar(select(func.count()).select_from(Nudge).where(*where)) or 0
