"""No process asks a platform faster than it may be asked, however many processes there are.

What is limited is a row of the database (`storage.token_buckets`): a token bucket that all processes take
from, and a line. Who finds the bucket empty is told when its turn will be, one after the other, instead of
all coming back at the same moment; and what a platform tells one process to wait, all of them wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.core.platform import Throttled
from storage.database import Database, is_away
from storage.group_commit import GroupCommit
from storage.token_buckets import TokenBucket, held_paces, write_paces

LONGEST_WAIT = timedelta(minutes=15)
"""Nobody is sent away for longer, be the line ever so long or another machine's clock ever so wrong."""
SOON = timedelta(seconds=0.25)
"""For so long it is not worth while to send somebody away."""
ALONE = timedelta(seconds=0.5)
"""After a refusal one call goes ahead: when the platform refuses it too, nobody else has asked."""
CALM = timedelta(minutes=1)
APART = timedelta(milliseconds=20)
"""Then they go one after the other, until none went for a minute."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls a minute, and `at_once` without a pause after a quiet time."""

    name: str
    per_minute: float
    at_once: int

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=1 / self.per_minute)

    @property
    def full(self) -> timedelta:
        """How long before the bucket is full there is one call in it."""
        return self.interval * (self.at_once - 1)


@dataclass(frozen=True, slots=True)
class RateTurn:
    """When it is one's turn. `taken`: the call may then be made; else one has to ask again. `told`: the
    platform has said so, of the first limit."""

    wait: timedelta
    taken: bool
    told: bool = False


class RateLimiter:
    """One per process and platform. Calls that are asked for side by side share their commit."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._asked: GroupCommit[Sequence[Limit], RateTurn] = GroupCommit(
            self._take_all, concerns_all=is_away
        )

    async def take(self, *limits: Limit) -> None:
        """Make one call now, within all of these, that of the whole workspace first. Raises `Throttled` when
        it is not its turn; then nothing is taken."""
        turn = await self._asked.put(limits)
        if not turn.taken:
            raise Throttled(turn.wait.total_seconds(), everywhere=turn.told)
        if turn.wait:
            await asyncio.sleep(turn.wait.total_seconds())

    async def hold(self, limit: Limit, seconds: float, *taken: Limit) -> None:
        """The platform itself has said of a call: not before so many seconds. What the call had `taken` is
        given back, for nothing was done."""
        until = self._clock.now() + timedelta(seconds=seconds)
        async with self._database.write() as db:
            paces = await held_paces(db, [limit.name, *(one.name for one in taken)], self._clock.now())
            pace = paces[limit.name]
            pace.not_before, pace.refused = max(pace.not_before, until), True
            for one in taken:
                paces[one.name].full_at -= one.interval
            await write_paces(db, paces.values())

    async def _take_all(self, asked: Sequence[Sequence[Limit]]) -> list[RateTurn]:
        async with self._database.write() as db:
            now = self._clock.now()
            paces = await held_paces(db, [limit.name for limits in asked for limit in limits], now)
            turns = [_turn([(limit, paces[limit.name]) for limit in limits], now) for limits in asked]
            await write_paces(db, paces.values())
        return turns


def _turn(buckets: Sequence[tuple[Limit, TokenBucket]], now: datetime) -> RateTurn:
    """Take one call from all of the buckets; or none, and a place in line where one is empty: unless the
    platform itself has said when to come back."""
    latest = now + LONGEST_WAIT
    empty_until = [min(pace.full_at - limit.full, latest) for limit, pace in buckets]
    told = [min(pace.not_before, latest) for _, pace in buckets]
    wait = max(timedelta(0), max(told) - now)
    if max(empty_until) <= now and wait <= SOON:
        for limit, pace in buckets:
            pace.full_at = max(pace.full_at, now) + limit.interval
            if pace.not_before > now - CALM:
                pace.not_before = max(pace.not_before, now) + (ALONE if pace.refused else APART)
                pace.refused = False
        return RateTurn(wait, taken=True)
    if wait > SOON:
        return RateTurn(wait, taken=False, told=told[0] > now + SOON)
    for (limit, pace), moment in zip(buckets, empty_until, strict=True):
        if moment > now:
            pace.line_until = min(max(moment, pace.line_until + limit.interval), latest)
            wait = max(wait, pace.line_until - now)
    return RateTurn(wait, taken=False)
