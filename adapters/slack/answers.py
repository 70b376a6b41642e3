"""Where and how the reply to an event is shown: in place, only to who asked, to all, as a form, as the home.

A reply goes through the event's ``response_url`` while Slack takes it (five times in thirty minutes), and
otherwise as an ephemeral message where it was asked, or into the person's own chat with the bot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import modal, render
from adapters.slack.calls import PLACE, SlackRefusal, broken, wait_of
from bot.core.cards import Button, Card
from bot.core.events import Event, HomeOpened, Press, Submit
from bot.core.forms import Form
from bot.core.platform import Address, Throttled
from bot.core.reply import Reply
from prompts.words import slack as words

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

log = structlog.get_logger()

HOOKS = "hooks.slack.com"
TIMEOUT = 10
SCOPES = frozenset({"missing_scope", "no_permission"})
LATE = frozenset(
    {
        "expired_trigger_id",
        "trigger_expired",
        "exchanged_trigger_id",
        "trigger_exchanged",
        "invalid_trigger_id",
    }
)


class ReplyDelivery:
    """Delivers replies of one platform."""

    def __init__(self, platform: SlackPlatform) -> None:
        self._platform = platform

    async def deliver(self, event: Event, reply: Reply) -> None:
        """Show the reply. Nothing happens for an empty one."""
        if reply.form is not None:
            await self._open(event, reply, reply.form)
        elif reply.card is not None and isinstance(event, HomeOpened):
            who = event.who
            await self._platform.publish_home(who.tenant, who.user, reply.card, reply.users, reply.language)
        elif reply.card is not None:
            await self._show(event, reply, reply.card)

    async def _open(self, event: Event, reply: Reply, form: Form) -> None:
        """Open the form; where there is nothing to open it with (a typed message, a slow moment), offer a
        button that does."""
        trigger = event.answer_to.get("trigger")
        if trigger:
            view = modal.modal(form, reply.language, event.where.conversation)
            try:
                await self._platform.call(event.who.tenant, "views.open", trigger_id=trigger, view=view)
                return
            except SlackRefusal as refusal:
                if refusal.code not in LATE:
                    log.warning("form_refused", form=form.name, code=refusal.code)
        await self._show(event, reply.model_copy(update={"replace": False}), _offer(form, reply.language))

    async def _show(self, event: Event, reply: Reply, card: Card) -> None:
        content = render.message(card, reply.users, reply.language)
        if await self._through_response_url(event, reply, content):
            return
        if (
            isinstance(event, Press)
            and reply.replace
            and event.where.message
            and "private" not in event.answer_to
        ):
            here: dict[str, Any] = {"channel": event.where.conversation, "ts": event.where.message}
            try:
                await self._platform.call(event.who.tenant, "chat.update", **here, **content)
                return
            except SlackRefusal as refusal:
                log.warning("update_refused", code=refusal.code)
        await self._post(event, reply, content)

    async def _through_response_url(self, event: Event, reply: Reply, content: dict[str, Any]) -> bool:
        """True when Slack took it. A broken connection is not followed by a second way: it may stand."""
        url = event.answer_to.get("response_url", "")
        if not self._may_answer_at(url):
            return False
        body = {**content, "response_type": "in_channel" if reply.public else "ephemeral"}
        if isinstance(event, Press):
            body["replace_original"] = reply.replace
        session = self._platform.session.get()
        hook = AsyncWebhookClient(url, timeout=TIMEOUT, retry_handlers=[], session=session)
        try:
            answer = await hook.send_dict(body)
        except aiohttp.ClientConnectorError:
            return False
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise broken(True, type(error).__name__) from error
        if answer.status_code == 429:
            raise Throttled(wait_of(answer.headers))
        if answer.status_code >= 500:
            raise broken(True, f"HTTP {answer.status_code}")
        return answer.status_code == 200

    def _may_answer_at(self, url: str) -> bool:
        """Only Slack itself (or the far side that stands in for it) gets our answers."""
        target, own = urlsplit(url), urlsplit(self._platform.base_url)
        if target.scheme == "https" and target.hostname == HOOKS:
            return True
        return bool(url) and (target.scheme, target.netloc) == (own.scheme, own.netloc)

    async def _post(self, event: Event, reply: Reply, content: dict[str, Any]) -> None:
        """Where it was asked; where nothing may be shown there, in the person's own chat."""
        where, who = event.where, event.who
        conversation = where.conversation
        if isinstance(event, Submit):
            conversation = event.answer_to.get("conversation", "")
        if where.kind == "home":
            conversation = ""
        if conversation:
            try:
                if await self._post_here(event, reply, content, conversation):
                    return
            except SlackRefusal as refusal:
                if refusal.code not in PLACE | SCOPES:
                    raise
                log.warning("answer_refused_there", code=refusal.code)
        direct = await self._platform.open(who.tenant, [who.user], hurried=True)
        await self._platform.post(direct, content, hurried=True)

    async def _post_here(
        self, event: Event, reply: Reply, content: dict[str, Any], conversation: str
    ) -> bool:
        """False where only the person's own chat is left to answer in."""
        where, who = event.where, event.who
        if reply.public or where.kind == "direct":
            thread = {"thread": where.thread} if where.thread else {}
            await self._platform.post(Address(who.tenant, conversation, thread), content, hurried=True)
            return True
        if conversation.startswith("D"):
            return False
        await self._platform.call(
            who.tenant,
            "chat.postEphemeral",
            creates=True,
            channel=conversation,
            user=who.user,
            thread_ts=where.thread or None,
            link_names=False,
            **content,
        )
        return True


def _offer(form: Form, language: str) -> Card:
    button = Button(label=words.open_form(language), form=form.name, value=form.context, style="primary")
    return Card(text=words.form_waits(language, title=form.title), buttons=(button,))
