"""`TeamsSide`: be anyone in the workplace, from a test, the demo or the browser page.

People are named by Teams id, Entra object id, email or name; conversations by id, by a channel's or chat's
name, or as `"bot"` for the person's own chat with the bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.teams import seeing
from adapters.playground.teams.activities import ActivityForms
from adapters.playground.teams.answers import close_dialog
from adapters.playground.teams.delivery import DeliveryOutcome, Postbox
from adapters.playground.teams.errors import TeamsPlaygroundError
from adapters.playground.teams.graph import ALL_PERMISSIONS
from adapters.playground.teams.installing import AppInstaller
from adapters.playground.teams.limits import RateLimits
from adapters.playground.teams.model import Dialog, JsonObject, Post, PostChange, TeamsUser, channel_of
from adapters.playground.teams.pressing import Buttons, offers
from adapters.playground.teams.seeing import TeamsRoom
from adapters.playground.teams.tokens import Forgery, TokenDesk
from adapters.playground.teams.workplace import TeamsWorkplace

Found = TypeVar("Found")

BOT = "bot"
"""The name of a person's own chat with the bot, for everybody."""


class TeamsSide(AppInstaller):
    """The far side of one bot. `at` is called by `running`; call `connect` once the bot listens.

    `permissions` are the Graph application permissions that the administrator has granted.
    `buttons.old_client = True` makes everybody's client one that takes the fallback of `Action.Execute`.
    """

    def __init__(
        self,
        workplace: TeamsWorkplace,
        ledger: Ledger | None = None,
        faults: Faults | None = None,
        enforce_rates: bool = True,
        *,
        app_password: str = "playground-secret",  # noqa: S107 - the far side's own, worth nothing elsewhere
        permissions: frozenset[str] | set[str] = ALL_PERMISSIONS,
    ) -> None:
        self.workplace = workplace
        self.ctx = TokenDesk(app_id=workplace.app_id, app_password=app_password, permissions=set(permissions))
        self.limits = RateLimits(lambda: workplace.now())
        self.limits.enabled = enforce_rates
        self.ledger = ledger if ledger is not None else Ledger()
        self.faults = faults if faults is not None else Faults()
        self.forms = ActivityForms(workplace)
        self.postbox = Postbox(workplace, self.ctx, self.faults)
        self.buttons = Buttons(workplace, self.forms, self.postbox)
        self.background = set()
        self.root = ""
        self.graph_url = ""

    # Addresses ----------------------------------------------------------------------------------

    def at(self, root: str, service_path: str, graph_path: str) -> None:
        """Tell the side where it is served (done by `running`)."""
        self.root = root
        self.forms.service_url = self.postbox.service_url = f"{root}{service_path}/"
        self.graph_url = f"{root}{graph_path}"

    @property
    def service_url(self) -> str:
        """The connector's address, as it stands in every activity."""
        return self.forms.service_url

    @property
    def openid_url(self) -> str:
        """The OpenID metadata document that the bot is to trust."""
        return f"{self.root}/.well-known/openidconfiguration"

    def token_url(self, tenant_id: str) -> str:
        """Where the bot gets its access tokens (client credentials)."""
        return f"{self.root}/{tenant_id}/oauth2/v2.0/token"

    @property
    def bot_url(self) -> str | None:
        """The bot's messages endpoint; None while no bot is there."""
        return self.postbox.bot_url

    def connect(self, url: str | None) -> None:
        """Set the bot's messages endpoint (loopback only); None: no bot is there."""
        if url is not None and urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise TeamsPlaygroundError("the playground talks to a bot on this machine only")
        self.postbox.bot_url = url

    # Speaking -----------------------------------------------------------------------------------

    async def say(
        self,
        user: TeamsUser | str,
        conversation: str | None,
        text: str,
        *,
        thread: str | None = None,
        quoting: Post | None = None,
        naming: Sequence[TeamsUser] = (),
    ) -> DeliveryOutcome:
        """Say something; `conversation` None is the person's chat with the bot; `quoting`: as a reply that
        quotes a message; `naming`: who was picked after an @, by name in the text.

        In channels and group chats the bot does not hear it unless it is mentioned.
        """
        return await self._speak(
            self.user(user), conversation, text, thread, mention=False, naming=naming, quoting=quoting
        )

    async def mention_bot(
        self,
        user: TeamsUser | str,
        conversation: str | None,
        text: str,
        *,
        thread: str | None = None,
        naming: Sequence[TeamsUser] = (),
    ) -> DeliveryOutcome:
        """Say something to the bot in a channel or group chat; `thread` is a root id to reply under."""
        return await self._speak(self.user(user), conversation, text, thread, mention=True, naming=naming)

    async def _speak(
        self,
        user: TeamsUser,
        conversation: str | None,
        text: str,
        thread: str | None,
        *,
        mention: bool,
        naming: Sequence[TeamsUser] = (),
        quoting: Post | None = None,
    ) -> DeliveryOutcome:
        conversation_id = self.conversation_id(user, conversation)
        self._must_be_member(user, conversation_id)
        if thread:
            conversation_id = f"{channel_of(conversation_id)};messageid={thread}"
        post = self.workplace.add_post(conversation_id, user.teams_id, {"type": "message", "text": text})
        post.mentioned_ids = [one.teams_id for one in naming]
        where = post.address
        activity = self.forms.message(
            user, where, text, activity_id=post.id, mention=mention, naming=naming, quoting=quoting
        )
        if not (mention or self._heard(where)):
            return DeliveryOutcome(activity=activity)
        if not self.workplace.bot_may_write(where):
            return DeliveryOutcome(failure="the bot is not in this conversation", activity=activity)
        return self._looking(user, await self.postbox.deliver(activity), post.id)

    def _heard(self, place: str) -> bool:
        """Whether the bot hears what is said there without being named."""
        chat, channel = self.workplace.chats.get(place), self.workplace.channel(place)
        if channel is not None:
            return self.workplace.teams[channel.team_id].bot_hears_all
        return chat is not None and chat.kind == "personal"

    async def edit(self, user: TeamsUser | str, post: Post, text: str) -> DeliveryOutcome:
        """Change what one wrote; the bot hears of it where it hears everything, and in its own chat."""
        person = self.user(user)
        if post.sender_id != person.teams_id:
            raise TeamsPlaygroundError(f"{person.name} did not write that")
        post.activity, post.text = {**post.activity, "text": text}, text
        post.updated_at = self.workplace.now().isoformat()
        self.workplace.changed("updated", post.conversation_id, post.id)
        activity = self.forms.edited(person, post.address, text, activity_id=post.id)
        if not self._heard(post.address):
            return DeliveryOutcome(activity=activity)
        return self._looking(person, await self.postbox.deliver(activity), self.workplace.new_post_id())

    async def hear_itself(self, post: Post) -> DeliveryOutcome:
        """What Teams tells a bot of its own message where it hears everything."""
        somebody = next(iter(self.workplace.users.values()))
        activity = self.forms.message(somebody, post.address, post.text, activity_id=post.id)
        bot = {"id": self.workplace.bot_id, "name": self.workplace.bot_name}
        return await self.postbox.deliver({**activity, "from": bot})

    async def react(
        self, user: TeamsUser | str, activity_id: str, kind: str = "like", *, added: bool = True
    ) -> DeliveryOutcome:
        """Put a reaction on a message, or take it away; the bot hears of those on its own messages."""
        person, post = self.user(user), self.find_post(activity_id)
        self._must_be_member(person, post.conversation_id)
        people = post.reactions.setdefault(kind, [])
        if added is (person.teams_id in people):
            raise TeamsPlaygroundError(f"{person.name} has {'already' if added else 'not'} reacted so")
        (people.append if added else people.remove)(person.teams_id)
        self.workplace.changed("reacted", post.conversation_id, post.id, person.teams_id)
        if post.sender_id != self.workplace.bot_id:
            return DeliveryOutcome()
        return await self.postbox.deliver(
            self.forms.reaction(person, post.address, post.id, kind, added=added)
        )

    # Pressing and submitting --------------------------------------------------------------------

    async def press(
        self,
        user: TeamsUser | str,
        target: Post | str | None,
        action: str | int = 0,
        *,
        values: Mapping[str, Any] | None = None,
        check: bool = True,
        card: JsonObject | None = None,
    ) -> DeliveryOutcome:
        """Press a button of a card, by its title or its place, with the card's inputs filled in.

        `target` is a message or its id, or None: the newest before the person that has the button.
        `check=False` skips the client's own validation; `card` presses a button of a card held from
        before, which the conversation no longer shows.
        """
        person, since = self.user(user), self.workplace.new_post_id()
        post = self._target(person, target, action, deleted_too=card is not None)
        self._must_be_member(person, post.conversation_id)
        outcome = await self.buttons.press(person, post, action, values or {}, check=check, card=card)
        return self._looking(person, outcome, since)

    def _target(
        self, user: TeamsUser, target: Post | str | None, action: str | int, *, deleted_too: bool
    ) -> Post:
        if target is not None:
            found = target.id if isinstance(target, Post) else target
            return self.find_post(found, deleted_too=deleted_too)
        for post in reversed(self.inbox(user)):
            if offers(post.cards_seen_by(user.teams_id), action):
                return post
        raise TeamsPlaygroundError(f"{user.name} sees no button {action!r}")

    def _looking(self, user: TeamsUser, outcome: DeliveryOutcome, since: str) -> DeliveryOutcome:
        def look() -> list[Post]:
            return [post for post in self.inbox(user) if post.from_bot and int(post.id) > int(since)]

        return replace(outcome, look=look)

    async def submit(
        self,
        user: TeamsUser | str,
        values: Mapping[str, Any] | None = None,
        *,
        action: str | int = 0,
        check: bool = True,
        dialog: Dialog | None = None,
    ) -> DeliveryOutcome:
        """Submit the person's open dialog; fields left alone give their defaults.

        In a dialog that is a web page, `values` are sent as the page would send them. `dialog` submits
        one held from before (a second window, a form long expired).
        """
        person, since = self.user(user), self.workplace.new_post_id()
        shown = dialog or self.dialog_of(person)
        if shown is None:
            raise TeamsPlaygroundError(f"{person.name} has no dialog open")
        outcome = await self.buttons.submit(person, shown, values or {}, action, check=check)
        return self._looking(person, outcome, since)

    def cancel(self, user: TeamsUser | str) -> None:
        """Close the person's dialog; Teams tells the bot nothing about it."""
        close_dialog(self.workplace, self.user(user))

    # Seeing -------------------------------------------------------------------------------------

    def dialog_of(self, user: TeamsUser | str) -> Dialog | None:
        """The dialog that is open before this person."""
        return self.workplace.dialogs.get(self.user(user).teams_id)

    def inbox(self, user: TeamsUser | str, conversation: str | None = None) -> list[Post]:
        """All that this person can read, own words included, oldest first; or what is in one place."""
        person = self.user(user)
        posts = seeing.inbox(self.workplace, person)
        if conversation is None:
            return posts
        place = channel_of(self.conversation_id(person, conversation))
        return [post for post in posts if post.conversation_id == place]

    def received(self, user: TeamsUser | str) -> list[Post]:
        """What the bot has sent this person in their own chat and in group chats, in order."""
        return seeing.received(self.workplace, self.user(user))

    def mentions(self, user: TeamsUser | str) -> list[Post]:
        """The messages anywhere that mention this person, in order (the activity feed)."""
        return seeing.mentions(self.workplace, self.user(user))

    def channel(self, name: str) -> TeamsRoom:
        """A channel or group chat by its name or id."""
        return seeing.room(self.workplace, self._named(name))

    def dm(self, user: TeamsUser | str) -> TeamsRoom:
        """The person's own chat with the bot, with what both have said."""
        return seeing.room(self.workplace, self.conversation_id(user, BOT))

    def find_post(self, activity_id: str, *, deleted_too: bool = False) -> Post:
        """A message by its id, wherever it is."""
        return seeing.find_post(self.workplace, activity_id, deleted_too=deleted_too)

    def changes(self) -> AbstractContextManager[asyncio.Queue[PostChange]]:
        """`with side.changes() as queue: change = await queue.get()`: all that changes from now on."""
        return seeing.watching(self.workplace)

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
                raise TeamsPlaygroundError(f"not seen within {timeout} s") from None
        return found

    # The wire -----------------------------------------------------------------------------------

    async def deliver(self, activity: JsonObject, forgery: Forgery | None = None) -> DeliveryOutcome:
        """Post an activity as it is: again (a duplicate), altered, or under a forged token."""
        return await self.postbox.deliver(activity, forgery)

    async def redeliver(self, force: bool = False) -> list[DeliveryOutcome]:
        """Send again what had no answer, and what a fault held back, as far as it is due by the clock."""
        return await self.postbox.redeliver(force)

    def conversation_id(self, user: TeamsUser | str, name: str | None) -> str:
        """The id behind a conversation's name as this person would use it."""
        if name in (None, BOT):
            return self.workplace.personal_chat(self.user(user)).id
        return self._named(str(name))

    def _named(self, name: str) -> str:
        if channel_of(name) in self.workplace.chats or self.workplace.channel(name):
            return name
        channels = [c.id for team in self.workplace.teams.values() for c in team.channels if c.name == name]
        found = channels + [chat.id for chat in self.workplace.chats.values() if chat.topic == name]
        if len(found) != 1:
            raise TeamsPlaygroundError(f"{len(found)} conversations are called {name!r}")
        return found[0]

    def _must_be_member(self, user: TeamsUser, conversation_id: str) -> None:
        people = self.workplace.members(conversation_id) or []
        if user not in people:
            raise TeamsPlaygroundError(f"{user.name} is not in this conversation")
