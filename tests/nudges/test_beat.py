"""The beat: what is under way is finished before anybody is told that nothing is left."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.core.jobs import JobContext
from bot.nudges.job_runner import JobRunner
from bot.nudges.scheduler import Scheduler
from bot.nudges.sender import Sender


class SlowPlatform:
    """In the sender's place: one message, on its way until it is let through."""

    def __init__(self) -> None:
        self.begun, self.through = asyncio.Event(), asyncio.Event()
        self.due, self.sent = 1, 0
        self.stopping = False

    async def send_due(self, patience: float | None = None) -> int:
        if not self.due:
            return 0
        self.due = 0
        self.begun.set()
        await self.through.wait()
        self.sent = 1
        return 1

    async def run_due(self, patience: float | None = None) -> int:
        return 0

    async def drain(self) -> None:
        """Nothing is left to wait for."""


async def nothing(_: JobContext) -> None:
    """No housekeeping."""


async def test_who_comes_while_a_message_is_on_its_way_waits_for_it() -> None:
    """The playground moves its clock on then; an hour later the message's lease would be over."""
    slow = SlowPlatform()
    scheduler = Scheduler(cast(Sender, slow), cast(JobRunner, slow), cast(JobContext, None), nothing)
    under_way = asyncio.create_task(scheduler.empty())
    await slow.begun.wait()
    second = asyncio.create_task(scheduler.empty())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not second.done()
    slow.through.set()
    assert (await under_way, await second) == (1, 0)
    assert slow.sent == 1


class Counting:
    """In the place of both: says how often they were asked what is due."""

    def __init__(self) -> None:
        self.looks = 0
        self.stopping = False

    async def send_due(self, patience: float | None = None) -> int:
        self.looks += 1
        return 0

    async def run_due(self, patience: float | None = None) -> int:
        return 0

    async def drain(self) -> None:
        """Nothing is left to wait for."""


async def test_in_a_storm_one_look_does_for_many_and_the_last_wake_is_heeded() -> None:
    counting = Counting()
    scheduler = Scheduler(cast(Sender, counting), cast(JobRunner, counting), cast(JobContext, None), nothing)
    await scheduler.start()
    for _ in range(200):
        scheduler.wake()
        await asyncio.sleep(0)
    before = counting.looks
    assert before < 20
    scheduler.wake()
    async with asyncio.timeout(5):
        while counting.looks == before:  # noqa: ASYNC110 - the beat tells nobody of a look
            await asyncio.sleep(0.01)
    await scheduler.stop()
