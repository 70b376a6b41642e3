"""Half a request, a body that never comes, a kept connection: none keeps its place for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from adapters.idle_connections import IdleConnections

HEAD = b"POST / HTTP/1.1\r\nHost: here\r\n"
BODY = HEAD + b"Content-Length: 10\r\n\r\nhalf"
WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def _answer(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


@asynccontextmanager
async def served(most: int = 1000, **seconds: float) -> AsyncIterator[int]:
    """A server that looks every hundredth of a second; yields its port."""
    app = web.Application()
    app.router.add_route("*", "/", _answer)
    connections = IdleConnections(app, most=most, every_seconds=0.01, **seconds)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    try:
        async with connections.watching(runner.server):
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("said", [b"", HEAD, BODY, WHOLE], ids=["nothing", "head", "body", "kept"])
async def test_what_waits_too_long_is_let_go(said: bytes) -> None:
    async with served(idle_seconds=0.1, body_seconds=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(), 2)
        assert answer.startswith(b"HTTP/1.1 200") is (said == WHOLE)
        writer.close()


@pytest.mark.parametrize("said", [HEAD, BODY], ids=["head", "body"])
async def test_a_slow_drip_does_not_help(said: bytes) -> None:
    async with served(idle_seconds=0.1, body_seconds=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        ended = asyncio.create_task(reader.read())
        dripped = 0
        while not ended.done() and dripped < 200:
            writer.write(b"" if dripped % 10 else b"X")
            await asyncio.sleep(0.01)
            dripped += 1
        assert dripped < 200
        writer.close()


async def test_a_body_that_comes_in_time_and_an_answer_that_takes_long_are_not_cut() -> None:
    async with served(idle_seconds=0.05, body_seconds=0.5) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(BODY)
        await asyncio.sleep(0.1)
        writer.write(b"whole!")
        assert b"\r\n\r\n10" in await asyncio.wait_for(reader.read(), 2)
        writer.close()


async def test_many_that_wait_make_room_for_who_asks() -> None:
    """All wait less than they may; those that wait longest go, and a whole request is answered."""
    async with served(most=20, idle_seconds=60, body_seconds=60) as port:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        for number, (_, writer) in enumerate(waiting):
            writer.write(BODY if number % 2 else HEAD)
        ended = [asyncio.create_task(reader.read()) for reader, _ in waiting]
        async with ClientSession() as client, client.get(f"http://127.0.0.1:{port}/") as response:
            assert response.status == 200
        for _, one in zip(range(40), asyncio.as_completed(ended, timeout=2), strict=False):
            await one
        for one in ended:
            one.cancel()
        for _, writer in waiting:
            writer.close()
