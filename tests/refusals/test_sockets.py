"""Socket Mode that is switched off while the bot runs is seen from outside, with what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path

from structlog.testing import capture_logs

from tests.adapters.slack.world import made_world


async def test_socket_mode_switched_off_is_told_with_the_remedy(tmp_path: Path) -> None:
    async with made_world(tmp_path, socket_mode=True) as world:
        await world.side.sockets.connected()
        assert world.app.socket_problem() == ""
        world.side.faults.refuse("apps.connections.open", "forbidden_request")
        with capture_logs() as logs:
            await world.side.sockets.disconnect("link_disabled")
            async with asyncio.timeout(10):
                while not world.app.socket_problem():  # noqa: ASYNC110 - the socket's own library tells nobody
                    await asyncio.sleep(0.05)
        assert "switched off" in world.app.socket_problem()
        assert any(one["event"] == "slack_socket_refused" for one in logs)
