"""Slack's far side and the bot connected to it, over HTTP or over sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.world import World, made_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Called by Slack over HTTP."""
    async with made_world(tmp_path) as made:
        yield made


@pytest.fixture
async def by_socket(tmp_path: Path) -> AsyncIterator[World]:
    """Calls Slack instead: Socket Mode."""
    async with made_world(tmp_path, socket_mode=True) as made:
        yield made
