"""What a workspace's administrators, and other apps, do in Slack: accounts go and change, channels too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.playground.slack.delivery import Delivery
from adapters.playground.slack.events import member_joined
from adapters.playground.slack.identity import new_id
from adapters.playground.slack.model import Channel, User
from adapters.playground.slack.queries import Person, Place, Sight
from adapters.playground.slack.shapes import user_json
from adapters.playground.slack.workplace import SlackWorkplace


class Administering:
    """The part of `SlackSide` that is nobody's own doing; each tells the bot what Slack would."""

    workplace: SlackWorkplace
    delivery: Delivery
    sight: Sight

    async def deactivate(self, person: Person) -> None:
        """The account is switched off: it can be written to no more, and is in no channel."""
        user = self.sight.user(person)
        user.deleted = True
        for channel in self.workplace.workspaces[user.team_id].channels.values():
            if channel.kind in ("public", "private") and user.id in channel.members:
                channel.members.remove(user.id)
        await self._tell_changed(user)

    async def change_profile(self, person: Person, **changes: Any) -> None:
        """Another name, address, zone or locale."""
        user = self.sight.user(person)
        changed = replace(user, **changes)
        self.workplace.workspaces[user.team_id].users[user.id] = changed
        await self._tell_changed(changed)

    async def _tell_changed(self, user: User) -> None:
        self.workplace.publish("person", user.team_id, user_id=user.id)
        await self.delivery.event(
            self.workplace.workspaces[user.team_id], {"type": "user_change", "user": self.shape_of(user)}
        )

    def shape_of(self, user: User) -> dict[str, Any]:
        """The account as events show it: the address needs the scope."""
        installation = self.workplace.workspaces[user.team_id].installation
        seen = installation is not None and "users:read.email" in installation.scopes
        return user_json(self.workplace, user, with_email=seen, with_locale=True)

    async def archive(self, person: Person, place: Place) -> Channel:
        """Put a channel away: nothing can be posted there."""
        channel = self._channel(person, place)
        channel.is_archived = True
        await self._tell_of(channel, "archive", self.sight.user(person))
        return channel

    async def unarchive(self, person: Person, place: Place) -> Channel:
        channel = self._channel(person, place)
        channel.is_archived = False
        await self._tell_of(channel, "unarchive", self.sight.user(person))
        return channel

    async def remove_bot(self, person: Person, place: Place) -> Channel:
        """Take the bot out of a channel."""
        channel = self._channel(person, place)
        workspace = self.workplace.workspaces[channel.team_id]
        assert workspace.installation is not None
        channel.members.remove(workspace.installation.bot_user_id)
        await self._tell_of(channel, "left", self.sight.user(person))
        return channel

    async def add_other_bot(self, place: Place, name: str = "Poll Bot") -> User:
        """Another app's bot comes into a channel."""
        channel = self.sight.channel(place, None)
        user = User(new_id("U"), channel.team_id, name.lower().replace(" ", ""), name, is_bot=True)
        self.workplace.workspaces[channel.team_id].users[user.id] = user
        channel.members.append(user.id)
        event = member_joined(channel, user.id, None)
        await self.delivery.event(self.workplace.workspaces[channel.team_id], event)
        return user

    def _channel(self, person: Person, place: Place) -> Channel:
        return self.sight.channel(place, self.sight.user(person).team_id)

    async def _tell_of(self, channel: Channel, what: str, by: User) -> None:
        self.workplace.publish("channel", channel.team_id, channel.id, by.id)
        kind = "group" if channel.kind == "private" else "channel"
        event: dict[str, Any] = {
            "type": f"{kind}_{what}",
            "channel": channel.id,
            "event_ts": self.workplace.next_ts(),
        }
        if what != "left":
            event["user"] = by.id
        await self.delivery.event(self.workplace.workspaces[channel.team_id], event)
