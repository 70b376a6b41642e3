"""Connections that wait, and requests whose body does not come: let go in time.

Each open connection costs one of the process's file descriptors. aiohttp waits an hour for the next request
of a connection, and for ever for the first one and for a body: a thousand half-written requests shut
everybody else out.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

log = structlog.get_logger()

IDLE_SECONDS = 75.0
"""So long a connection may stay without a whole request. Longer than a proxy keeps its own (nginx and most
load balancers: 60 s), so that the proxy closes first and no request meets a closed connection."""
BODY_SECONDS = 120.0
"""So long a body may take to arrive: a large upload over a slow line. Platforms send a few kilobytes."""
EVERY_SECONDS = 1.0
SPARE = 256
"""File descriptors that stay free for the database, for calls to the platforms and for files."""
MOST = 4096
"""Connections at once, where the machine allows as many: some kilobytes of memory each."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def most_connections() -> int:
    """How many connections this process may hold; it takes all the file descriptors that it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return MOST if soft == resource.RLIM_INFINITY else max(SPARE, min(MOST, soft - SPARE))


@dataclass(frozen=True, slots=True)
class _Waits:
    """A connection without a whole request, since when, and until when it may be (seconds of the loop)."""

    connection: Any
    since: float
    until: float


class IdleConnections:
    """Watches the connections of one server. Make it before the application is set up."""

    def __init__(
        self,
        app: web.Application,
        *,
        most: int,
        idle_seconds: float = IDLE_SECONDS,
        body_seconds: float = BODY_SECONDS,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._most, self._idle, self._body, self._every = most, idle_seconds, body_seconds, every_seconds
        self._idle_since: dict[Any, float] = {}
        self._handled: dict[Any, tuple[web.Request, float]] = {}
        app.middlewares.insert(0, self._noticed)

    @contextlib.asynccontextmanager
    async def watching(self, server: web.Server) -> AsyncIterator[None]:
        """For the time of a block, let go of what waits too long, and of what waits longest when there are
        too many connections."""
        task = asyncio.create_task(self._watch(server))
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self, server: web.Server) -> None:
        while True:
            await asyncio.sleep(self._every)
            now = asyncio.get_running_loop().time()
            waiting = sorted(self._waiting(server.connections, now), key=lambda one: one.since)
            gone = [one for one in waiting if one.until <= now]
            too_many = len(server.connections) - self._most
            if too_many > len(gone):
                gone = waiting[:too_many]
                log.warning("connections_shed", open=len(server.connections), closed=len(gone))
            for one in gone:
                one.connection.force_close()

    def _waiting(self, connections: Iterable[Any], now: float) -> Iterator[_Waits]:
        """A request whose body is here is being answered: it does not wait."""
        idle: dict[Any, float] = {}
        for connection in connections:
            if connection in self._handled:
                request, since = self._handled[connection]
                if not request.content.is_eof():
                    yield _Waits(connection, since, since + self._body)
            else:
                since = idle[connection] = self._idle_since.get(connection, now)
                yield _Waits(connection, since, since + self._idle)
        self._idle_since = idle

    @web.middleware
    async def _noticed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        loop, connection = asyncio.get_running_loop(), request.protocol
        self._handled[connection] = (request, loop.time())
        try:
            return await handler(request)
        finally:
            del self._handled[connection]
            self._idle_since[connection] = loop.time()
