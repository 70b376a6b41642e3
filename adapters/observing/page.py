"""`/metrics`, for whoever may read it: with a token, or at an address of its own."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from adapters.observing.gauges import gauges
from adapters.observing.meters import Meters
from bot.core.clock import Clock
from storage.database import Database

ADDRESS = "/metrics"


def metrics_route(
    databases: Mapping[str, Database], clock: Clock, meters: Meters, token: str = ""
) -> web.RouteDef:
    """Without a token anybody who reaches the address may read."""

    async def metrics(request: web.Request) -> web.Response:
        if token and not _knows(request, token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        body = generate_latest(meters.registry) + generate_latest(await gauges(databases, clock))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return web.get(ADDRESS, metrics)


def _knows(request: web.Request, token: str) -> bool:
    """Compared in the same time whatever was sent."""
    given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    return hmac.compare_digest(given, f"Bearer {token}".encode())
