"""`/healthz` (the process answers), `/readyz` (the database takes writes, and is migrated), `/metrics`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from adapters.web.readiness import Readiness
from bot.core.clock import Clock
from storage.database import Database
from storage.nudges import InboxEvent, Job, Nudge, NudgeState

LATE = timedelta(minutes=5)


PROBES: web.AppKey[list[Callable[[], str]]] = web.AppKey("probes", list)
"""Each tells what keeps the process from being of use; empty when nothing does."""


def health_routes(database: Database, clock: Clock) -> list[web.RouteDef]:
    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    readiness = Readiness(database, clock)

    async def ready(request: web.Request) -> web.Response:
        problems = [problem for probe in request.app[PROBES] if (problem := probe())]
        why_not = await readiness.why_not() or "; ".join(problems)
        return web.Response(status=503, text=why_not) if why_not else web.Response(text="ready")

    async def metrics(_: web.Request) -> web.Response:
        body = generate_latest(await _gauges(database, clock))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]


async def _gauges(database: Database, clock: Clock) -> CollectorRegistry:
    """Counts from the tables at this moment, so that every process tells the same."""
    registry = CollectorRegistry()
    async with database.read() as db:
        for name, table, what in (
            ("throughline_nudges", Nudge, "Planned messages by state"),
            ("throughline_jobs", Job, "Platform jobs by state"),
            ("throughline_events", InboxEvent, "Events in the inbox by state"),
        ):
            gauge = Gauge(name, what, ["state"], registry=registry)
            rows = await db.execute(select(table.state, func.count()).group_by(table.state))
            for state, count in rows:
                gauge.labels(state).set(count)
        before = clock.now() - LATE
        overdue = or_(col(Nudge.due_at) < before, col(Nudge.put_off_since) < before)
        late = await _count(db, Nudge.state == NudgeState.PLANNED, overdue)
        failed = await _count(db, Nudge.state == NudgeState.FAILED)
    Gauge("throughline_nudges_late", "Planned messages more than 5 minutes late", registry=registry).set(late)
    Gauge("throughline_nudges_failed", "Messages that were given up", registry=registry).set(failed)
    return registry


async def _count(db: AsyncSession, *where: ColumnElement[bool] | bool) -> int:
    return await db.scalar(select(func.count()).select_from(Nudge).where(*where)) or 0
