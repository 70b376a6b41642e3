"""People who use the bot, in the same words on either platform: type, press, fill in, read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.playground.people import SamplePerson
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.slack import SlackSide
from adapters.playground.teams import PlaygroundError as TeamsError
from adapters.playground.teams import TeamsSide

Settle = Callable[[], Awaitable[None]]


class CannotDo(Exception):
    """Somebody looked for a button or a form that is not there."""


class Actor(Protocol):
    """One person at their screen. Everything waits until the bot has done what follows from it."""

    person: SamplePerson

    async def type(self, text: str, channel: str = "") -> None:
        """A command, in the chat with the bot or in a channel."""
        ...

    async def press(self, label: str) -> None:
        """The newest button of that label that this person sees. Raises `CannotDo`."""
        ...

    async def fill_in(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Submit the open form, values by the field's label. Returns what is wrong, by field."""
        ...

    def messages(self) -> int:
        """How many messages this person can read."""
        ...


@dataclass
class OnSlack:
    person: SamplePerson
    side: SlackSide
    settle: Settle

    async def type(self, text: str, channel: str = "") -> None:
        outcome = await self.side.command(self.person.name, channel or None, "/throughline", text)
        _well(outcome.failure, text)
        await self.settle()

    async def press(self, label: str) -> None:
        try:
            outcome = await self.side.press(self.person.name, None, label)
        except SlackError as error:
            raise CannotDo(f"{self.person.name}: {error}") from None
        _well(outcome.failure, label)
        await self.settle()

    async def fill_in(self, values: Mapping[str, Any]) -> dict[str, str]:
        outcome = await self.side.submit(self.person.name, None, dict(values))
        await self.settle()
        return dict(outcome.errors)

    def messages(self) -> int:
        return len(self.side.inbox(self.person.name))


@dataclass
class OnTeams:
    person: SamplePerson
    side: TeamsSide
    settle: Settle

    async def type(self, text: str, channel: str = "") -> None:
        if channel:
            outcome = await self.side.mention_bot(self.person.name, channel, text)
        else:
            outcome = await self.side.say(self.person.name, "bot", text)
        _well(outcome.failure, text)
        await self.settle()

    async def press(self, label: str) -> None:
        try:
            outcome = await self.side.press(self.person.name, None, label)
        except TeamsError as error:
            raise CannotDo(f"{self.person.name}: {error}") from None
        _well(outcome.failure, label)
        await self.settle()

    async def fill_in(self, values: Mapping[str, Any]) -> dict[str, str]:
        outcome = await self.side.submit(self.person.name, dict(values))
        await self.settle()
        return dict(outcome.errors)

    def messages(self) -> int:
        return len(self.side.inbox(self.person.name))


def _well(failure: str | None, what: str) -> None:
    if failure:
        raise CannotDo(f"{what}: {failure}")
