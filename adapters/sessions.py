"""One HTTP session for each platform: connections are kept, so that a call needs no new handshake.

A call opened its own TCP and TLS connection before: three round trips ahead of the one that matters.
"""

from __future__ import annotations

import asyncio

import aiohttp

KEPT_SECONDS = 12.0
"""So long an idle connection is used again; servers close theirs later than that."""
MOST_CONNECTIONS = 100


class KeptSession:
    """Opened by the first call, on whichever event loop runs then; closed once, by who made it."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: the time limit of a whole call."""
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self) -> aiohttp.ClientSession:
        """The session. Needs a running loop."""
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_SECONDS)
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            # What one answer sets is not sent along with another workspace's call.
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar)
            self._loop = loop
        return self._session

    async def close(self) -> None:
        """Close every connection; a later call opens new ones."""
        if self._session is not None and self._loop is asyncio.get_running_loop():
            await self._session.close()
        self._session = None
