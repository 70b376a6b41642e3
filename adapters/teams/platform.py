"""Teams as a `ChatPlatform`: speaking first, within what a bot may do there.

A bot opens one-to-one chats and threads where it is installed, and nothing else: channels are linked, not
made; groups are threads with mentions, or group chats where Graph permissions were granted. There is no way
to look for a message afterwards, so nothing is ever posted twice on a guess.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationParameters

from adapters.sessions import KeptSession
from adapters.teams.config import TeamsConfig
from adapters.teams.connector import Connector, Refused
from adapters.teams.graph import GRAPH_SECONDS, Graph
from adapters.teams.render import ADAPTIVE_CARD, Json, open_form_card, render, summary
from adapters.teams.rosters import Rosters
from adapters.teams.security import CheckedAuthentication
from adapters.teams.tokens import AccessTokens
from adapters.teams.translate import THREAD
from bot.core.cards import Card
from bot.core.events import Command, Event, Press, Where
from bot.core.forms import Value
from bot.core.platform import (
    Address,
    CannotLookUp,
    PlatformError,
    Profile,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
)
from bot.core.rate_limits import Limit, RateLimiter
from bot.core.reply import Reply
from prompts.text import Marked, link, marked
from prompts.words import teams as words

PAGE = 500
"""Members a page; Teams gives 50 to 500."""
PLACES_REMEMBERED = 200
TENANT_PER_MINUTE = 0.95 * 50 * 60
TENANT_AT_ONCE = 45
"""Of Microsoft's 50 requests a second, app and tenant; the rest is for those who wait for an answer."""
POSTS_PER_MINUTE = 114
POSTS_AT_ONCE = 6
"""To one conversation: two a second on the whole, as 60 in thirty seconds allow. What comes faster, beyond 8
in two seconds, is refused once."""
READS_PER_MINUTE = 200
READS_AT_ONCE = 12
"""Of the roster of one conversation: fourteen a second, 120 in thirty seconds."""


