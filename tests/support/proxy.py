"""A TCP proxy on loopback that can go silent: it keeps connections open and passes nothing on any more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Passes bytes on to ``127.0.0.1:port``."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._lines: set[asyncio.Task[None]] = set()
        self._lost: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def silence(self) -> None:
        """From now on nothing is passed on, in connections old and new; nobody is told."""
        self._speaks.clear()
        self._lost |= self._lines

    def speak(self) -> None:
        """New connections work again. Those of before the silence stay silent for ever, as after a firewall
        has forgotten them."""
        self._speaks.set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._speaks.wait()
        there, to = await asyncio.open_connection("127.0.0.1", self._target)
        for source, sink in ((reader, to), (there, writer)):
            line = asyncio.create_task(self._pass_on(source, sink))
            self._lines.add(line)
            line.add_done_callback(self._lines.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                if asyncio.current_task() in self._lost or not self._speaks.is_set():
                    await asyncio.Event().wait()
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[Proxy]:
    """A proxy to that port for the time of a block."""
    proxy = Proxy(port)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
