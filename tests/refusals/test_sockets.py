"""Socket Mode that is refused, at the start or later, is seen from outside, with what to do; and it is tried
again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from adapters import waiting
from adapters.playground.slack import SlackSide
from adapters.slack import sockets
from adapters.slack.sockets import Sockets
from tests.adapters.slack.world import World, made_world


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.05)
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(waiting, name, 0.05)


@asynccontextmanager
async def opened(side: SlackSide, token: str = "") -> AsyncIterator[Sockets]:
    client = AsyncWebClient(base_url=f"{side.base_url}/api/", retry_handlers=[])
    found = Sockets(token or side.workplace.app.app_token, client)
    try:
        async with asyncio.timeout(10):
            await found.open()
            yield found
    finally:
        await found.close()


async def seen(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not look():  # noqa: ASYNC110 - the socket's own library tells nobody
            await asyncio.sleep(0.02)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with made_world(tmp_path, socket_mode=True) as made:
        await made.side.sockets.connected()
        yield made


async def test_socket_mode_switched_off_is_told_with_the_remedy(world: World) -> None:
    assert world.app.socket_problem() == ""
    world.side.faults.refuse("apps.connections.open", "forbidden_request")
    with capture_logs() as logs:
        await world.side.sockets.disconnect("link_disabled")
        await seen(lambda: "Slack opens no socket" in world.app.socket_problem())
    reasons = [one["reason"] for one in logs if one["event"] == "slack_socket_refused"]
    assert reasons == ["link_disabled", "forbidden_request"], "each reason once"
    world.side.faults.clear()
    await seen(lambda: not world.app.socket_problem())


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("not_allowed_token_type", "begins with xapp-"),
        ("invalid_auth", "does not know the app-level token"),
        ("missing_scope", "connections:write"),
        ("forbidden_team", "Socket Mode is on"),
    ],
)
async def test_a_socket_refused_at_the_start_is_told_once_and_opened_when_it_may_be(
    world: World, code: str, told: str
) -> None:
    world.side.faults.refuse("apps.connections.open", code)
    with capture_logs() as logs:
        async with opened(world.side) as tried:
            assert told in tried.problem()
            await seen(lambda: world.side.faults.planned[0].played > 2)
            world.side.faults.clear()
            await seen(lambda: not tried.problem())
    said = [(one["event"], one.get("reason")) for one in logs]
    assert said == [("slack_socket_refused", code), ("slack_socket_open", None)]


async def test_a_refused_handshake_is_tried_again_at_an_address_of_its_own(world: World) -> None:
    """Slack's client on its own asks for ever at the address that was refused once."""
    world.side.faults.status("/link", 403, times=2)
    async with opened(world.side) as tried:
        assert "HTTP 403" in tried.problem()
        await seen(lambda: not tried.problem())
    addresses = [line for _, line in world.side.faults.played]
    assert len(set(addresses)) == 2


async def test_a_network_that_is_down_at_the_start_is_told(world: World) -> None:
    world.side.faults.drop_connection_before_accept("apps.connections.open", times=3)
    async with opened(world.side) as tried:
        assert "cannot be reached" in tried.problem()
        await seen(lambda: not tried.problem())


async def test_the_end_does_not_wait_for_a_socket_that_is_refused(world: World) -> None:
    world.side.faults.refuse("apps.connections.open", "invalid_auth")
    async with opened(world.side):
        pass
    assert not [task for task in asyncio.all_tasks() if "Sockets.connect" in repr(task)]
