"""What a person sees: names to accounts and channels, messages, forms, home."""

from adapters.playground.slack.errors import PlaygroundError
from adapters.playground.slack.model import Channel, SlackMessage, SlackWorkspace, User, View
from adapters.playground.slack.workplace import SlackWorkplace

Person = User | str
Place = Channel | str
Shown = list[SlackMessage | View]


class Sight:
    """Read-only looks into the workplace through a person's eyes."""

    def __init__(self, workplace: SlackWorkplace) -> None:
        self._workplace = workplace

    def user(self, person: Person) -> User:
        """An account by id, real name or handle; where that is in two workspaces, give the User itself."""
        if isinstance(person, User):
            return person
        everyone = [user for team in self._workplace.workspaces.values() for user in team.users.values()]
        by_id = [user for user in everyone if user.id == person]
        found = by_id or [user for user in everyone if person in (user.real_name, user.name)]
        if len(found) != 1:
            raise PlaygroundError(f"{len(found)} people answer to {person!r}")
        return found[0]

    def workspace(self, user: User) -> SlackWorkspace:
        return self._workplace.workspaces[user.team_id]

    def channel(self, place: Place, team_id: str | None = None) -> Channel:
        """A channel by id or name, with or without #; where a name is in two workspaces, give `team_id`."""
        if isinstance(place, Channel):
            return place
        found = [
            channel
            for team in self._workplace.workspaces.values()
            if team_id in (None, team.id)
            for channel in team.channels.values()
            if place == channel.id or place.lstrip("#") == (channel.name or None)
        ]
        if len(found) != 1:
            raise PlaygroundError(f"{len(found)} channels answer to {place!r}")
        return found[0]

    def place_of(self, user: User, place: Place | None) -> Channel:
        """A conversation this person is in; None is their direct message with the bot."""
        if place is None:
            return self.dm(user)
        channel = self.channel(place, user.team_id)
        if channel.team_id != user.team_id or user.id not in channel.members:
            raise PlaygroundError(f"{user.real_name} is not in {channel.name or channel.id}")
        return channel

    def dm(self, person: Person) -> Channel:
        """The direct message between this person and the bot, opened if need be."""
        user = self.user(person)
        workspace = self.workspace(user)
        if workspace.installation is None:
            raise PlaygroundError(f"the app is not installed in {workspace.name}")
        return self._workplace.direct(workspace, [workspace.installation.bot_user_id, user.id])[0]

    def channels_of(self, person: Person) -> list[Channel]:
        """The conversations that this person is in."""
        user = self.user(person)
        return [c for c in self.workspace(user).channels.values() if user.id in c.members]

    def inbox(self, person: Person, place: Place | None = None) -> list[SlackMessage]:
        """All that this person can read, oldest first, ephemerals included; or what is in one place."""
        user = self.user(person)
        messages = self._workplace.visible_to(self.workspace(user), user.id)
        if place is None:
            return messages
        channel = self.channel(place, user.team_id)
        return [message for message in messages if message.channel_id == channel.id]

    def modal_of(self, person: Person) -> View | None:
        """The form in front of this person, the top one of a stack."""
        user = self.user(person)
        stack = self.workspace(user).modals.get(user.id, [])
        return stack[-1] if stack else None

    def home_of(self, person: Person) -> View | None:
        user = self.user(person)
        return self.workspace(user).homes.get(user.id)

    def shown_since(self, user: User, seq: int) -> Shown:
        """What is new or changed before this person since the change numbered `seq`, their own words not."""
        messages = [m for m in self.inbox(user) if m.seq > seq and m.user_id != user.id]
        views = [*self.workspace(user).modals.get(user.id, []), self.home_of(user)]
        return [*messages, *(view for view in views if view is not None and view.seq > seq)]
