"""The far side on loopback: one aiohttp application, served from its own thread.

Its own thread, because botbuilder fetches the OpenID metadata with blocking calls on the bot's event loop:
served from that same loop, the two would wait for each other.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from adapters.playground.faults import fault_middleware
from adapters.playground.teams.connector import ConnectorSide
from adapters.playground.teams.errors import refuse
from adapters.playground.teams.graph import GraphSide
from adapters.playground.teams.openid import identity_routes
from adapters.playground.teams.side import TeamsSide

SERVICE_PATH = "/amer"
GRAPH_PATH = "/graph/v1.0"
LOOPBACK = "127.0.0.1"
MOST_BYTES = 1024 * 1024


def create_app(side: TeamsSide) -> web.Application:
    """The identity, connector and Graph routes of this side, with its planned faults in front."""
    faults = fault_middleware(side.faults, refuse)
    app = web.Application(middlewares=[faults], client_max_size=MOST_BYTES)
    connector = ConnectorSide(side.workplace, side.ctx, side.limits, side.ledger)
    graph = GraphSide(side.workplace, side.ctx, side.installed_through_graph)
    app.add_routes(identity_routes(side.ctx))
    app.add_routes(connector.routes(SERVICE_PATH))
    app.add_routes(graph.routes(GRAPH_PATH))
    return app


@contextmanager
def running(side: TeamsSide, port: int = 0) -> Iterator[TeamsSide]:
    """Serve the side on 127.0.0.1 (port 0: any free one) until the block ends; sets its addresses."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(create_app(side), access_log=None, shutdown_timeout=0.1)
    thread = threading.Thread(target=loop.run_forever, name="teams-far-side", daemon=True)
    thread.start()
    try:
        bound = asyncio.run_coroutine_threadsafe(_start(runner, port), loop).result()
        side.at(f"http://{LOOPBACK}:{bound}", SERVICE_PATH, GRAPH_PATH)
        yield side
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(runner: web.AppRunner, port: int) -> int:
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, port)
    await site.start()
    return int(runner.addresses[0][1])
