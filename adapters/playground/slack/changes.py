"""A feed of what changed, for everyone who watches."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.playground.slack.model import MessageChange


class Changes:
    """Broadcasts each change to every open queue; who does not watch costs nothing."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[MessageChange]] = set()

    def publish(self, change: MessageChange) -> None:
        for queue in self._queues:
            queue.put_nowait(change)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[MessageChange]]:
        """A queue that receives every change from now until the block ends."""
        queue: asyncio.Queue[MessageChange] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
