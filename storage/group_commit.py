"""One commit for all that waits: what comes up while a commit is on its way goes with the next.

A commit waits for the disk, so with one for each of many small writes they would queue up behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    written: asyncio.Future[Result] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class GroupCommit(Generic[Item, Result]):
    """Calls `commit` with up to `most` items (0: with all that wait), and gives each its own result.

    With `gather` a group waits so many seconds for more, when the one before it was not of a single item.

    When a group fails, its items are committed one by one, so that one that cannot be written keeps no other
    out; with an error that `concerns_all` there is no use in that, and all of the group get it.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        most: int = 0,
        gather: float = 0,
        concerns_all: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        self._commit = commit
        self._most = most
        self._gather = gather
        self._last_size = 0
        self._concerns_all = concerns_all
        self._waiting: list[_Waiting[Item, Result]] = []
        self._writing: asyncio.Task[None] | None = None
        self.idle = asyncio.Event()
        """Set while nothing waits to be committed."""
        self.idle.set()

    async def put(self, item: Item) -> Result:
        """Commit one item with whatever else waits. Raises what `commit` raised for it."""
        one: _Waiting[Item, Result] = _Waiting(item)
        self._waiting.append(one)
        if self._writing is None or self._writing.done():
            self.idle.clear()
            self._writing = asyncio.create_task(self._write())
        return await one.written

    async def _write(self) -> None:
        while self._waiting:
            if self._gather and self._last_size > 1:
                await asyncio.sleep(self._gather)
            most = self._most or len(self._waiting)
            group, self._waiting = self._waiting[:most], self._waiting[most:]
            self._last_size = len(group)
            await self._settle(group)
        self.idle.set()

    async def _settle(self, group: list[_Waiting[Item, Result]]) -> None:
        """Whoever waited may have gone meanwhile: their item is written all the same."""
        try:
            results = await self._commit([one.item for one in group])
        except Exception as error:
            if len(group) > 1 and not self._concerns_all(error):
                for one in group:
                    await self._settle([one])
                return
            for one in group:
                if not one.written.done():
                    one.written.set_exception(error)
            return
        for one, result in zip(group, results, strict=True):
            if not one.written.done():
                one.written.set_result(result)
