"""The port to a chat platform. Adapters implement `ChatPlatform`; `bot/` calls nothing else of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.core.cards import Card
from bot.core.events import Event
from bot.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message can go: a conversation of a workspace.

    `tenant` is the Slack team id or Teams tenant id; `reference` holds whatever else the platform needs to
    speak there (for Teams the service URL), opaque outside the adapter.
    """

    tenant: str
    conversation: str
    reference: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that stands: `message` is the platform's id of it (Slack ``ts``, Teams activity id)."""

    address: Address
    message: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells of a user; empty strings where it tells nothing. `zone` is an IANA name."""

    user: str
    name: str
    email: str = ""
    zone: str = ""
    language: str = ""
    is_bot: bool = False
    gone: bool = False
    """The account is switched off."""
    complete: bool = True
    """False where the platform did not tell who this is."""
    vouched: bool = True
    """False where the platform has not confirmed the address, or another organisation set it (Slack Connect,
    a guest): then it says nothing of who this is."""

    def told(self) -> dict[str, str]:
        """What of it a person may change for the bot, and the platform may change later."""
        values = {"name": self.name, "email": self.email, "zone": self.zone, "language": self.language}
        return {name: value for name, value in values.items() if value}


class PlatformError(Exception):
    """A call failed for good: the reason is safe to show to a facilitator and names what to do. `code` is the
    platform's own word for why, where it gave one; `prompts.words.platforms` has the remedy for it."""

    code: str = ""


class Throttled(PlatformError):
    """Too fast. Nothing was done; call again after `retry_after` seconds, not before. `everywhere`: that is
    said of the whole workspace, not of one conversation. `deferred`: this message was put off, whatever its
    pace, and may be for ever."""

    def __init__(self, retry_after: float, *, everywhere: bool = False, deferred: bool = False) -> None:
        super().__init__(f"rate limited for {retry_after:g} s")
        self.retry_after = retry_after
        self.everywhere = everywhere
        self.deferred = deferred


class Uncertain(PlatformError):
    """The connection broke after the request left: it may have been done. Look before doing it again, and
    not before `settles_within` seconds: the platform may still be at it."""

    def __init__(self, text: str, *, settles_within: float = 0) -> None:
        super().__init__(text)
        self.settles_within = settles_within


class Unavailable(PlatformError):
    """The platform could not take it (5xx, refused connection). Nothing was done; try later."""


class WorkspaceRefused(PlatformError):
    """The platform refuses the bot in the whole workspace: its token, a permission, a policy. Nothing was
    done; it works again when an administrator has put it right."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


class Unreachable(PlatformError):
    """This person cannot be written to there any more: the address is refused, the account is switched off,
    gone, or a bot's. Nothing was sent."""


class CannotLookUp(PlatformError):
    """This platform has no way to tell whether a message stands."""


class ChatPlatform(Protocol):
    """One chat platform. Every call may raise `Throttled`, `Uncertain`, `Unavailable`, `WorkspaceRefused`,
    `Unreachable`, `PlatformError`.

    Nothing here is called inside a database transaction.
    """

    name: str
    can_open_channels: bool
    """Whether `open_channel` works (Slack); else a channel is linked where the bot is installed (Teams)."""
    can_open_groups: bool
    """Whether `open_group` works (Slack; Teams with Graph permission); else a thread with mentions."""

    one_to_one_only: bool
    """Whether each person is written to alone: there are no channels, groups or home. Such a
    platform knows every address, so it is asked last who a person is."""

    async def answer(self, event: Event, reply: Reply) -> None:
        """Deliver the reply to an event that was handled after its acknowledgement (or after a crash)."""
        ...

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        """Post `card` once, never repeating blindly. `mark` is an opaque id that `find` can look for;
        `users` gives the platform user of each person the card may mention."""
        ...

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        """The message carrying `mark` posted at or after `since`, if it stands. Raises `CannotLookUp`."""
        ...

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None: ...

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        """The one-to-one conversation with a user, opened if need be; idempotent."""
        ...

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        """A private channel; the name is made to fit, a taken one of the bot's own is reused."""
        ...

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        """A conversation of just these users (Slack group message, Teams group chat or thread at `near`);
        what stands above it is in `language`."""
        ...

    async def can_serve(self, channel: Address) -> str:
        """Empty when the bot can do in this channel what a cohort's channel needs; else why not, as a code:
        ``not_in_channel``, ``public_channel``."""
        ...

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        """Invite users; returns those who could not be, with the platform's code for why. Idempotent."""
        ...

    async def remove(self, channel: Address, user: str) -> None: ...

    async def pin(self, sent: Sent) -> None:
        """Pin a message (no-op where the platform has no pins for bots)."""
        ...

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        """Set the channel's bookmark of that title (no-op where there are none). Idempotent."""
        ...

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        """What the platform tells of a user. Paced: many at once wait for their turn (`Throttled`)."""
        ...

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        """The user of a workspace with this address; None when there is none, or it may not be told."""
        ...

    async def members(self, channel: Address) -> list[Profile]:
        """Everyone in the channel but the bot."""
        ...

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None:
        """Show the bot's home to a user (no-op where there is none)."""
        ...


def channels_linked(platforms: Mapping[str, ChatPlatform]) -> frozenset[str]:
    """The platforms on which the bot can open no channel."""
    return frozenset(name for name, one in platforms.items() if not one.can_open_channels)


def threads_only(platforms: Mapping[str, ChatPlatform]) -> frozenset[str]:
    """The platforms that open a group as a thread of a linked channel, and nowhere else."""
    return frozenset(
        name for name, one in platforms.items() if not (one.can_open_groups or one.one_to_one_only)
    )
