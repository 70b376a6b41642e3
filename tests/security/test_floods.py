"""Row 19: a flood from one workspace keeps nobody else waiting for more than one event of it."""

from __future__ import annotations

import asyncio

from bot.inbox import Turns

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
