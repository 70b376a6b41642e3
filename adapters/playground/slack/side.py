"""The people's side of Slack: what tests, the demo and the browser page do in it, and see of it.

A person is given as User, id, real name or handle; a channel as Channel, id or name.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.people import SamplePerson
from adapters.playground.slack import payloads
from adapters.playground.slack.administering import Administering
from adapters.playground.slack.answer import Answer
from adapters.playground.slack.api import WebApi
from adapters.playground.slack.delivery import Delivery
from adapters.playground.slack.errors import PlaygroundError, SlackError
from adapters.playground.slack.events import changed_event, member_joined, mention_event, message_event
from adapters.playground.slack.interactions import Interactions, Target
from adapters.playground.slack.methods.chat import post_scheduled
from adapters.playground.slack.model import (
    Channel,
    ChannelKind,
    MessageChange,
    ResponseUrl,
    SlackMessage,
    User,
    View,
)
from adapters.playground.slack.oauth import OAuth
from adapters.playground.slack.outcome import CallOutcome
from adapters.playground.slack.queries import Person, Place, Sight
from adapters.playground.slack.rates import Rates
from adapters.playground.slack.response_urls import show
from adapters.playground.slack.screens import view_json
from adapters.playground.slack.sockets import PlaygroundSockets
from adapters.playground.slack.workplace import SlackWorkplace

LONGEST_MESSAGE = 40_000

Found = TypeVar("Found")


class SlackSide(Administering):
    """One far side: a workplace, its Web API, its way to the bot, and the hands of the people in it."""

    def __init__(
        self,
        workplace: SlackWorkplace,
        ledger: Ledger,
        faults: Faults,
        enforce_rates: bool = True,
    ) -> None:
        self.workplace = workplace
        self.ledger = ledger
        self.faults = faults
        self.rates = Rates(workplace.now, enforced=enforce_rates)
        self.sockets = PlaygroundSockets(workplace.app.app_id)
        self.oauth = OAuth(workplace)
        self.delivery = Delivery(workplace, self.rates, faults, self.sockets)
        self.api = WebApi(
            workplace, self.rates, ledger, self.delivery.event_in_background, self.sockets, self.oauth
        )
        self.sight = Sight(workplace)
        self._interactions = Interactions(workplace, self.delivery, self.sight)

    @property
    def base_url(self) -> str:
        """Where the far side is reached; the Web API is under {base_url}/api/."""
        return self.workplace.base_url

    def connect(self, events: str, interactivity: str | None = None, commands: str | None = None) -> None:
        """Set the bot's request URLs (loopback only); the two others default to the first."""
        self.delivery.connect(events, interactivity, commands)

    # -- doing -------------------------------------------------------------------------------------

    async def say(
        self, person: Person, place: Place | None, text: str, thread: SlackMessage | None = None
    ) -> CallOutcome:
        """Write a message; `place` None is the direct message with the bot. @handles and #channels work.

        The bot gets the message event, and an app_mention where it is named and in the channel.
        """
        user = self.sight.user(person)
        channel = self.sight.place_of(user, place)
        if channel.is_archived:
            raise PlaygroundError(f"{channel.name} is archived")
        if channel.admins_only and not user.is_admin:
            raise PlaygroundError(f"only administrators may post in {channel.name}")
        if len(text) > LONGEST_MESSAGE:
            raise PlaygroundError(f"a message has at most {LONGEST_MESSAGE} characters")
        workspace = self.sight.workspace(user)
        since = self.workplace.seq
        wire = payloads.wire_text(workspace, text)
        message = self.workplace.post(
            channel, user.id, wire, thread_ts=thread.thread_ts or thread.ts if thread else None
        )
        if thread is not None and thread.thread_ts is None:
            self.workplace.replace_message(thread, thread_ts=thread.ts)
        events = [message_event(self.workplace, workspace, channel, message)]
        bot = workspace.installation.bot_user_id if workspace.installation else None
        if bot is not None and f"<@{bot}>" in wire and channel.kind != "im":
            events.append(mention_event(channel, message))
        outcome = await self._tell(user, events, since)
        outcome.posted = message
        return outcome

    async def edit(self, person: Person, message: SlackMessage, text: str) -> CallOutcome:
        """Change what one wrote: the bot gets message_changed."""
        user = self._author(person, message)
        workspace, since = self.sight.workspace(user), self.workplace.seq
        wire = payloads.wire_text(workspace, text)
        changed = self.workplace.replace_message(message, text=wire, edited=self.workplace.next_ts())
        channel = workspace.channels[message.channel_id]
        event = changed_event(self.workplace, workspace, channel, message, changed)
        outcome = await self._tell(user, [event], since)
        outcome.posted = changed
        return outcome

    async def delete(self, person: Person, message: SlackMessage) -> CallOutcome:
        """Take back what one wrote: the bot gets message_deleted."""
        user = self._author(person, message)
        workspace, since = self.sight.workspace(user), self.workplace.seq
        channel = workspace.channels[message.channel_id]
        event = changed_event(self.workplace, workspace, channel, message, None)
        self.workplace.remove_message(message)
        return await self._tell(user, [event], since)

    async def command(self, person: Person, place: Place | None, command: str, text: str = "") -> CallOutcome:
        """Type a slash command somewhere; an answer in the acknowledgement is shown there."""
        user = self.sight.user(person)
        channel = self.sight.place_of(user, place)
        if command not in self.workplace.app.commands:
            raise PlaygroundError(f"{command} is not a valid command")
        workspace = self.sight.workspace(user)
        since = self.workplace.seq
        url = self.workplace.new_response_url(channel, user.id)
        fields = payloads.command_fields(self.workplace, workspace, user, channel, command, text, url)
        answer = await self.delivery.command(fields)
        outcome = self._outcome(user, since, [answer])
        if answer.failure is None and answer.body not in (None, "", {}):
            body = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
            address = ResponseUrl(workspace.id, channel.id, user.id, self.workplace.now())
            try:
                show(self.workplace, workspace, channel, address, body)
            except SlackError as refusal:
                outcome.failure = refusal.code
        return outcome

    async def press(self, person: Person, target: Target, action: str, value: Any = None) -> CallOutcome:
        """Press a button or choose in a menu, by action_id or by the button's label.

        `target` is a message (one held from before counts as a stale screen), a view, or None: the open form,
        else the newest thing before the person that has the action. `value` tells buttons of one action_id
        apart, or is the choice in a menu: an option's value or label, a list of those, an id, a date.
        """
        return await self._interactions.press(person, target, action, value)

    async def options(self, person: Person, target: Target, action: str, typed: str) -> list[dict[str, Any]]:
        """The options that the bot offers in an external select for what was typed."""
        return await self._interactions.options(person, target, action, typed)

    async def submit(
        self, person: Person, view: View | str | None = None, values: dict[str, Any] | None = None
    ) -> CallOutcome:
        """Fill in the open form and submit it. Keys: "block/action", block_id, action_id or label.

        What Slack's own screen refuses (required, too long, not a number) comes back as `errors` with
        `status` None: nothing was sent. The bot's own errors come back as `errors` too, and the form stays.
        """
        return await self._interactions.submit(person, view, values or {})

    async def close(self, person: Person, clear: bool = False) -> CallOutcome:
        """Close the open form, or with `clear` all of the stack; the bot hears of it if it asked to."""
        return await self._interactions.close(person, clear)

    async def shortcut(
        self, person: Person, callback_id: str, message: SlackMessage | None = None
    ) -> CallOutcome:
        """Use a global shortcut, or one on a message."""
        return await self._interactions.shortcut(person, callback_id, message)

    async def open_home(self, person: Person) -> CallOutcome:
        """Open the app's home tab."""
        user = self.sight.user(person)
        workspace = self.sight.workspace(user)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": self.sight.dm(user).id,
            "tab": "home",
            "event_ts": self.workplace.next_ts(),
        }
        home = self.sight.home_of(user)
        if home is not None:
            event["view"] = view_json(workspace, self.workplace.app.app_id, home)
        return await self._tell(user, [event], self.workplace.seq)

    async def join(self, person: Person, place: Place) -> CallOutcome:
        """Enter a channel (by invitation, where it is private)."""
        user = self.sight.user(person)
        channel = self.sight.channel(place, user.team_id)
        if channel.team_id != user.team_id or user.id in channel.members:
            raise PlaygroundError(f"{user.real_name} cannot join {channel.name or channel.id}")
        since = self.workplace.seq
        channel.members.append(user.id)
        notice = self.workplace.post(
            channel, user.id, f"<@{user.id}> has joined the channel", subtype="channel_join"
        )
        workspace = self.sight.workspace(user)
        events = [
            member_joined(channel, user.id, None),
            message_event(self.workplace, workspace, channel, notice),
        ]
        return await self._tell(user, events, since)

    def leave(self, person: Person, place: Place) -> None:
        """Leave a channel; no event that the bot subscribes to tells of it."""
        user = self.sight.user(person)
        channel = self.sight.place_of(user, place)
        channel.members.remove(user.id)
        self.workplace.publish("channel", user.team_id, channel.id, user.id)

    def create_channel(self, person: Person, name: str, private: bool = False, bot: bool = True) -> Channel:
        """A person makes a channel, with the bot in it unless told otherwise."""
        user = self.sight.user(person)
        workspace = self.sight.workspace(user)
        members = [user.id]
        if bot and workspace.installation is not None:
            members.append(workspace.installation.bot_user_id)
        kind: ChannelKind = "private" if private else "public"
        return self.workplace.create_channel(workspace, name, kind, user.id, members)

    async def arrive(self, team_id: str, person: SamplePerson) -> CallOutcome:
        """Someone new comes into the workspace: team_join."""
        since = self.workplace.seq
        user = self.workplace.add_person(team_id, person)
        return await self._tell(user, [{"type": "team_join", "user": self.shape_of(user)}], since)

    async def uninstall(self, team_id: str) -> list[Answer]:
        """An administrator removes the app: the token dies first, then the bot hears of it."""
        workspace = self.workplace.workspaces[team_id]
        if workspace.installation is None:
            raise PlaygroundError(f"the app is not installed in {workspace.name}")
        workspace.installation.revoked = True
        tokens = {"oauth": [], "bot": [workspace.installation.bot_user_id]}
        told = await self.delivery.event(workspace, {"type": "tokens_revoked", "tokens": tokens})
        return told + await self.delivery.event(workspace, {"type": "app_uninstalled"})

    def authorize(
        self, authorize_url: str, team_id: str, person: Person | None = None, allow: bool = True
    ) -> str:
        """Decide on the app's request; where the browser goes next: redirect_uri?code=…&state=…"""
        user_id = None if person is None else self.sight.user(person).id
        return self.oauth.decide_url(authorize_url, team_id, user_id, allow)

    # -- seeing ------------------------------------------------------------------------------------

    def user(self, person: Person) -> User:
        return self.sight.user(person)

    def channel(self, place: Place, team_id: str | None = None) -> Channel:
        return self.sight.channel(place, team_id)

    def channels_of(self, person: Person) -> list[Channel]:
        return self.sight.channels_of(person)

    def dm(self, person: Person) -> Channel:
        """The direct message between this person and the bot."""
        return self.sight.dm(person)

    def inbox(self, person: Person, place: Place | None = None) -> list[SlackMessage]:
        """All that this person can read, oldest first, ephemerals included; or what is in one place."""
        return self.sight.inbox(person, place)

    def modal_of(self, person: Person) -> View | None:
        return self.sight.modal_of(person)

    def home_of(self, person: Person) -> View | None:
        return self.sight.home_of(person)

    def changes(self) -> AbstractContextManager[asyncio.Queue[MessageChange]]:
        """`with side.changes() as queue: change = await queue.get()`: all that changes from now on."""
        return self.workplace.changes.watch()

    async def until(self, look: Callable[[], Found | None], timeout: float = 5.0) -> Found:
        """Wait until `look` sees something (truthy) and return it; looks again after every change.

        PlaygroundError after `timeout` real seconds.
        """
        with self.changes() as queue:
            try:
                async with asyncio.timeout(timeout):
                    while not (found := look()):
                        await queue.get()
            except TimeoutError:
                raise PlaygroundError(f"not seen within {timeout} s") from None
        return found

    # -- deliveries --------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Wait for the events under way that no one waits for (the bot's own posts, invitations)."""
        await self.delivery.settle()

    async def redeliver(self, force: bool = False) -> list[Answer]:
        """Deliver the retries and late events that are due by the clock, and post what was scheduled."""
        post_scheduled(self.workplace)
        return await self.delivery.redeliver(force)

    def _author(self, person: Person, message: SlackMessage) -> User:
        user = self.sight.user(person)
        if (message.user_id, message.team_id) != (user.id, user.team_id):
            raise PlaygroundError(f"{user.real_name} did not write this message")
        return user

    async def _tell(self, user: User, events: list[dict[str, Any]], since: int) -> CallOutcome:
        workspace = self.sight.workspace(user)
        rounds = await asyncio.gather(*(self.delivery.event(workspace, event) for event in events))
        return self._outcome(user, since, [answer for answers in rounds for answer in answers])

    def _outcome(self, user: User, since: int, answers: list[Answer]) -> CallOutcome:
        failure = answers[-1].failure if answers else None
        return CallOutcome(answers, look=lambda: self.sight.shown_since(user, since), failure=failure)
