"""Work that goes on in the background, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any


async def ended(task: asyncio.Future[Any]) -> None:
    """Cancel it, and wait until it is over. Raises what it had failed with before."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def beside(work: Awaitable[Any]) -> AsyncIterator[None]:
    """Do it for the time of a block."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        await ended(task)
