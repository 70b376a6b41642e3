"""Handing mail over by SMTP (RFC 5321): what each answer of the relay means for a message.

Before the last byte of DATA nothing has been sent. Between that byte and the relay's answer nobody knows:
a broken connection there is `Uncertain`, and stays so, for no relay can be asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from time import monotonic
from typing import TypeVar

import aiosmtplib
from aiosmtplib import SMTPResponseException

from adapters.email.config import EmailConfig
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain, Unreachable

BEFORE_DATA, FOR_DATA = 20.0, 25.0
"""Seconds for each half; together they stay below the lease of a message (60 s)."""
KEPT_SECONDS = 15.0
MOST_KEPT = 4
BUSY_SECONDS, LATER_SECONDS = 60.0, 300.0
"""When the relay, or one recipient's server (greylisting), is asked again."""
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.[0-9]+\b|\b5\.2\.1\b|\b5\.7\.13\b")
POLICY = re.compile(r"\b5\.(?:2\.2|3|4\.7|6|7)\b")
"""Enhanced status codes (RFC 3463): the address or its account is gone; or it stays, and we are refused."""
_Result = TypeVar("_Result")


class Relay:
    """One per process. Connections that are open and well are used again."""

    def __init__(self, config: EmailConfig) -> None:
        self._config = config
        self._kept: list[tuple[float, aiosmtplib.SMTP]] = []

    async def deliver(self, recipient: str, message: bytes) -> None:
        """Hand one message over for one recipient; returns when the relay has taken it.

        Raises `Unavailable`, `Throttled`, `Unreachable` or `PlatformError` when it has not, and `Uncertain`
        when the connection broke before the relay answered."""
        client = await _before(self._ready(recipient))
        try:
            async with asyncio.timeout(FOR_DATA):
                await client.data(message)
        except SMTPResponseException as refused:
            self._keep(client)
            raise _meaning(refused.code, refused.message, of="message") from None
        except (TimeoutError, OSError, aiosmtplib.SMTPException):
            client.close()
            raise Uncertain("the connection to the mail relay broke before it answered") from None
        self._keep(client)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._kept:
            self._kept.pop()[1].close()

    async def greet(self) -> None:
        """Connect and log in, as for a message. Raises what `deliver` raises before one is sent."""
        self._keep(await _before(self._connected()))

    async def _ready(self, recipient: str) -> aiosmtplib.SMTP:
        """A connection that waits for the text. One that has gone stale is replaced once."""
        while (client := self._idle()) is not None:
            try:
                return await self._addressed(client, recipient)
            except aiosmtplib.SMTPServerDisconnected:
                client.close()
        return await self._addressed(await self._connected(), recipient)

    async def _addressed(self, client: aiosmtplib.SMTP, recipient: str) -> aiosmtplib.SMTP:
        of = "sender"
        try:
            await client.mail(self._config.address.addr_spec)
            of = "recipient"
            await client.rcpt(recipient)
        except SMTPResponseException as refused:
            if refused.code == 421:
                client.close()
            else:
                await client.rset()
                self._keep(client)
            raise _meaning(refused.code, refused.message, of=of) from None
        return client

    async def _connected(self) -> aiosmtplib.SMTP:
        config = self._config
        client = aiosmtplib.SMTP(
            hostname=config.host, port=config.port, use_tls=config.tls_at_once, start_tls=False, timeout=10
        )
        await client.connect()
        if config.must_encrypt and not config.tls_at_once:
            await client.starttls()
        if config.login is not None:
            await client.login(*config.login)
        return client

    def _idle(self) -> aiosmtplib.SMTP | None:
        while self._kept:
            since, client = self._kept.pop()
            if client.is_connected and monotonic() - since < KEPT_SECONDS:
                return client
            client.close()
        return None

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected and len(self._kept) < MOST_KEPT:
            self._kept.append((monotonic(), client))
        else:
            client.close()


async def _before(work: Awaitable[_Result]) -> _Result:
    """Whatever fails here, nothing has been sent."""
    try:
        async with asyncio.timeout(BEFORE_DATA):
            return await work
    except aiosmtplib.SMTPAuthenticationError:
        raise Throttled(BUSY_SECONDS, everywhere=True) from None
    except SMTPResponseException as refused:
        raise Unavailable(f"the mail relay answered {refused.code}") from None
    except (TimeoutError, OSError, aiosmtplib.SMTPException) as error:
        raise Unavailable(f"the mail relay cannot be reached ({type(error).__name__})") from None


def _meaning(code: int, text: str, *, of: str) -> PlatformError:
    """4xx: later (RFC 5321 §4.2.1; greylisting is one). 5xx: never. The relay's own words stay in no log."""
    if code == 421 or (400 <= code < 500 and of == "sender"):
        return Throttled(BUSY_SECONDS, everywhere=True)
    if 400 <= code < 500:
        return Throttled(LATER_SECONDS, deferred=True)
    if of == "sender":
        return PlatformError(f"the mail relay does not let us send as this sender ({code}): see EMAIL_FROM")
    no_mailbox = NO_SUCH_MAILBOX.search(text) or (code in {550, 551, 553} and not POLICY.search(text))
    if of == "recipient" and no_mailbox:
        return Unreachable(f"the mail relay refused the address ({code})")
    return PlatformError(f"the mail relay refused the {of} ({code})")
