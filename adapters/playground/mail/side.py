"""`MailSide`: be anybody with a mailbox, from a test, the demo or the browser page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

import aiohttp

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger, LedgerPost
from adapters.playground.mail.letters import Letter, calendar_reply, out_of_office, reply
from adapters.playground.people import SamplePerson


class CannotMail(Exception):
    """A person in the playground tried what their mail program would not let them do."""


@dataclass
class MailSide:
    """Everybody's mailboxes. `smtp_url` is set by `running`; call `connect` once the bot listens."""

    now: Callable[[], datetime]
    ledger: Ledger
    faults: Faults
    workspace: str
    people: dict[str, SamplePerson] = field(default_factory=dict)
    """By address. The server takes mail for these only."""
    letters: list[Letter] = field(default_factory=list)
    smtp_url: str = ""
    inbound_url: str = ""
    inbound_key: str = ""
    """The key with which the server posts what people send to the bot."""
    _sent: int = 0

    def move_in(self, people: Iterable[SamplePerson]) -> None:
        self.people |= {person.email.casefold(): person for person in people}

    def connect(self, inbound_url: str) -> None:
        self.inbound_url = inbound_url

    def accept(self, to: str, raw: bytes) -> Letter:
        """Take one message; it is written down before anything is answered."""
        letter = Letter(str(len(self.letters) + 1), to.casefold(), raw.decode("latin-1"), self.now())
        self.letters.append(letter)
        self.ledger.record(
            LedgerPost(
                platform="email",
                workspace=self.workspace,
                conversation=letter.to,
                recipients=(letter.to,),
                nudge=letter.mark,
                text=f"{letter.subject}\n{letter.text}",
                at=letter.at,
                message=letter.id,
            )
        )
        return letter

    def inbox(self, address: str) -> list[Letter]:
        """Somebody's mail, oldest first."""
        return [letter for letter in self.letters if letter.to == address.casefold()]

    async def answer(self, letter: Letter, text: str) -> int:
        """Reply to a message; returns the status with which the bot's door took it."""
        return await self.send(reply(letter, text, self.now(), self._number()))

    async def answer_invitation(self, letter: Letter, answer: str) -> int:
        """Press "yes", "maybe" or "no" below an invitation: ACCEPTED, TENTATIVE or DECLINED."""
        return await self.send(calendar_reply(letter, answer, self.now(), self._number()))

    async def be_away(self, letter: Letter) -> int:
        """The mailbox answers by itself."""
        return await self.send(out_of_office(letter, self.now(), self._number()))

    async def send(self, message: EmailMessage | bytes) -> int:
        """Hand a message to the bot's door, as a mail service does."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        headers = {"Authorization": f"Bearer {self.inbound_key}", "Content-Type": "message/rfc822"}
        async with (
            aiohttp.ClientSession() as client,
            client.post(self.inbound_url, data=raw, headers=headers) as answer,
        ):
            return answer.status

    def _number(self) -> int:
        self._sent += 1
        return self._sent
