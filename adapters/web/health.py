"""`/healthz` (the process answers), `/readyz` (the database does, and is migrated), `/metrics`."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlmodel import col, func, select

from bot.core.clock import Clock
from storage.database import Database
from storage.migrating import versions
from storage.nudges import InboxEvent, Job, Nudge, NudgeState

LATE = timedelta(minutes=5)


def health_routes(database: Database, clock: Clock) -> list[web.RouteDef]:
    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_: web.Request) -> web.Response:
        try:
            current, newest = await versions(database)
        except Exception as error:
            return web.Response(status=503, text=f"database: {type(error).__name__}")
        if current != newest:
            return web.Response(status=503, text=f"database is at {current}, code at {newest}")
        return web.Response(text="ready")

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
        late = await db.scalar(
            select(func.count())
            .select_from(Nudge)
            .where(Nudge.state == NudgeState.PLANNED, col(Nudge.due_at) < clock.now() - LATE)
        )
    Gauge("throughline_nudges_late", "Planned messages more than 5 minutes late", registry=registry).set(
        late or 0
    )
    return registry
