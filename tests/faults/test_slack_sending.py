"""Whatever kills, stops or breaks a process while it sends to Slack: each message arrives exactly once.

Real processes and signals; what arrived is counted by the far side alone. The numbers are those of the
fault table in docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.faults.world import world

AFTER_LEASE = 70.0
"""Seconds by which the next worker's clock is ahead, so that the lease of the dead one has run out."""


async def test_fault_0_nothing_happens(database_url: str) -> None:
    async with world(database_url) as here:
        assert await here.run() == 0
        await here.check_each_arrived_once()


@pytest.mark.parametrize(
    ("dies", "at"),
    [
        pytest.param("claim", 1, id="fault_1_before_the_claim_commits"),
        pytest.param("claimed", 9, id="fault_2_after_the_claim"),
        pytest.param("posting", 7, id="fault_3_recorded_as_sending_not_posted"),
        pytest.param("accepted", 7, id="fault_4_accepted_not_settled"),
    ],
)
async def test_a_killed_sender_loses_and_doubles_nothing(database_url: str, dies: str, at: int) -> None:
    async with world(database_url) as here:
        assert await here.run(dies=dies, at=at) == -signal.SIGKILL
        assert (await here.states())["sent"] < 40
        assert await here.run(later=AFTER_LEASE) == 0
        await here.check_each_arrived_once()


async def test_story_3_killed_again_and_again_during_a_send_to_forty(sqlite_url: str) -> None:
    async with world(sqlite_url) as here:
        for turn in range(5):
            killed = await here.run(dies="accepted", at=6, later=turn * AFTER_LEASE)
            assert killed == -signal.SIGKILL
        assert await here.run(later=6 * AFTER_LEASE) == 0
        await here.check_each_arrived_once()
        assert len(here.side.ledger) == 40


async def test_fault_4_killed_while_the_answer_is_on_its_way(sqlite_url: str) -> None:
    async with world(sqlite_url) as here:
        here.side.faults.accept_then_delay("chat.postMessage", seconds=30, after=5)
        process = await here.start()
        while len(here.side.ledger) < 6:  # noqa: ASYNC110 - the ledger has no event to wait for
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
        assert await here.run(later=AFTER_LEASE) == 0
        await here.check_each_arrived_once()


@pytest.mark.parametrize("fault", ["reset", "status"])
async def test_fault_5_accepted_and_then_the_connection_breaks(sqlite_url: str, fault: str) -> None:
    async with world(sqlite_url) as here:
        if fault == "reset":
            here.side.faults.accept_then_reset("chat.postMessage", times=5, after=3)
        else:
            here.side.faults.accept_then_status("chat.postMessage", code=504, times=5, after=3)
        assert await here.run() == 0
        await here.check_each_arrived_once()


async def test_fault_6_paused_beyond_its_lease(database_url: str) -> None:
    async with world(database_url) as here:
        sleeper = await here.start(dies="claimed", at=9, stops=True)
        await _stopped(sleeper.pid)
        assert await here.run(later=AFTER_LEASE) == 0
        os.kill(sleeper.pid, signal.SIGCONT)
        assert await sleeper.wait() == 0
        await here.check_each_arrived_once()


@pytest.mark.postgres
async def test_fault_7_four_processes_share_one_schedule(postgres_url: str) -> None:
    async with world(postgres_url, people=48) as here:
        workers = [await here.start(waits=True) for _ in range(4)]
        assert [await worker.wait() for worker in workers] == [0, 0, 0, 0]
        await here.check_each_arrived_once()


async def test_fault_8_a_storm_of_429_is_waited_out(sqlite_url: str) -> None:
    async with world(sqlite_url, people=20) as here:
        here.side.faults.rate_limit("chat.postMessage", retry_after=1, times=10)
        assert await here.run(waits=True) == 0
        await here.check_each_arrived_once()


async def _stopped(pid: int) -> None:
    """Wait until the process stands still."""
    while " T " not in _stat(pid):  # noqa: ASYNC110 - the kernel has no event for it
        await asyncio.sleep(0.01)


def _stat(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read()
