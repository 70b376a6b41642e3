"""`TeamsWorkplace`: everything the far side remembers, and the rules about who is where."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from adapters.playground.teams.model import (
    Chat,
    Dialog,
    JsonObject,
    Post,
    PostChange,
    Team,
    TeamsChannel,
    TeamsUser,
    channel_of,
    thread_of,
)

Listener = Callable[[PostChange], None]


def system_now() -> datetime:
    """The machine's time in UTC, the default clock of the far side."""
    return datetime.now(UTC)


def object_id(tenant_id: str, name: str) -> str:
    """The Entra object id that `TeamsWorkplace.add_user` gives this person."""
    return str(_seed(tenant_id, name))


def _seed(tenant_id: str, name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"teams/{tenant_id}/{name}")


class TeamsWorkplace:
    """Tenants, people, teams, chats, messages and open dialogs of one bot's world, in memory.

    `now` gives the world's time (aware, UTC) for messages and rate limits; token lifetimes follow the
    machine's time, because the bot's libraries check them by it. All methods are safe to call from
    several threads: the connector side lives in its own.
    """

    def __init__(
        self,
        *,
        app_id: str,
        bot_name: str = "Throughline",
        now: Callable[[], datetime] = system_now,
    ) -> None:
        self.app_id = app_id
        self.bot_name = bot_name
        self.bot_id = f"28:{app_id}"
        self.catalog_app_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"catalog/{app_id}"))
        """The app's id in the organisation's catalogue; empty: nobody uploaded its package."""
        self.now = now
        self.lock = threading.RLock()
        self.users: dict[str, TeamsUser] = {}
        self.teams: dict[str, Team] = {}
        self.chats: dict[str, Chat] = {}
        self.posts: dict[str, list[Post]] = {}
        self.dialogs: dict[str, Dialog] = {}
        self.personal_installs: set[str] = set()
        self._listeners: list[Listener] = []
        self._changes = 0
        self._last_post_id = 0

    # People, teams, chats -----------------------------------------------------------------------

    def add_user(
        self,
        name: str,
        *,
        tenant_id: str,
        email: str | None = None,
        locale: str = "en-US",
        timezone: str | None = None,
        aad_object_id: str | None = None,
    ) -> TeamsUser:
        """Someone new in a tenant; identifiers are stable for the same tenant and name."""
        seed = _seed(tenant_id, name)
        aad = aad_object_id or str(seed)
        user = TeamsUser(
            aad_object_id=aad,
            teams_id=f"29:1{uuid.uuid5(seed, aad).hex}",
            tenant_id=tenant_id,
            name=name,
            email=email or f"{name.lower().replace(' ', '.')}@example.org",
            locale=locale,
            timezone=timezone,
        )
        with self.lock:
            self.users[user.teams_id] = user
        return user

    def add_team(
        self, name: str, *, tenant_id: str, members: Sequence[TeamsUser] = (), channels: Sequence[str] = ()
    ) -> Team:
        """A team with its General channel and the named ones; the bot is not installed in it yet."""
        seed = uuid.uuid5(uuid.NAMESPACE_URL, f"teams/{tenant_id}/team/{name}")
        team = Team(
            id=f"19:{seed.hex}@thread.tacv2",
            name=name,
            aad_group_id=str(seed),
            tenant_id=tenant_id,
            member_ids=[user.teams_id for user in members],
        )
        team.channels.append(TeamsChannel(team.id, "General", team.id))
        with self.lock:
            self.teams[team.id] = team
            for channel in channels:
                self.add_channel(team, channel)
        return team

    def add_channel(
        self, team: Team, name: str, *, private: bool = False, members: Sequence[TeamsUser] = ()
    ) -> TeamsChannel:
        """One more channel of a team."""
        seed = uuid.uuid5(uuid.UUID(team.aad_group_id), name)
        channel = TeamsChannel(
            f"19:{seed.hex}@thread.tacv2", name, team.id, private, [user.teams_id for user in members]
        )
        with self.lock:
            team.channels.append(channel)
        return channel

    def add_group_chat(
        self, members: Sequence[TeamsUser], *, topic: str | None = None, bot_installed: bool = False
    ) -> Chat:
        """A group chat of people of one tenant, with or without the bot."""
        chat = Chat(
            id=f"19:{uuid.uuid4().hex}@thread.v2",
            kind="groupChat",
            tenant_id=members[0].tenant_id,
            member_ids=[user.teams_id for user in members],
            topic=topic,
            bot_installed=bot_installed,
        )
        with self.lock:
            self.chats[chat.id] = chat
        return chat

    def personal_chat(self, user: TeamsUser) -> Chat:
        """The one chat of a person and the bot, made when first asked for."""
        chat_id = f"a:1{uuid.uuid5(uuid.NAMESPACE_URL, user.teams_id + self.app_id).hex}"
        with self.lock:
            if chat_id not in self.chats:
                self.chats[chat_id] = Chat(chat_id, "personal", user.tenant_id, [user.teams_id])
            return self.chats[chat_id]

    # Look-ups -----------------------------------------------------------------------------------

    def user(self, key: str) -> TeamsUser | None:
        """By Teams id, Entra object id, email or name."""
        if key in self.users:
            return self.users[key]
        for user in self.users.values():
            if key in (user.aad_object_id, user.email, user.name):
                return user
        return None

    def channel(self, channel_id: str) -> TeamsChannel | None:
        """A channel by its id (reply chains resolve to their channel)."""
        wanted = channel_of(channel_id)
        for team in self.teams.values():
            for channel in team.channels:
                if channel.id == wanted:
                    return channel
        return None

    def members(self, conversation_id: str) -> list[TeamsUser] | None:
        """The people of a conversation, or None where there is no such conversation."""
        chat = self.chats.get(conversation_id)
        if chat:
            return [self.users[member] for member in chat.member_ids]
        channel = self.channel(conversation_id)
        if channel is None:
            return None
        ids = channel.member_ids if channel.private else self.teams[channel.team_id].member_ids
        return [self.users[member] for member in ids]

    def tenant_of(self, conversation_id: str) -> str | None:
        """The tenant that a conversation belongs to."""
        chat = self.chats.get(conversation_id)
        if chat:
            return chat.tenant_id
        channel = self.channel(conversation_id)
        return self.teams[channel.team_id].tenant_id if channel else None

    def bot_may_write(self, conversation_id: str) -> bool:
        """Whether the bot is part of the conversation now.

        A personal chat is open to the bot when it is installed for the person, or in a team that they
        are a member of; a private channel never is.
        """
        chat = self.chats.get(conversation_id)
        if chat and chat.kind == "personal":
            return self.bot_reaches(chat.member_ids[0])
        if chat:
            return chat.bot_installed
        channel = self.channel(conversation_id)
        return bool(channel and not channel.private and self.teams[channel.team_id].bot_installed)

    def bot_reaches(self, user_id: str) -> bool:
        """Whether the bot may open or continue a 1:1 chat with this person."""
        return user_id in self.personal_installs or any(
            team.bot_installed and user_id in team.member_ids for team in self.teams.values()
        )

    def post(self, conversation_id: str, activity_id: str) -> Post | None:
        """A message that still stands."""
        for post in self.posts.get(channel_of(conversation_id), []):
            if post.id == activity_id and not post.deleted:
                return post
        return None

    # Messages -----------------------------------------------------------------------------------

    def new_post_id(self) -> str:
        """An id as Teams gives them: milliseconds of the world's time, never the same twice."""
        with self.lock:
            self._last_post_id = max(self._last_post_id + 1, int(self.now().timestamp() * 1000))
            return str(self._last_post_id)

    def add_post(
        self,
        conversation_id: str,
        sender_id: str,
        activity: JsonObject,
        *,
        mentioned_ids: Sequence[str] = (),
    ) -> Post:
        """Put a message into a conversation; in a channel without a reply chain it starts one."""
        with self.lock:
            post_id = self.new_post_id()
            in_channel = self.channel(conversation_id) is not None
            post = Post(
                id=post_id,
                conversation_id=channel_of(conversation_id),
                thread_id=(thread_of(conversation_id) or post_id) if in_channel else None,
                sender_id=sender_id,
                text=str(activity.get("text") or ""),
                activity=activity,
                created_at=self.now().isoformat(),
                mentioned_ids=list(mentioned_ids),
            )
            self.posts.setdefault(post.conversation_id, []).append(post)
        self.changed("posted", post.conversation_id, post.id, sender_id)
        return post

    # The feed of changes ------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every change from now on; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def changed(
        self, kind: str, conversation_id: str, activity_id: str | None = None, user_id: str | None = None
    ) -> None:
        """Tell the listeners what has just happened."""
        with self.lock:
            self._changes += 1
            change = PostChange(self._changes, kind, conversation_id, activity_id, user_id)
            listeners = list(self._listeners)
        for listener in listeners:
            listener(change)

    @property
    def changes(self) -> int:
        """How many changes there have been since the start: whether a snapshot is still fresh."""
        return self._changes

    # Snapshots ----------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the whole world as one JSON file."""
        with self.lock:
            world = {
                "app_id": self.app_id,
                "bot_name": self.bot_name,
                "users": [asdict(user) for user in self.users.values()],
                "teams": [asdict(team) for team in self.teams.values()],
                "chats": [asdict(chat) for chat in self.chats.values()],
                "posts": [asdict(post) for posts in self.posts.values() for post in posts],
                "dialogs": [asdict(dialog) for dialog in self.dialogs.values()],
                "personal_installs": sorted(self.personal_installs),
                "last_post_id": self._last_post_id,
            }
        path.write_text(json.dumps(world, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, *, now: Callable[[], datetime] = system_now) -> TeamsWorkplace:
        """A world as `save` left it."""
        world = json.loads(path.read_text(encoding="utf-8"))
        workplace = cls(app_id=world["app_id"], bot_name=world["bot_name"], now=now)
        workplace.users = {row["teams_id"]: TeamsUser(**row) for row in world["users"]}
        for row in world["teams"]:
            channels = [TeamsChannel(**channel) for channel in row.pop("channels")]
            workplace.teams[row["id"]] = Team(**row, channels=channels)
        workplace.chats = {row["id"]: Chat(**row) for row in world["chats"]}
        for row in world["posts"]:
            workplace.posts.setdefault(row["conversation_id"], []).append(Post(**row))
        workplace.dialogs = {row["user_id"]: Dialog(**row) for row in world["dialogs"]}
        workplace.personal_installs = set(world["personal_installs"])
        workplace._last_post_id = world["last_post_id"]
        return workplace
