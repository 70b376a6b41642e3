"""The things a Teams tenant holds, as the bot's far side keeps them: plain records, JSON in, JSON out.

Identifiers have the shapes Teams gives them: people `29:…` beside their Entra object id, the bot
`28:<app id>`, chats `19:…@thread.v2`, channels `19:…@thread.tacv2`, personal chats `a:…`, and a reply
chain in a channel is the channel's id followed by `;messageid=<root activity id>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ConversationKind = Literal["personal", "groupChat", "channel"]
JsonObject = dict[str, Any]

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
THREAD_MARK = ";messageid="


@dataclass
class TeamsUser:
    """A member of a tenant. `timezone` is an IANA name, or None where the client does not tell."""

    aad_object_id: str
    teams_id: str
    tenant_id: str
    name: str
    email: str
    locale: str = "en-US"
    timezone: str | None = None
    is_guest: bool = False
    """From another organisation: they may own nothing here."""
    home_tenant: str = ""
    """With a shared channel: the organisation they come from. They are nobody's guest."""


@dataclass
class TeamsChannel:
    """A channel of a team. A private one has its own members, and apps are not part of it."""

    id: str
    name: str
    team_id: str
    private: bool = False
    member_ids: list[str] = field(default_factory=list)


@dataclass
class Team:
    """A team; its id is the id of its General channel, as Teams has it."""

    id: str
    name: str
    aad_group_id: str
    tenant_id: str
    member_ids: list[str] = field(default_factory=list)
    channels: list[TeamsChannel] = field(default_factory=list)
    bot_installed: bool = False
    bot_hears_all: bool = False
    """The app was allowed to read the team's channels (``ChannelMessage.Read.Group``)."""


@dataclass
class Chat:
    """A personal chat with the bot, or a group chat."""

    id: str
    kind: ConversationKind
    tenant_id: str
    member_ids: list[str]
    topic: str | None = None
    bot_installed: bool = False


@dataclass
class Post:
    """One message that stands in a conversation.

    `views` holds cards that an `Action.Execute` answer put in place for one person only, which is what
    Teams does until the bot also updates the message. `sender_id` is a Teams id (`28:` for the bot).
    """

    id: str
    conversation_id: str
    thread_id: str | None
    sender_id: str
    text: str
    activity: JsonObject
    created_at: str
    updated_at: str | None = None
    deleted: bool = False
    mentioned_ids: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    views: dict[str, JsonObject] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender_id.startswith("28:")

    @property
    def address(self) -> str:
        """The conversation to answer in: the reply chain where there is one."""
        return (
            f"{self.conversation_id}{THREAD_MARK}{self.thread_id}" if self.thread_id else self.conversation_id
        )

    @property
    def cards(self) -> list[JsonObject]:
        """The Adaptive Cards of the message, raw."""
        return [
            attachment["content"]
            for attachment in self.activity.get("attachments") or []
            if attachment.get("contentType") == ADAPTIVE_CARD
        ]

    def cards_seen_by(self, user_id: str) -> list[JsonObject]:
        """The cards as one person's client shows them (see `views`)."""
        return [self.views[user_id]] if user_id in self.views else self.cards


@dataclass
class Dialog:
    """The dialog (task module) open before one person: a card, or a page named by its URL."""

    user_id: str
    conversation_id: str
    title: str
    card: JsonObject | None = None
    url: str | None = None
    height: str | int | None = None
    width: str | int | None = None
    opened_from: str | None = None


@dataclass(frozen=True)
class PostChange:
    """One step of the feed of changes. `kind` is posted, updated, deleted, reacted, view changed,
    dialog opened, dialog closed, joined, left, installed or uninstalled."""

    number: int
    kind: str
    conversation_id: str
    activity_id: str | None = None
    user_id: str | None = None


def channel_of(conversation_id: str) -> str:
    """The conversation itself when the id names a reply chain in it."""
    return conversation_id.partition(THREAD_MARK)[0]


def thread_of(conversation_id: str) -> str | None:
    """The root activity id when the conversation id names a reply chain."""
    return conversation_id.partition(THREAD_MARK)[2] or None
