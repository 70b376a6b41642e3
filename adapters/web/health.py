"""`/healthz` (the process answers), `/readyz` (the database takes writes, and is migrated)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from adapters.web.readiness import Readiness
from storage.cells import MAIN

PROBES: web.AppKey[list[Callable[[], str]]] = web.AppKey("probes", list)
"""Each tells what keeps the process from being of use; empty when nothing does."""


READY: web.AppKey[dict[str, Readiness]] = web.AppKey("ready", dict)
"""Of each database, by its name."""


def health_routes() -> list[web.RouteDef]:
    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(request: web.Request) -> web.Response:
        problems = [problem for probe in request.app[PROBES] if (problem := probe())]
        asked = request.app[READY]
        for name, why in zip(
            asked, await asyncio.gather(*(one.why_not() for one in asked.values())), strict=True
        ):
            problems += [why if name == MAIN else f"{name}: {why}"] if why else []
        return web.Response(status=503, text="; ".join(problems)) if problems else web.Response(text="ready")

    return [web.get("/healthz", alive), web.get("/readyz", ready)]
