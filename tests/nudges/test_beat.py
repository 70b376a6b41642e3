"""The beat: what is under way is finished before anybody is told that nothing is left."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.errands import Errands
from bot.nudges.beat import Beat
from bot.nudges.errand_runner import ErrandRunner
from bot.nudges.sender import Sender


class SlowPlatform:
    """In the sender's place: one message, on its way until it is let through."""

    def __init__(self) -> None:
        self.begun, self.through = asyncio.Event(), asyncio.Event()
        self.due, self.sent = 1, 0
        self.stopping = False

    async def send_due(self) -> int:
        if not self.due:
            return 0
        self.due = 0
        self.begun.set()
        await self.through.wait()
        self.sent = 1
        return 1

    async def run_due(self) -> int:
        return 0


async def nothing(_: Errands) -> None:
    """No housekeeping."""


async def test_who_comes_while_a_message_is_on_its_way_waits_for_it() -> None:
    """The playground moves its clock on then; an hour later the message's lease would be over."""
    slow = SlowPlatform()
    beat = Beat(cast(Sender, slow), cast(ErrandRunner, slow), cast(Errands, None), nothing)
    under_way = asyncio.create_task(beat.empty())
    await slow.begun.wait()
    second = asyncio.create_task(beat.empty())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not second.done()
    slow.through.set()
    assert (await under_way, await second) == (1, 0)
    assert slow.sent == 1
