"""A relay on this machine, and the adapter that hands mail to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.mail import MailSide
from adapters.playground.mail import running as mail_running
from adapters.playground.people import SamplePerson
from bot.core.cards import Button, Card
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.platform import Address, Sent
from tests.support.stage import START

PAT, QUI = "pat@example.org", "qui@other.example"
JOIN = Card(
    title="You are invited",
    text="A series about calm.",
    buttons=(
        Button(label="Join", action="join", value="7", style="primary"),
        Button(label="Read", url="https://a.example/page"),
        Button(label="Ask", form="ask", value="3"),
    ),
)


@dataclass
class Post:
    """The adapter and its far side."""

    side: MailSide
    platform: EmailPlatform
    clock: MovedClock

    async def send(self, card: Card = JOIN, mark: str = "mark-0123456789", to: str = PAT) -> Sent:
        return await self.platform.send(Address("community-1", to), card, mark=mark, users={}, language="en")

    @property
    def newest(self) -> EmailMessage:
        return self.side.letters[-1].message


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    clock = MovedClock(START)
    side = MailSide(clock.now, Ledger(), Faults(), "community-1")
    side.move_in(
        SamplePerson(f"U{n}", address.partition("@")[0], address, None, None, "participant")
        for n, address in enumerate((PAT, QUI))
    )
    async with mail_running(side):
        config = EmailConfig(side.smtp_url, "Northwest <hello@sender.example>", takes_replies=True)
        platform = EmailPlatform(config, Links("https://bot.example", "test-secret"), clock)
        yield Post(side, platform, clock)
        await platform.relay.close()
