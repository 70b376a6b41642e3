"""A feed of what changed, for everyone who watches."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.playground.slack.model import Change


class Changes:
    """Broadcasts each change to every open queue; who does not watch costs nothing."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Change]] = set()

    def publish(self, change: Change) -> None:
        for queue in self._queues:
            queue.put_nowait(change)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue that receives every change from now until the block ends."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
