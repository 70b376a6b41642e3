"""What a Slack workspace holds, as plain data that survives a trip through JSON."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict

ChannelKind = Literal["public", "private", "im", "mpim"]
Block = dict[str, Any]


@dataclass
class User:
    """An account. `tz` is an IANA zone; some accounts have none. `role` is the community's own word."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str | None = None
    tz: str | None = None
    locale: str | None = None
    role: str = ""
    is_guest: bool = False
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    home_team: str = ""
    """With Slack Connect: the organisation they come from. Their payloads carry its id."""
    single_channel: bool = False
    """A guest who may be in one channel only."""
    is_email_confirmed: bool = True
    """Whether somebody has opened the letter that Slack sent to the address."""


@dataclass(frozen=True)
class SlackMessage:
    """One message. An update replaces it, so one held from before shows what a stale screen would show."""

    ts: str
    team_id: str
    channel_id: str
    user_id: str
    text: str
    blocks: tuple[Block, ...] = ()
    metadata: dict[str, Any] | None = None
    bot_id: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    edited: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    file_ids: tuple[str, ...] = ()
    at: float = 0.0
    seq: int = 0

    @property
    def link_id(self) -> str:
        return f"{self.channel_id}/{self.ts}"


@dataclass
class Bookmark:
    id: str
    channel_id: str
    title: str
    link: str
    emoji: str | None = None
    type: str = "link"


@dataclass
class Channel:
    """A conversation; `messages` are keyed by ts and stand in order of time."""

    id: str
    team_id: str
    kind: ChannelKind
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    admins_only: bool = False
    """Whether nobody but administrators may post; an app is none."""
    messages: dict[str, SlackMessage] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)


@dataclass
class View:
    """A modal or home tab as one person sees it. `values` is state.values; `errors`: block_id → message."""

    id: str
    team_id: str
    user_id: str
    type: Literal["modal", "home"]
    content: dict[str, Any]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    response_urls: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 0

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Block]:
        return list(self.content["blocks"])


@dataclass
class StoredFile:
    """A file; `data` is None until the bytes were uploaded, `shared` false until the upload was completed."""

    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    id: str
    name: str
    length: int
    user_id: str
    alt_text: str | None = None
    title: str = ""
    data: bytes | None = None
    shared: bool = False


@dataclass
class AppInstallation:
    """The app in one workspace."""

    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]
    revoked: bool = False
    org_wide: bool = False
    """Whether the token is one of a whole organisation, which names no workspace."""


@dataclass
class SlackWorkspace:
    id: str
    name: str
    domain: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    direct: dict[str, str] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    ephemerals: list[SlackMessage] = field(default_factory=list)
    scheduled: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    installation: AppInstallation | None = None
    restricted: list[str] = field(default_factory=list)
    """Methods that the workspace leaves to administrators: ``conversations.create``, say."""


@dataclass(frozen=True)
class SlackApp:
    """The registered app: secrets, and what it asked Slack for. Every secret is the playground's own."""

    app_id: str
    name: str
    client_id: str
    client_secret: str
    signing_secret: str
    app_token: str
    scopes: tuple[str, ...]
    bot_events: tuple[str, ...]
    commands: tuple[str, ...]
    redirect_urls: tuple[str, ...] = ()
    socket_mode: bool = False
    should_escape: bool = True


@dataclass(frozen=True)
class MessageChange:
    """One thing that became different, for a page that follows along."""

    kind: str
    team_id: str
    channel_id: str | None = None
    user_id: str | None = None
    item: str | None = None


@dataclass
class Trigger:
    """A trigger_id: who did something, and until when (monotonic seconds) a view may be opened for it."""

    team_id: str
    user_id: str
    until: float
    used: bool = False
    view_id: str | None = None


@dataclass
class ResponseUrl:
    """Where an interaction may be answered: five times, for thirty minutes."""

    team_id: str
    channel_id: str
    user_id: str
    until: datetime
    message_ts: str | None = None
    uses: int = 0
