"""The platforms' patience: what had no answer, and what is scheduled for later, is looked at every second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.background import beside
from adapters.playground.slack.side import SlackSide
from adapters.playground.teams.side import TeamsSide

EVERY_SECONDS = 1.0


async def redeliver_forever(slack: SlackSide, teams: TeamsSide, every: float = EVERY_SECONDS) -> None:
    """Call both sides' `redeliver` about once a second of real time, until cancelled.

    What is due is decided by the playground's clock, so a skip makes retries due at once.
    """
    while True:
        await asyncio.sleep(every)
        await slack.redeliver()
        await teams.redeliver()


@asynccontextmanager
async def redelivering(
    slack: SlackSide, teams: TeamsSide, every: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """Run `redeliver_forever` for the time of a block."""
    async with beside(redeliver_forever(slack, teams, every)):
        yield