class TeamsPlatform:
    """See `bot.core.platform.ChatPlatform`. One for each process; holds the connections and tokens."""

    name = "teams"
    can_open_channels = False
    one_to_one_only = False

    def __init__(self, config: TeamsConfig, rate_limiter: RateLimiter | None = None) -> None:
        """`pacer` keeps the tenant's limits over all processes; without one Teams' refusals do."""
        self.config = config
        self._pacer = rate_limiter
        self.session = KeptSession(GRAPH_SECONDS)
        self.tokens = AccessTokens(config, self.session)
        self.authentication = CheckedAuthentication(config, self.tokens, self.session)
        self.adapter = CloudAdapter(self.authentication)
        self.can_open_groups = config.graph
        self._connector = Connector(config, self.adapter, self.tokens)
        self._graph = Graph(config, self.tokens, self.session)
        self._service_urls: dict[str, str] = {}
        self._rosters = Rosters()
        self._places: dict[tuple[str, str], str] = {}

    async def close(self) -> None:
        """End the connections that are kept."""
        await self.session.close()

    def remember(self, tenant: str, where: Where) -> None:
        """Learn from a verified event where a tenant is served, and where people can be looked up."""
        service_url = where.reference.get("service_url", "")
        self._service_urls[tenant] = service_url
        if where.kind == "channel":
            self._places[tenant, where.conversation] = service_url
            if len(self._places) > PLACES_REMEMBERED:
                self._places.pop(next(iter(self._places)))

    # Answering ------------------------------------------------------------------------------------

    async def answer(self, event: Event, reply: Reply) -> None:
        """Post the reply where it belongs: what is for one person only goes to their own chat."""
        where = event.where
        here = Address(event.who.tenant, _with_thread(where), where.reference)
        if reply.form is not None:
            given: dict[str, Value] = {}
            if isinstance(event, Command):
                given = {
                    field.name: field.initial for field in reply.form.fields if field.initial is not None
                }
            await self._post(here, open_form_card(reply.form, reply.language, given), reply.form.title)
            return
        card = reply.card or _errors(reply)
        if card is None:
            return
        if isinstance(event, Press) and reply.replace and where.message:
            await self.update(Sent(here, where.message), card, users=reply.users, language=reply.language)
        elif reply.public or where.kind == "direct":
            await self._send(here, card, users=reply.users, language=reply.language)
        else:
            await self._answer_in_private(event, here, card, reply)

    async def _answer_in_private(self, event: Event, here: Address, card: Card, reply: Reply) -> None:
        """What was typed stands in the channel for all to see: there a line says that it was answered."""
        said = words.answered_in_private(reply.language)
        try:
            own = await self._open_direct(event.who.tenant, event.who.user, event.where.reference)
            await self._send(own, card, users={}, language=reply.language)
        except Refused:
            said = words.no_private_chat(reply.language)
        else:
            if not isinstance(event, Command):
                return
        if event.where.conversation:
            with contextlib.suppress(PlatformError):  # the answer itself has arrived
                await self._send(here, Card(text=said), users={}, language=reply.language)

    # Speaking first -------------------------------------------------------------------------------

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        if self._pacer is None:
            return await self._send(to, card, users=users, language=language, mark=mark)
        whole = _whole(to.tenant)
        here = Limit(f"{whole.name} {to.conversation}", POSTS_PER_MINUTE, POSTS_AT_ONCE)
        await self._pacer.take(whole, here)
        try:
            return await self._send(to, card, users=users, language=language, mark=mark)
        except Throttled as error:
            await self._pacer.hold(here, error.retry_after, whole, here)
            raise

    async def _send(
        self, to: Address, card: Card, *, users: dict[int, str], language: str, mark: str = ""
    ) -> Sent:
        if _is_direct(to.conversation):
            users = {}  # only members can be mentioned, and the one reader need not be
        shown = render(card, users, language)
        try:
            return await self._post(to, shown, summary(card), mark)
        except Refused as refused:
            if refused.status != 400 or "entities" not in shown["msteams"]:
                raise
        # Refused as a whole (nothing stands): most likely somebody mentioned is not a member there.
        return await self._post(to, render(card, {}, language), summary(card), mark)

    async def _post(self, to: Address, shown: Json, said: str, mark: str = "") -> Sent:
        activity = _activity(shown, said, mark)
        answer = await self._connector.call(
            self._service_url(to.tenant, to.reference),
            lambda client: client.send_to_conversation(to.conversation, activity),
            creates=True,
        )
        if not answer.id:
            raise Uncertain("Teams' answer names no message: it may have arrived")
        return Sent(to, str(answer.id))

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        raise CannotLookUp("Teams cannot be asked whether a message stands")

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None:
        to = sent.address
        shown = render(card, {} if _is_direct(to.conversation) else users, language)
        activity = _activity(shown, summary(card))
        await self._connector.call(
            self._service_url(to.tenant, to.reference),
            lambda client: client.update_activity(to.conversation, sent.message, activity),
        )

    # Conversations --------------------------------------------------------------------------------

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        """Raises `PlatformError` when the bot is installed neither for the person nor in a team of theirs."""
        if self._pacer is not None:
            await self._pacer.take(_whole(tenant))
        return await self._open_direct(tenant, user, reference)

    async def _open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        service_url = self._service_url(tenant, reference)
        asked = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=f"28:{self.config.app_id}"),
            members=[ChannelAccount(id=reference.get("user") or user)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        # Teams gives the same chat every time, so asking again after a broken answer is safe.
        made = await self._connector.call(service_url, lambda client: client.create_conversation(asked))
        if not getattr(made, "id", ""):
            raise Unavailable("Teams' answer names no conversation")
        return Address(tenant, made.id, {**reference, "service_url": service_url})

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        raise PlatformError("On Teams, make the channel yourself, add the app to its team, and link it there")

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        """A thread at `near` that mentions the users, all of whom must be in its team; with Graph permission,
        a group chat of them."""
        if self.can_open_groups:
            chat = await self._graph.open_chat(users, name, await self._guests(near))
            return Address(tenant, chat, {"service_url": self._service_url(tenant, near.reference)})
        return await self._open_thread(tenant, users, name, near, language)

    async def _guests(self, near: Address) -> frozenset[str]:
        """Who is a guest of the organisation among those of a channel."""
        if not near.conversation:
            return frozenset()
        url, place = self._service_url(near.tenant, near.reference), near.conversation.partition(THREAD)[0]
        people = await self._members(near.tenant, url, place)
        return frozenset(one.aad_object_id for one in people if one.user_role == "guest")

    async def _open_thread(
        self, tenant: str, users: list[str], name: str, near: Address, language: str
    ) -> Address:
        channel = near.conversation.partition(THREAD)[0]
        names = {member.user: member.name for member in await self.members(near)}
        if absent := [user for user in users if user not in names]:  # a thread would tell them nothing
            raise PlatformError(f"{len(absent)} of the group are not in the team any more")
        people = [(number, names[user]) for number, user in enumerate(users)]
        called = Marked(" ").join(link(shown, f"person:{number}") for number, shown in people)
        text = marked(words.group_thread(language, group=name)) + Marked("\n\n") + called
        shown = render(Card(text=text), dict(enumerate(users)), language)
        asked = ConversationParameters(
            is_group=True,
            bot=ChannelAccount(id=f"28:{self.config.app_id}"),
            channel_data={"channel": {"id": channel}, "tenant": {"id": tenant}},
            activity=_activity(shown, name),
        )
        made = await self._connector.call(
            self._service_url(tenant, near.reference),
            lambda client: client.create_conversation(asked),
            creates=True,
        )
        thread = made.id if THREAD in made.id else f"{channel}{THREAD}{made.activity_id}"
        return Address(tenant, thread, near.reference)

    async def can_serve(self, channel: Address) -> str:
        """A channel from which the bot hears is one that it can write to."""
        return ""

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        """A bot cannot add people to a team: returns those whom an owner has to add there."""
        here = {member.user for member in await self.members(channel)}
        return {user: "teams_owners_only" for user in users if user not in here}

    async def remove(self, channel: Address, user: str) -> None:
        raise PlatformError("On Teams, an owner of the team removes people from it; a bot cannot")

    async def pin(self, sent: Sent) -> None:
        """Bots cannot pin on Teams."""

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        """Teams has no bookmarks for bots."""

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None:
        """There is no home on Teams: ``me`` says in the chat what is next."""

    # People -----------------------------------------------------------------------------------------

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        """From the roster of the conversation where the person was seen; Teams tells no zone there."""
        conversation = reference.get("conversation", "")
        nobody = Profile(user, "", complete=False)
        if not conversation:
            return nobody
        service_url = self._service_url(tenant, reference)
        key = reference.get("user") or user
        if not _is_direct(conversation):
            found = await self._rosters.look_up(
                conversation, key, lambda: self._roster(tenant, service_url, conversation)
            )
            if found is not None:
                return found
        return await self._member(tenant, service_url, conversation, key) or nobody

    async def _roster(self, tenant: str, service_url: str, conversation: str) -> dict[str, Profile]:
        """All of them, by each of their names."""
        people = await self._members(tenant, service_url, conversation)
        return {key: _account(one, tenant) for one in people for key in (one.id, one.aad_object_id) if key}

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        """Looked up in the rosters of the channels that this process has heard from."""
        for (where, conversation), service_url in list(self._places.items()):
            if where != tenant:
                continue
            found = await self._member(tenant, service_url, conversation, email)
            if found is not None and found.email.casefold() == email.casefold():
                return found
        return None

    async def _member(self, tenant: str, service_url: str, conversation: str, key: str) -> Profile | None:
        await self._turn_to_read(tenant, conversation)
        try:
            raw = await self._connector.call(
                service_url,
                lambda client: client.get_conversation_member(conversation, key, raw=True),
            )
        except Refused as refused:
            if refused.status in {403, 404}:
                return None
            raise
        return _profile(raw.response.json(), tenant)

    async def members(self, channel: Address) -> list[Profile]:
        service_url = self._service_url(channel.tenant, channel.reference)
        conversation = channel.conversation.partition(THREAD)[0]
        return [
            _account(member, channel.tenant)
            for member in await self._members(channel.tenant, service_url, conversation)
        ]

    async def _members(self, tenant: str, service_url: str, conversation: str) -> list[Any]:
        found: list[Any] = []
        token: str | None = None
        while True:
            await self._turn_to_read(tenant, conversation)
            page = await self._connector.call(service_url, _page(conversation, token))
            found += page.members or []
            token = page.continuation_token
            if not token:
                return found

    async def _turn_to_read(self, tenant: str, conversation: str) -> None:
        """Look-ups are paced like posts. Raises `Throttled` when it is not their turn."""
        if self._pacer is not None:
            whole = _whole(tenant)
            here = Limit(f"{whole.name} {conversation} read", READS_PER_MINUTE, READS_AT_ONCE)
            await self._pacer.take(whole, here)

    def _service_url(self, tenant: str, reference: dict[str, str]) -> str:
        return reference.get("service_url") or self._service_urls.get(tenant) or self.config.service_url


def _whole(tenant: str) -> Limit:
    return Limit(f"teams {tenant}", TENANT_PER_MINUTE, TENANT_AT_ONCE)


def _page(conversation: str, token: str | None) -> Callable[[Any], Any]:
    return lambda client: client.get_teams_conversation_paged_members(conversation, PAGE, token)


def _activity(shown: Json, said: str, mark: str = "") -> Activity:
    return Activity(
        type="message",
        summary=said,
        attachments=[Attachment(content_type=ADAPTIVE_CARD, content=shown)],
        channel_data={"nudge": mark} if mark else None,
    )


def _profile(account: dict[str, Any], tenant: str) -> Profile:
    user = str(account.get("aadObjectId") or account.get("objectId") or account.get("id") or "")
    principal = str(account.get("userPrincipalName") or "")
    email = str(account.get("email") or principal)
    vouched = _vouches(account.get("userRole"), account.get("tenantId"), principal, tenant)
    return Profile(user, str(account.get("name") or ""), email, complete=bool(email), vouched=vouched)


def _account(one: Any, tenant: str) -> Profile:
    """One of a page, as botbuilder reads it."""
    principal = one.user_principal_name or ""
    email = one.email or principal
    vouched = _vouches(one.user_role, one.tenant_id, principal, tenant)
    return Profile(one.aad_object_id or one.id, one.name or "", email, complete=bool(email), vouched=vouched)


def _vouches(role: object, home: object, principal: str, tenant: str) -> bool:
    """Whether the organisation itself gave the account its address: not to guests, and not to people of
    another organisation in a shared channel."""
    return role == "user" and home == tenant and "#ext#" not in principal.casefold()


def _with_thread(where: Where) -> str:
    return f"{where.conversation}{THREAD}{where.thread}" if where.thread else where.conversation


def _is_direct(conversation: str) -> bool:
    return not conversation.startswith("19:")


def _errors(reply: Reply) -> Card | None:
    """A form's complaints as a message, for when the dialog itself is gone."""
    return Card(text="\n".join(reply.errors.values())) if reply.errors else None
