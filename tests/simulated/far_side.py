"""The other side of the port in memory: accepts, refuses, throttles, breaks off, and kills the caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from bot.core.cards import Card
from bot.core.events import Event
from bot.core.platform import (
    Address,
    CannotLookUp,
    PlatformError,
    Profile,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
)
from bot.core.reply import Reply


class Crash(BaseException):
    """The process is killed here: nothing that follows is run."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message that was accepted, and when by the moved clock."""

    mark: str
    at: datetime
    sent: Sent


@dataclass
class Weather:
    """How often, of a thousand calls, something goes wrong. All zero is a fine day."""

    throttled: int = 0
    unavailable: int = 0
    uncertain: int = 0
    crash_before: int = 0
    crash_after: int = 0


@dataclass
class FarSide:
    """`arrives` is called for every accepted message, before the answer leaves."""

    name: str
    chance: Random
    now: Callable[[], datetime]
    arrives: Callable[[str], Awaitable[None]]
    weather: Weather = field(default_factory=Weather)
    posts: list[Post] = field(default_factory=list)
    can_open_channels: bool = True
    can_open_groups: bool = True
    one_to_one_only = False
    _numbers: Any = field(default_factory=lambda: count(1))

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        weather, roll = self.weather, self.chance.randrange(1000)
        outcomes: list[tuple[int, Callable[[], BaseException], bool]] = [
            (weather.throttled, lambda: Throttled(float(self.chance.randint(1, 90))), False),
            (weather.unavailable, lambda: Unavailable("not now"), False),
            (weather.uncertain, lambda: Uncertain("no answer"), self.chance.random() < 0.5),
            (weather.crash_before, Crash, False),
            (weather.crash_after, Crash, True),
        ]
        for share, error, accepted in outcomes:
            if roll < share:
                if accepted:
                    await self._accept(to, mark)
                raise error()
            roll -= share
        return await self._accept(to, mark)

    async def _accept(self, to: Address, mark: str) -> Sent:
        sent = Sent(to, str(next(self._numbers)))
        self.posts.append(Post(mark, self.now(), sent))
        await self.arrives(mark)
        return sent

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        if self.name == "teams":
            raise CannotLookUp("Teams cannot be asked")
        return next((post.sent for post in self.posts if post.mark == mark and post.at >= since), None)

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        return Address(tenant, f"direct-{user}", reference)

    # Nothing below is called for nudges.

    async def answer(self, event: Event, reply: Reply) -> None:
        raise PlatformError("not simulated")

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None:
        raise PlatformError("not simulated")

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        raise PlatformError("not simulated")

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        raise PlatformError("not simulated")

    async def can_serve(self, channel: Address) -> str:
        raise PlatformError("not simulated")

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        raise PlatformError("not simulated")

    async def remove(self, channel: Address, user: str) -> None:
        raise PlatformError("not simulated")

    async def pin(self, sent: Sent) -> None:
        raise PlatformError("not simulated")

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        raise PlatformError("not simulated")

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        raise PlatformError("not simulated")

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        raise PlatformError("not simulated")

    async def members(self, channel: Address) -> list[Profile]:
        raise PlatformError("not simulated")

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None:
        raise PlatformError("not simulated")
