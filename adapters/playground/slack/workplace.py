"""The state of the far side: workspaces, people, conversations, messages, and what only Slack would know."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from adapters.playground.people import SamplePerson
from adapters.playground.slack.changes import Changes
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.identity import new_id
from adapters.playground.slack.model import (
    AppInstallation,
    Block,
    Channel,
    ChannelKind,
    MessageChange,
    ResponseUrl,
    SlackApp,
    SlackMessage,
    SlackWorkspace,
    Trigger,
    User,
)

TRIGGER_SECONDS = 3.0
RESPONSE_URL_MINUTES = 30

_SNAPSHOT: TypeAdapter[dict[str, SlackWorkspace]] = TypeAdapter(dict[str, SlackWorkspace])


class SlackWorkplace:
    """All workspaces that one app is installed in.

    `now` is the playground's clock (aware, UTC): it dates messages, rate limits and retries, and may be
    moved. `monotonic` is real seconds: the life of a trigger_id, which no moved clock shortens. `base_url` is
    where the far side is reached; it stands in the addresses that the bot is given.
    """

    def __init__(self, app: SlackApp, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.app = app
        self.now = now
        self.monotonic = monotonic
        self.base_url = ""
        self.looked_at: Callable[[str, Any], None] = lambda name, rendering: None
        """Told of each message (``blocks``) and ``view`` that was accepted, as the bot sent it."""
        self.workspaces: dict[str, SlackWorkspace] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.changes = Changes()
        self._last_ts = 0
        self._seq = 0

    # -- workspaces, people, the app ---------------------------------------------------------------

    def add_workspace(self, team_id: str, name: str, people: Iterable[SamplePerson]) -> SlackWorkspace:
        """A workspace with these people in #general; the app is not installed yet."""
        workspace = SlackWorkspace(team_id, name, domain=name.lower().replace(" ", "-"))
        self.workspaces[team_id] = workspace
        for person in people:
            self.add_person(team_id, person)
        creator = next(iter(workspace.users), "")
        self.create_channel(workspace, "general", "public", creator, list(workspace.users))
        return workspace

    def add_person(self, team_id: str, person: SamplePerson) -> User:
        """An account for this person, in #general where it exists."""
        workspace = self.workspaces[team_id]
        user = User(
            id=person.id,
            team_id=team_id,
            name=person.email.partition("@")[0] or person.id.lower(),
            real_name=person.name,
            email=person.email or None,
            tz=person.tz,
            locale=person.locale,
            role=person.role,
            is_guest=person.is_guest,
            is_admin=person.role == "administrator",
        )
        workspace.users[user.id] = user
        general = self.channel_named(workspace, "general")
        if general is not None and not user.is_guest:
            general.members.append(user.id)
        self.publish("person", team_id, user_id=user.id)
        return user

    def install(self, team_id: str, scopes: Iterable[str] | None = None) -> AppInstallation:
        """Install the app: a bot account and a token with these scopes (default: all that the app asks for).

        A second installation keeps the bot account and adds scopes, as Slack does.
        """
        workspace = self.workspaces[team_id]
        granted = list(self.app.scopes if scopes is None else scopes)
        old = workspace.installation
        if old is not None and not old.revoked:
            old.scopes = sorted({*old.scopes, *granted})
            return old
        bot_user_id = old.bot_user_id if old else new_id("U")
        handle = self.app.name.lower().replace(" ", "")
        workspace.users[bot_user_id] = User(
            bot_user_id, team_id, handle, self.app.name, tz="America/Los_Angeles", is_bot=True
        )
        workspace.installation = AppInstallation(
            bot_token=f"xoxb-playground-{secrets.token_hex(20)}",
            bot_user_id=bot_user_id,
            bot_id=old.bot_id if old else new_id("B"),
            scopes=granted,
        )
        return workspace.installation

    def workspace_of_token(self, token: str) -> SlackWorkspace:
        """The workspace that a bot token belongs to; invalid_auth, token_revoked."""
        for workspace in self.workspaces.values():
            installation = workspace.installation
            if installation is not None and secrets.compare_digest(
                installation.bot_token.encode(), token.encode()
            ):
                if installation.revoked:
                    raise SlackError("token_revoked")
                return workspace
        raise SlackError("invalid_auth")

    # -- conversations -----------------------------------------------------------------------------

    def create_channel(
        self, workspace: SlackWorkspace, name: str, kind: ChannelKind, creator: str, members: list[str]
    ) -> Channel:
        """A new conversation; name_taken where another channel, even an archived one, has the name."""
        if kind in ("public", "private") and self.channel_named(workspace, name) is not None:
            raise SlackError("name_taken")
        prefix = {"public": "C", "private": "C", "im": "D", "mpim": "G"}[kind]
        created = int(self.now().timestamp())
        channel = Channel(
            new_id(prefix), workspace.id, kind, name, creator, created, list(dict.fromkeys(members))
        )
        workspace.channels[channel.id] = channel
        self.publish("channel", workspace.id, channel.id)
        return channel

    def channel_named(self, workspace: SlackWorkspace, name: str) -> Channel | None:
        return next(
            (c for c in workspace.channels.values() if c.name == name and c.kind in ("public", "private")),
            None,
        )

    def direct(self, workspace: SlackWorkspace, members: Iterable[str]) -> tuple[Channel, bool]:
        """The direct message between exactly these people, and whether it is new."""
        people = sorted(set(members))
        key = ",".join(people)
        if key in workspace.direct:
            return workspace.channels[workspace.direct[key]], False
        kind: ChannelKind = "im" if len(people) <= 2 else "mpim"
        names = "--".join(workspace.users[person].name for person in people)
        name = "" if kind == "im" else f"mpdm-{names}-1"[:80]
        channel = self.create_channel(workspace, name, kind, people[0], people)
        workspace.direct[key] = channel.id
        return channel, True

    # -- messages ----------------------------------------------------------------------------------

    def post(
        self, channel: Channel, user_id: str, text: str, blocks: Iterable[Block] = (), **more: Any
    ) -> SlackMessage:
        """Put a message into a conversation. `more` names further fields of Message."""
        message = self._new_message(channel, user_id, text, tuple(blocks), more)
        channel.messages[message.ts] = message
        self.publish("message", channel.team_id, channel.id, user_id, message.ts)
        return message

    def post_ephemeral(
        self,
        channel: Channel,
        user_id: str,
        reader: str,
        text: str,
        blocks: Iterable[Block] = (),
        **more: Any,
    ) -> SlackMessage:
        """Show a message to one reader only; it stands in no history."""
        message = self._new_message(channel, user_id, text, tuple(blocks), {**more, "ephemeral_to": reader})
        self.workspaces[channel.team_id].ephemerals.append(message)
        self.publish("ephemeral", channel.team_id, channel.id, reader, message.ts)
        return message

    def replace_message(self, message: SlackMessage, **changes: Any) -> SlackMessage:
        """Put a changed copy in the message's place; whoever holds the old one holds a stale screen."""
        changed = replace(message, **changes, seq=self.next_seq())
        workspace = self.workspaces[message.team_id]
        if message.ephemeral_to is not None:
            workspace.ephemerals = [changed if m.ts == message.ts else m for m in workspace.ephemerals]
        else:
            workspace.channels[message.channel_id].messages[message.ts] = changed
        self.publish("message_changed", message.team_id, message.channel_id, message.user_id, message.ts)
        return changed

    def remove_message(self, message: SlackMessage) -> None:
        workspace = self.workspaces[message.team_id]
        if message.ephemeral_to is not None:
            workspace.ephemerals = [m for m in workspace.ephemerals if m.ts != message.ts]
        else:
            channel = workspace.channels[message.channel_id]
            channel.messages.pop(message.ts, None)
            channel.pins = [ts for ts in channel.pins if ts != message.ts]
        self.publish("message_deleted", message.team_id, message.channel_id, message.user_id, message.ts)

    def visible_to(self, workspace: SlackWorkspace, user_id: str) -> list[SlackMessage]:
        """Everything this person can read in their own conversations, ephemerals included, oldest first."""
        mine = [c for c in workspace.channels.values() if user_id in c.members]
        messages = [message for channel in mine for message in channel.messages.values()]
        messages += [m for m in workspace.ephemerals if m.ephemeral_to == user_id]
        return sorted(messages, key=lambda message: message.ts)

    def _new_message(
        self, channel: Channel, user_id: str, text: str, blocks: tuple[Block, ...], more: dict[str, Any]
    ) -> SlackMessage:
        return SlackMessage(
            ts=self.next_ts(),
            team_id=channel.team_id,
            channel_id=channel.id,
            user_id=user_id,
            text=text,
            blocks=blocks,
            at=self.now().timestamp(),
            seq=self.next_seq(),
            **more,
        )

    # -- what an interaction opens -----------------------------------------------------------------

    def new_trigger(self, team_id: str, user_id: str, view_id: str | None = None) -> str:
        """A trigger_id for what this person just did, good for one view within three seconds."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(
            team_id, user_id, self.monotonic() + TRIGGER_SECONDS, view_id=view_id
        )
        return trigger_id

    def use_trigger(self, team_id: str, trigger_id: str) -> Trigger:
        """Spend a trigger_id; invalid_trigger_id, expired_trigger_id, exchanged_trigger_id."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None or trigger.team_id != team_id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.monotonic() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, channel: Channel, user_id: str, message_ts: str | None = None) -> str:
        """A response_url, good for five answers within thirty minutes."""
        key = f"{channel.team_id}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        until = self.now() + timedelta(minutes=RESPONSE_URL_MINUTES)
        self.response_urls[key] = ResponseUrl(channel.team_id, channel.id, user_id, until, message_ts)
        return f"{self.base_url}/response/{key}"

    # -- numbers, the feed, the snapshot -----------------------------------------------------------

    @property
    def seq(self) -> int:
        """The number of the newest change that a person can see."""
        return self._seq

    def next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def next_ts(self) -> str:
        """A message timestamp by the playground's clock: unique, and never going back."""
        micros = max(int(self.now().timestamp() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def publish(
        self,
        kind: str,
        team_id: str,
        channel_id: str | None = None,
        user_id: str | None = None,
        item: str | None = None,
    ) -> None:
        self.changes.publish(MessageChange(kind, team_id, channel_id, user_id, item))

    def save(self, path: Path) -> None:
        """Write all workspaces to one JSON file, whole or not at all."""
        draft = path.with_suffix(path.suffix + ".new")
        draft.write_bytes(_SNAPSHOT.dump_json(self.workspaces))
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Take up what `save` wrote; triggers and response_urls do not outlive a restart."""
        self.workspaces = _SNAPSHOT.validate_json(path.read_bytes())
        stamps = [
            message.ts
            for workspace in self.workspaces.values()
            for channel in workspace.channels.values()
            for message in channel.messages.values()
        ]
        self._last_ts = max((int(ts.replace(".", "")) for ts in stamps), default=0)
