"""`/healthz` (the process answers), `/readyz` (the database takes writes, and is migrated)."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.web.readiness import Readiness
from bot.core.clock import Clock
from storage.database import Database

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

    return [web.get("/healthz", alive), web.get("/readyz", ready)]
