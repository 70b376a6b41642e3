"""Who comes while a storm is on goes with the group that is about to be committed; nobody else waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from storage.group_commit import GroupCommit

GATHER = 0.05


async def _groups(gather: float) -> list[list[int]]:
    """Two that come together, then four that come one after the other, then one that comes alone."""
    groups: list[list[int]] = []

    async def commit(group: Sequence[int]) -> list[None]:
        groups.append(list(group))
        return [None] * len(group)

    outbox_writer: GroupCommit[int, None] = GroupCommit(commit, gather=gather)
    await asyncio.gather(outbox_writer.put(1), outbox_writer.put(2))
    trickle = []
    for number in range(3, 7):
        trickle.append(asyncio.create_task(outbox_writer.put(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*trickle)
    await outbox_writer.put(7)
    return groups


async def test_a_group_after_one_of_several_waits_for_those_that_come_with_it() -> None:
    assert await _groups(GATHER) == [[1, 2], [3, 4, 5, 6], [7]]


async def test_without_gathering_each_is_committed_as_it_comes() -> None:
    groups = await _groups(0)
    assert sorted(number for group in groups for number in group) == [1, 2, 3, 4, 5, 6, 7]
    assert len(groups) > 3
