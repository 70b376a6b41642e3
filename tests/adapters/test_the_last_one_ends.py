"""Waiting for work that has just ended: its entry goes in the loop's next turn, which the wait must give.

Since Python 3.12 a `gather` of finished tasks ends at once and gives no turn: a loop around it never ended.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from adapters.dispatcher import Dispatcher
from adapters.playground.slack.delivery import Delivery
from bot.core.router import Recorded
from bot.nudges.hands import Hands

SECONDS = 5


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """A busy loop never lets the event loop's own time limits run."""

    def too_long(_: int, __: FrameType | None) -> None:
        raise AssertionError("it never ends")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


async def _work() -> None:
    pass


def _hands() -> tuple[Callable[[], None], Callable[[], Coroutine[Any, Any, None]]]:
    hands = Hands()
    return lambda: hands.take(_work()), hands.wait


def _dispatcher() -> tuple[Callable[[], None], Callable[[], Coroutine[Any, Any, None]]]:
    router: Any = SimpleNamespace(platforms={})
    dispatcher = Dispatcher(router)

    async def deliver(recorded: Recorded) -> None:
        pass

    dispatcher.deliver = deliver  # type: ignore[method-assign]
    one: Any = SimpleNamespace(id=1)
    return lambda: dispatcher.later(one), dispatcher.drain


def _delivery() -> tuple[Callable[[], None], Callable[[], Coroutine[Any, Any, None]]]:
    anything: Any = SimpleNamespace()
    delivery = Delivery(anything, anything, anything, anything)

    async def attempt() -> list[Any]:
        return []

    delivery.event = lambda *_: attempt()  # type: ignore[method-assign]
    delivery._wanted = lambda *_: True  # type: ignore[method-assign]
    return lambda: delivery.event_in_background(anything, {}), delivery.settle


@pytest.mark.parametrize("made", [_hands, _dispatcher, _delivery])
async def test_a_wait_ends_with_work_that_has_just_ended(made: Callable[[], Any]) -> None:
    begin, wait = made()
    begin()
    await asyncio.sleep(0)  # it runs, and is done; what follows from that is still to come
    await wait()
