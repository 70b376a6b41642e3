"""Slack behind the `ChatPlatform` port."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sessions import KeptSession
from adapters.slack import limits, render
from adapters.slack.answers import ReplyDelivery
from adapters.slack.calls import TIMEOUT, SlackRefusal, call, part
from adapters.slack.limits import cut
from adapters.slack.translate import vouches
from bot.core.cards import Card
from bot.core.events import Event
from bot.core.platform import Address, PlatformError, Profile, Sent, Throttled, WorkspaceRefused
from bot.core.rate_limits import Limit, RateLimiter
from bot.core.reply import Reply

log = structlog.get_logger()

Tokens = Callable[[str], Awaitable[str]]
"""The bot's token in a workspace (by team id). Raises `LookupError` where the bot is not installed."""

SLACK = "https://slack.com/api/"
NUDGE = "throughline_nudge"
"""The metadata's event type; its payload is ``{"nudge": mark}`` and nothing else: workspaces can read it."""
SKEW = timedelta(hours=2)
"""Slack's clock and ours may differ by this much: a clock set wrong by an hour must not double a message."""
PAGES = 20
"""Pages of 200 messages that `find` looks through."""
SUFFIXES = 20


class SlackPlatform:
    """One for all workspaces. `base_url` is the Web API's (the playground's ends in ``/api/`` too)."""

    name = "slack"
    can_open_channels = True
    can_open_groups = True
    one_to_one_only = False

    def __init__(
        self, tokens: Tokens, base_url: str = SLACK, rate_limiter: RateLimiter | None = None
    ) -> None:
        """`pacer` keeps the workspaces' limits over all processes; without one Slack's refusals do."""
        self.base_url = base_url if base_url.endswith("/") else f"{base_url}/"
        self.tokens = tokens
        self._pacer = rate_limiter
        self._answers = ReplyDelivery(self)
        self._bots: dict[str, str] = {}
        self.session = KeptSession(TIMEOUT)

    async def call(
        self, tenant: str, method: str, *, creates: bool = False, hurried: bool = False, **arguments: Any
    ) -> dict[str, Any]:
        """One call of the Web API in a workspace, never repeated. Raises the port's errors. A `hurried` one
        does not wait for its turn: somebody looks at the screen."""
        counted = _limits(tenant, method, arguments) if self._pacer else []
        if self._pacer and counted and not hurried:
            await self._pacer.take(*counted)
        try:
            return await self._call(tenant, method, creates, arguments)
        except Throttled as error:
            if self._pacer and counted:
                await self._pacer.hold(counted[0], error.retry_after, *([] if hurried else counted))
            raise

    async def close(self) -> None:
        """End the connections that are kept."""
        await self.session.close()

    async def _call(
        self, tenant: str, method: str, creates: bool, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            token = await self.tokens(tenant)
        except LookupError as error:
            raise WorkspaceRefused(
                "the bot is not installed in this Slack workspace: install it again", "invalid_auth"
            ) from error
        client = AsyncWebClient(
            token=token,
            base_url=self.base_url,
            timeout=TIMEOUT,
            retry_handlers=[],
            session=self.session.get(),
        )
        return await call(client, method, creates=creates, **arguments)

    # --- messages -------------------------------------------------------------------------------------

    async def answer(self, event: Event, reply: Reply) -> None:
        await self._answers.deliver(event, reply)

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        metadata = {"event_type": NUDGE, "event_payload": {"nudge": mark}}
        return await self.post(to, render.message(card, users, language), metadata=metadata)

    async def post(self, to: Address, content: dict[str, Any], **more: Any) -> Sent:
        """Post a rendered message; ``thread`` of the address's reference keeps it in a thread. `more` are
        further arguments of `call`."""
        posted = await self.call(
            to.tenant,
            "chat.postMessage",
            creates=True,
            channel=to.conversation,
            thread_ts=to.reference.get("thread"),
            mrkdwn=False,
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
            **content,
            **more,
        )
        stands = str(part(posted, "ts", creates=True))
        return Sent(Address(to.tenant, str(posted.get("channel") or to.conversation), to.reference), stands)

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        oldest = f"{(since - SKEW).timestamp():.6f}"
        pages = self._pages(
            to.tenant,
            "conversations.history",
            "messages",
            channel=to.conversation,
            oldest=oldest,
            include_all_metadata=True,
        )
        async for message in pages:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == NUDGE and metadata.get("event_payload", {}).get("nudge") == mark:
                return Sent(to, str(message["ts"]))
        return None

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None:
        content = render.message(card, users, language)
        to = sent.address
        await self.call(to.tenant, "chat.update", channel=to.conversation, ts=sent.message, **content)

    # --- conversations --------------------------------------------------------------------------------

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        return await self.open(tenant, [user])

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        """A group message; beyond its eight people a private channel of that name."""
        if len(users) <= limits.GROUP:
            return await self.open(tenant, users)
        channel = await self.open_channel(tenant, name, topic="")
        await self.invite(channel, users)
        return channel

    async def open(self, tenant: str, users: list[str], *, hurried: bool = False) -> Address:
        """The one conversation of exactly these users."""
        opened = await self.call(tenant, "conversations.open", hurried=hurried, users=",".join(users))
        return Address(tenant, str(part(opened, "channel", "id")))

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        wanted = channel_name(name)
        channel = await self._create_or_reuse(tenant, wanted)
        address = Address(tenant, str(channel["id"]))
        now = str((channel.get("topic") or {}).get("value") or "")
        if topic and now != cut(topic, limits.TOPIC):
            await self._set_topic(address, cut(topic, limits.TOPIC))
        return address

    async def _set_topic(self, channel: Address, topic: str) -> None:
        """Where it is not allowed, the channel goes without."""
        try:
            where = channel.conversation
            await self.call(channel.tenant, "conversations.setTopic", channel=where, topic=topic)
        except SlackRefusal as refusal:
            log.warning("topic_refused", code=refusal.code)

    async def _create_or_reuse(self, tenant: str, wanted: str) -> dict[str, Any]:
        for number in range(1, SUFFIXES + 1):
            suffix = f"-{number}" if number > 1 else ""
            name = wanted[: limits.CHANNEL_NAME - len(suffix)] + suffix
            try:
                made = await self.call(
                    tenant, "conversations.create", creates=True, name=name, is_private=True
                )
                return dict(part(made, "channel", creates=True))
            except SlackRefusal as refusal:
                if refusal.code != "name_taken":
                    raise
            if own := await self._own_channel(tenant, name):
                return own
        raise PlatformError(
            f"channels named {wanted} to {wanted}-{SUFFIXES} exist already: pick another name"
        )

    async def _own_channel(self, tenant: str, name: str) -> dict[str, Any] | None:
        """The bot's own private channel of this name, as far as it is in use."""
        bot = await self.bot_user(tenant)
        pages = self._pages(
            tenant, "users.conversations", "channels", types="private_channel", exclude_archived=True
        )
        async for channel in pages:
            if channel.get("name") == name and channel.get("creator") == bot:
                return dict(channel)
        return None

    async def can_serve(self, channel: Address) -> str:
        """The manifest asks for private channels: a public one can be neither read nor filled."""
        try:
            answer = await self.call(channel.tenant, "conversations.info", channel=channel.conversation)
        except SlackRefusal as refusal:
            if refusal.code in ("channel_not_found", "missing_scope"):
                return "not_in_channel"
            raise
        found = answer.get("channel") or {}
        if not found.get("is_private"):
            return "public_channel"
        return "" if found.get("is_member", True) else "not_in_channel"

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        refused: dict[str, str] = {}
        for start in range(0, len(users), limits.INVITE):
            refused |= await self._invite(channel, users[start : start + limits.INVITE])
        return refused

    async def _invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        try:
            answer = await self.call(
                channel.tenant,
                "conversations.invite",
                channel=channel.conversation,
                users=",".join(users),
                force=True,
            )
            return _not_invited(answer)
        except SlackRefusal as refusal:
            if refusal.details.get("errors"):
                return _not_invited(refusal.details)
            if refusal.code in _THERE_ALREADY:
                return {}
            if refusal.code not in _ONE_PERSON:
                raise
            if len(users) == 1:
                return {users[0]: refusal.code}
            # Slack does not say whom it means: one by one.
            refused: dict[str, str] = {}
            for user in users:
                refused |= await self._invite(channel, [user])
            return refused

    async def remove(self, channel: Address, user: str) -> None:
        await self._unless(
            {"not_in_channel", "user_not_found"},
            channel.tenant,
            "conversations.kick",
            channel=channel.conversation,
            user=user,
        )

    async def pin(self, sent: Sent) -> None:
        to = sent.address
        await self._unless(
            {"already_pinned"}, to.tenant, "pins.add", channel=to.conversation, timestamp=sent.message
        )

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        here: dict[str, Any] = {"channel_id": channel.conversation}
        listed = await self.call(channel.tenant, "bookmarks.list", **here)
        for one in listed.get("bookmarks") or []:
            if one.get("title") == title:
                if one.get("link") != url:
                    changed = {**here, "bookmark_id": one["id"], "title": title, "link": url}
                    await self.call(channel.tenant, "bookmarks.edit", **changed)
                return
        await self.call(
            channel.tenant, "bookmarks.add", creates=True, title=title, type="link", link=url, **here
        )

    async def _unless(self, done: set[str], tenant: str, method: str, **arguments: Any) -> None:
        """Call; an answer that it was so already is as good as done."""
        try:
            await self.call(tenant, method, **arguments)
        except SlackRefusal as refusal:
            if refusal.code not in done:
                raise

    # --- people ---------------------------------------------------------------------------------------

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        answer = await self.call(tenant, "users.info", user=user, include_locale=True)
        return _profile(part(answer, "user"), tenant)

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        try:
            answer = await self.call(tenant, "users.lookupByEmail", email=email)
        except SlackRefusal as refusal:
            if refusal.code in ("users_not_found", "missing_scope"):
                return None
            raise
        return _profile(part(answer, "user"), tenant)

    async def members(self, channel: Address) -> list[Profile]:
        bot = await self.bot_user(channel.tenant)
        pages = self._pages(channel.tenant, "conversations.members", "members", channel=channel.conversation)
        users = [user async for user in pages if user != bot]
        profiles = [await self.profile(channel.tenant, user, {}) for user in users]
        return [one for one in profiles if not one.is_bot]

    async def bot_user(self, tenant: str) -> str:
        """The bot's own account in a workspace; asked for once."""
        if tenant not in self._bots:
            self._bots[tenant] = str(part(await self.call(tenant, "auth.test"), "user_id"))
        return self._bots[tenant]

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None:
        await self.publish_home(tenant, user, card, {}, language)

    async def publish_home(
        self, tenant: str, user: str, card: Card, users: dict[int, str], language: str
    ) -> None:
        """The same, with the platform users of those whom the card mentions."""
        view = render.home(card, users, language)
        await self.call(tenant, "views.publish", user_id=user, view=view)

    async def _pages(self, tenant: str, method: str, items: str, **arguments: Any) -> AsyncIterator[Any]:
        cursor = ""
        for _ in range(PAGES):
            more: dict[str, Any] = {"cursor": cursor} if cursor else {}
            page = await self.call(tenant, method, limit=200, **arguments, **more)
            for item in page.get(items) or []:
                yield item
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def _limits(tenant: str, method: str, arguments: dict[str, Any]) -> list[Limit]:
    """What a call counts against: the method's own limit in the workspace first."""
    a_minute = limits.PER_MINUTE.get(method)
    if a_minute is None:
        return []
    used = a_minute * limits.ROOM
    found = [Limit(f"slack {tenant} {method}", used, int(used))]
    if method == "chat.postMessage":
        here = f"slack {tenant} {arguments['channel']}"
        found.append(Limit(here, limits.POSTS_PER_MINUTE, limits.POSTS_AT_ONCE))
    return found


_THERE_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})
_ONE_PERSON = frozenset(
    {
        "cannot_invite_guest",
        "cant_invite",
        "org_user_not_in_team",
        "too_many_members",
        "ura_max_channels",
        "user_disabled",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "user_team_not_in_channel",
    }
)


def _not_invited(answer: dict[str, Any] | Any) -> dict[str, str]:
    errors = answer.get("errors") or []
    return {
        str(one["user"]): str(one.get("error") or "cant_invite")
        for one in errors
        if one.get("user") and one.get("error") not in _THERE_ALREADY
    }


def channel_name(name: str) -> str:
    """A name that Slack takes: lowercase letters, digits, ``-`` and ``_``, at most 80 characters."""
    fitting = re.sub(r"[^\w-]+", "-", name.strip().lower())
    fitting = re.sub(r"-{2,}", "-", fitting).strip("-_")[: limits.CHANNEL_NAME]
    return fitting if re.search(r"[^\W_]", fitting) else "cohort"


def _profile(user: dict[str, Any], tenant: str) -> Profile:
    profile = user.get("profile") or {}
    name = (
        profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name")
    )
    return Profile(
        user=str(user["id"]),
        name=str(name or ""),
        email=str(profile.get("email") or ""),
        zone=str(user.get("tz") or ""),
        language=str(user.get("locale") or "")[:2],
        is_bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        gone=bool(user.get("deleted")),
        complete=bool(profile.get("email")),
        vouched=vouches(user, tenant),
    )
