"""Row 19: a flood from one workspace keeps nobody else waiting for more than one event of it, and thousands
of messages due in one community keep no other's waiting for more than a batch."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from bot.core.inbox import Turns
from bot.nudges.outbox import claim_due_nudges
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Community
from tests.support.stage import START, staged

FLOOD = 2_000


async def test_an_event_of_another_workspace_is_handled_among_the_first_of_a_flood() -> None:
    turns, handled = Turns(2), list[str]()

    async def handle(workspace: str) -> None:
        await turns.take(workspace)
        try:
            await asyncio.sleep(0)
            handled.append(workspace)
        finally:
            turns.give()

    flood = [asyncio.create_task(handle("flooding")) for _ in range(FLOOD)]
    await asyncio.sleep(0)
    calm = [asyncio.create_task(handle("calm")) for _ in range(20)]
    await asyncio.gather(*flood, *calm)
    places = [place for place, workspace in enumerate(handled) if workspace == "calm"]
    assert len(handled) == FLOOD + 20
    assert places[0] <= 6, "two in hand and what was given out meanwhile"
    assert places[-1] <= 6 + 2 * 20, "turn by turn, so at most twice the wait of an idle house"


async def test_ten_workspaces_take_turns_whatever_each_has_sent() -> None:
    turns, handled = Turns(1), list[int]()

    async def handle(workspace: int) -> None:
        await turns.take(str(workspace))
        handled.append(workspace)
        await asyncio.sleep(0)
        turns.give()

    tasks = [
        asyncio.create_task(handle(workspace)) for workspace in range(10) for _ in range(workspace * 30 + 1)
    ]
    await asyncio.gather(*tasks)
    assert set(handled[:20]) == set(range(10))
    assert len(handled) == len(tasks)


async def test_a_turn_of_somebody_who_gave_up_is_not_lost() -> None:
    turns = Turns(1)
    await turns.take("a")
    gone, waits = (asyncio.create_task(turns.take(name)) for name in ("b", "c"))
    await asyncio.sleep(0)
    gone.cancel()
    turns.give()
    await asyncio.wait_for(waits, 5)
    turns.give()
    given = asyncio.create_task(turns.take("d"))
    await asyncio.wait_for(given, 5)
    late = asyncio.create_task(turns.take("e"))
    await asyncio.sleep(0)
    turns.give()
    late.cancel()
    await asyncio.gather(late, return_exceptions=True)
    await asyncio.wait_for(turns.take("f"), 5)


async def test_messages_of_other_communities_go_within_the_first_batch_of_a_flood(database_url: str) -> None:
    """The flood has been due the longest, and two calm communities have a few messages each."""
    due = {1: FLOOD, 2: 10, 3: 10, 4: 0}
    async with staged(database_url, ()) as stage:
        async with stage.database.write() as db:
            db.add_all(Community(name=f"Number {number}", created_at=START) for number in (2, 3, 4))
            await db.flush()
            for community, messages in due.items():
                db.add_all(_due(community, number) for number in range(messages))
        batches = [await _claimed(stage.database) for _ in range(FLOOD // 100 + 2)]
    assert batches[0] == {1: 80, 2: 10, 3: 10}
    assert batches[1] == {1: 100}, "nothing is left over where nobody else waits"
    assert sum(batches, Counter()) == +Counter(due), "and each of them once"


def _due(community: int, number: int) -> Nudge:
    at = START - timedelta(minutes=5 - community, seconds=FLOOD - number)
    key = f"{community} {number}"
    return Nudge(key=key, community_id=community, kind="note", due_at=at, created_at=START)


async def _claimed(database: Database) -> Counter[int]:
    return Counter(nudge.community_id for nudge in await claim_due_nudges(database, "one", START))
