"""E-mail as a `ChatPlatform`: each person is written to alone; what was sent is neither changed nor found."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from hashlib import sha256

from adapters.email.config import EmailConfig
from adapters.email.marks import MailMark, message_id
from adapters.email.relay import Relay
from adapters.email.render import cut_to_size, html_of, subject_of, text_of
from bot.core.calendar_entries import invitation
from bot.core.cards import Button, CalendarEntry, Card
from bot.core.clock import Clock
from bot.core.events import Event
from bot.core.links import ButtonLink, Links
from bot.core.platform import Address, CannotLookUp, PlatformError, Profile, Sent, Throttled, Unreachable
from bot.core.rate_limits import Limit, RateLimiter
from bot.core.reply import Reply
from prompts.text import plain
from prompts.words import email as words
from prompts.words import subjects

ONE_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
"""What SMTP takes without SMTPUTF8 and without quoting (RFC 5321 §4.1.2): no space, no line end."""
STOP = "writing.stop"
"""The button that ends all messages to an account."""
AT_ONCE = 20
ONE_LINE = SMTP.clone(max_line_length=990)
"""Headers unfolded (RFC 5322 allows 998 characters): Python would encode a long address, and then no provider
finds it."""


class EmailPlatform:
    """See `bot.core.platform.ChatPlatform`. One for each process; holds the connections to the relay."""

    name = "email"
    can_open_channels = False
    can_open_groups = False
    one_to_one_only = True

    def __init__(
        self, config: EmailConfig, links: Links, clock: Clock, rate_limiter: RateLimiter | None = None
    ) -> None:
        """`rate_limiter` keeps the hourly limit and those of each domain over all processes."""
        self.config = config
        self.relay = Relay(config)
        self.links = links
        self._clock = clock
        self._limiter = rate_limiter

    async def answer(self, event: Event, reply: Reply) -> None:
        """The reply to an e-mail, below it in the reader's own thread."""
        card = reply.card
        if reply.form is not None:
            form, label = reply.form, plain(words.open_form(reply.language))
            button = Button(label=label, form=form.name, value=form.context, style="primary")
            card = Card(title=form.title, text=form.intro, buttons=(button,))
        elif card is None and reply.errors:
            card = Card(text="\n".join(reply.errors.values()))
        if card is not None:
            card = card.model_copy(update={"subject": card.subject or plain(subjects.answer(reply.language))})
            mark = sha256(f"{event.who.tenant}|{event.key}".encode()).hexdigest()[:22]
            whom = Address(event.who.tenant, event.who.user)
            await self._send(whom, card, mark, reply.language, answers=event.where.message)

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        if self._limiter is None:
            return await self._send(to, card, mark, language)
        name = to.conversation.rpartition("@")[2].casefold()
        domain = Limit(f"email to {name}", self.config.per_domain, AT_ONCE)
        whole = Limit("email", self.config.per_hour / 60, AT_ONCE)
        await self._limiter.take(whole, domain)
        try:
            return await self._send(to, card, mark, language)
        except Throttled as error:
            if error.everywhere:  # a server that greylists one recipient holds nobody else
                await self._limiter.hold(whole, error.retry_after, whole, domain)
            raise

    async def _send(self, to: Address, card: Card, mark: str, language: str, answers: str = "") -> Sent:
        if not ONE_ADDRESS.fullmatch(to.conversation):
            raise Unreachable("this is no address that e-mail can be sent to")
        message = self.message(to, card, mark, language, answers)
        await self.relay.deliver(to.conversation, message.as_bytes())
        return Sent(to, str(message["Message-ID"]))

    def message(self, to: Address, card: Card, mark: str, language: str, answers: str = "") -> EmailMessage:
        """The whole message. `answers`: the id of the e-mail that it is the reply to."""
        user, now = to.conversation, self._clock.now()
        addresses = partial(self._address_of, to, now)
        stop = addresses(Button(label=plain(words.stop(language)), action=STOP))
        replies = words.replies_are_read if self.config.takes_replies else words.replies_are_not_read
        around = {"language": language, "stop": stop, "replies": plain(replies(language))}
        card = cut_to_size(card, lambda one: html_of(one, addresses, **around))
        message = EmailMessage(policy=ONE_LINE)
        message["Subject"] = subject_of(card, language)
        message["From"] = self.config.address
        message["To"] = Mailbox(addr_spec=user)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id(self.links, MailMark(mark, to.tenant), user, self.config.domain)
        message["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if answers:
            message["In-Reply-To"] = message["References"] = answers
        message["MIME-Version"] = "1.0"
        message.make_alternative()
        for subtype, content in (("plain", text_of), ("html", html_of)):
            part = EmailMessage(policy=SMTP)
            part.set_content(content(card, addresses, **around), subtype=subtype, cte="quoted-printable")
            message.attach(part)
        if card.entry is not None:
            _invite(message, card.entry, self.config.address.addr_spec, user, now)
        return message

    def _address_of(self, to: Address, now: datetime, button: Button) -> str:
        if button.url:
            return button.url
        if not (button.action or button.form):
            return ""
        what = (button.label, button.action, button.value, button.form)
        return self.links.to_button(ButtonLink(self.name, to.tenant, to.conversation, *what), now)

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        raise CannotLookUp("nobody can be asked whether an e-mail arrived")

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None:
        """What was sent stays as it is."""

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        return Address(tenant, user, reference)

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        raise PlatformError("E-mail has no channels: open the cohort's channel on another platform")

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        raise PlatformError("E-mail has no group conversations")

    async def can_serve(self, channel: Address) -> str:
        return "email_has_no_channels"

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        return dict.fromkeys(users, "email_has_no_channels")

    async def remove(self, channel: Address, user: str) -> None: ...

    async def pin(self, sent: Sent) -> None: ...

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        """E-mail has no bookmarks."""

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        return Profile(user, "", email=user)

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        return Profile(email, "", email=email) if ONE_ADDRESS.fullmatch(email) else None

    async def members(self, channel: Address) -> list[Profile]:
        return []

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None:
        """E-mail has no home: a link leads to the person's own page."""


def _invite(message: EmailMessage, entry: CalendarEntry, organizer: str, user: str, now: datetime) -> None:
    """As a part that calendars offer to take over (RFC 6047)."""
    (method, content), part = invitation(entry, organizer, user, now), EmailMessage(policy=SMTP)
    part.set_content(content.decode(), subtype="calendar", cte="base64")
    part.set_param("method", method)
    message.attach(part)
