"""Calls of the Web API share connections: a handshake for each would take longer than the call."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.adapters.slack.world import TEAM, World


async def test_calls_share_connections(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty calls one after the other need one, and one more after the platform was closed."""
    made = []
    connect = aiohttp.TCPConnector._create_connection

    async def counted(self: aiohttp.TCPConnector, *given: Any) -> Any:
        made.append(self)
        return await connect(self, *given)

    monkeypatch.setattr(aiohttp.TCPConnector, "_create_connection", counted)
    for _ in range(20):
        await world.platform.call(TEAM, "auth.test")
    assert len(made) == 1
    await world.platform.close()
    await world.platform.call(TEAM, "auth.test")
    assert len(made) == 2
