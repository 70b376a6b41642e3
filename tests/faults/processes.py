"""Processes of our own to kill, stop and start again, forked from one that has imported everything.

A process starts in milliseconds so; it shares nothing with the others but the program text.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.preloaded"])
STOPPED = " T "


class Process:
    """A started process. `status` is -9 for one that was killed."""

    def __init__(self, life: Callable[..., None], *given: Any) -> None:
        self._process = _CONTEXT.Process(target=life, args=given, daemon=True)
        self._process.start()
        self.pid = int(self._process.pid or 0)

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        await asyncio.to_thread(self._process.join)
        return int(self._process.exitcode or 0)

    @property
    def ended(self) -> bool:
        return not self._process.is_alive()

    def kill(self) -> None:
        self.tell(signal.SIGKILL)

    def tell(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)

    async def stands_still(self) -> None:
        """Wait until a SIGSTOP has taken effect."""
        while STOPPED not in _stat(self.pid):  # noqa: ASYNC110 - the kernel has no event for it
            await asyncio.sleep(0.01)


def _stat(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read()
