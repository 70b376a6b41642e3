"""Several processes keep one pace: what one has taken or was told, the others know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import MovedClock
from bot.core.platform import Throttled
from bot.core.rate_limits import ALONE, APART, CALM, LONGEST_WAIT, SOON, Limit, RateLimiter, _turn
from storage.database import Database
from storage.migrating import migrate
from storage.token_buckets import TokenBucket

START = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
POSTS = Limit("slack T1 chat.postMessage", per_minute=60, at_once=5)
CHAT = Limit("slack T1 D1", per_minute=30, at_once=1)


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[list[RateLimiter]]:
    """Four, each with connections of its own and the same clock."""
    databases = [Database(database_url) for _ in range(4)]
    await migrate(databases[0])
    clock = MovedClock(START)
    yield [RateLimiter(database, clock) for database in databases]
    for database in databases:
        await database.close()


async def _waits(processes: list[RateLimiter], times: int, *limits: Limit) -> list[float]:
    """All processes ask so often, side by side; the seconds that each was told, in order."""

    async def one(process: RateLimiter) -> float:
        try:
            await process.take(*limits)
        except Throttled as error:
            return error.retry_after
        return 0.0

    return sorted(await asyncio.gather(*(one(process) for process in processes * times)))


def _move(processes: list[RateLimiter], seconds: float) -> None:
    clock = processes[0]._clock
    assert isinstance(clock, MovedClock)
    clock.advance(timedelta(seconds=seconds))


async def test_together_they_take_what_one_may_and_the_rest_stands_in_line(
    processes: list[RateLimiter],
) -> None:
    assert await _waits(processes, 3, POSTS) == [0.0] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


async def test_who_comes_back_in_its_turn_is_served(processes: list[RateLimiter]) -> None:
    await _waits(processes, 2, POSTS)
    for _ in range(3):
        _move(processes, 1)
        assert await _waits(processes[:1], 1, POSTS) == [0.0]
    _move(processes, 60)
    assert (await _waits(processes, 2, POSTS)).count(0.0) == 5


async def test_what_one_was_told_to_wait_all_of_them_wait(processes: list[RateLimiter]) -> None:
    await processes[0].hold(POSTS, 30)
    assert await _waits(processes, 1, POSTS) == [30.0] * 4
    _move(processes, 30)
    assert (await _waits(processes, 1, POSTS)).count(0.0) == 1


def test_after_a_refusal_one_goes_ahead_and_then_one_after_the_other_until_it_was_quiet() -> None:
    many = Limit("slack T1 chat.postMessage", per_minute=600, at_once=600)
    pace = TokenBucket(name=many.name, full_at=START, line_until=START, not_before=START, refused=True)
    assert [_turn([(many, pace)], START).taken for _ in range(3)] == [True, False, False]
    turns = [_turn([(many, pace)], START + ALONE) for _ in range(20)]
    assert [turn.wait / APART for turn in turns] == [*range(13), *[13] * 7]
    assert [turn.taken for turn in turns] == [True] * 13 + [False] * 7
    later = START + ALONE + CALM + SOON + APART
    assert [_turn([(many, pace)], later).wait for _ in range(20)] == [timedelta(0)] * 20


async def test_what_was_refused_is_given_back(processes: list[RateLimiter]) -> None:
    for _ in range(5):
        await processes[0].take(POSTS)
    await processes[0].hold(CHAT, 30, POSTS)
    assert await _waits(processes[:2], 1, POSTS) == [0.0, 1.0]


async def test_two_limits_are_taken_both_or_neither(processes: list[RateLimiter]) -> None:
    assert await _waits(processes, 1, POSTS, CHAT) == [0.0, 2.0, 4.0, 6.0]
    assert (await _waits(processes, 2, POSTS)).count(0.0) == 4, "only one was taken"


async def test_a_clock_that_is_wrong_by_an_hour_holds_nobody_up_for_an_hour(
    processes: list[RateLimiter],
) -> None:
    _move(processes, 3600)
    await processes[0].hold(POSTS, 30)
    await _waits(processes, 2, POSTS)
    _move(processes, -3600)
    assert max(await _waits(processes, 1, POSTS)) <= LONGEST_WAIT.total_seconds()
