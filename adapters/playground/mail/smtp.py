"""The mail server: aiosmtpd on a free port of this machine, with the faults that real relays have.

A fault's line is ``SMTP MAIL sender``, ``SMTP RCPT address`` or ``SMTP DATA address``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.playground.faults import Fault, FaultKind
from adapters.playground.mail.side import MailSide

REPLIES = {
    421: "421 4.7.0 Too busy, closing the connection",
    450: "450 4.2.0 Greylisted, try again later",
    451: "451 4.3.0 Try again later",
    452: "452 4.2.2 Mailbox full for now",
    550: "550 5.1.1 No such user here",
    552: "552 5.3.4 Message too large",
    554: "554 5.7.1 Message refused",
}


class _Handler:
    """aiosmtpd's hooks, by its naming."""

    def __init__(self, side: MailSide) -> None:
        self._side = side

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if told := await self._spoiled(server, f"SMTP MAIL {address}"):
            return told
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if told := await self._spoiled(server, f"SMTP RCPT {address}"):
            return told
        if address.casefold() not in self._side.people:
            return REPLIES[550]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        line = f"SMTP DATA {' '.join(envelope.rcpt_tos)}"
        fault = self._side.faults.take_call(line)
        if fault is not None and (told := await _refused(server, fault)):
            return told
        content = envelope.content
        assert isinstance(content, bytes)
        for address in envelope.rcpt_tos:
            self._side.accept(address, content)
        return await _accepted(server, fault)

    async def _spoiled(self, server: SMTP, line: str) -> str:
        fault = self._side.faults.take_call(line)
        return await _refused(server, fault) if fault is not None else ""


async def _refused(server: SMTP, fault: Fault) -> str:
    """What is answered instead of taking it; empty when it is taken after all."""
    if fault.kind is FaultKind.STATUS:
        return REPLIES.get(fault.code, f"{fault.code} 5.0.0 No")
    if fault.kind is FaultKind.RATE_LIMIT:
        return REPLIES[421]
    if fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.seconds)
    if fault.kind is FaultKind.DROP_BEFORE_ACCEPT:
        _abort(server)
        return REPLIES[421]
    return ""


async def _accepted(server: SMTP, fault: Fault | None) -> str:
    if fault is not None and fault.kind is FaultKind.ACCEPT_THEN_RESET:
        _abort(server)
    if fault is not None and fault.kind is FaultKind.ACCEPT_THEN_STATUS:
        return REPLIES.get(fault.code, REPLIES[451])
    if fault is not None and fault.kind is FaultKind.ACCEPT_THEN_DELAY:
        await asyncio.sleep(fault.seconds)
    return "250 2.0.0 Taken"


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@asynccontextmanager
async def running(side: MailSide) -> AsyncIterator[None]:
    """Serve the mailboxes for the time of a block."""
    loop = asyncio.get_running_loop()
    handler = _Handler(side)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="mailbox.example", loop=loop, timeout=60), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    side.smtp_url = f"smtp://127.0.0.1:{port}"
    try:
        yield
    finally:
        server.close()
