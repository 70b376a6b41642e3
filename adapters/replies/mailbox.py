"""Reading a mailbox over IMAP: each unseen message is taken in, then marked as seen.

A crash between the two takes the message in again; its own id is the key, so it is handled once.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import unquote, urlsplit

import structlog

from adapters.background import ended
from adapters.loopback import is_loopback

log = structlog.get_logger()

EVERY_SECONDS = 60.0
MOST_AT_ONCE = 50
TIMEOUT_SECONDS = 30.0
LARGEST = 2 * 1024 * 1024
"""Bytes fetched of a message."""
Take = Callable[[bytes], Awaitable[bool]]


def read_for_ever(url: str, take: Take) -> Callable[[], Awaitable[None]]:
    """Start to look into the mailbox once a minute; call the result to stop."""
    return partial(ended, asyncio.create_task(_forever(url, take)))


async def _forever(url: str, take: Take) -> None:
    while True:
        try:
            while await read_once(url, take) >= MOST_AT_ONCE:
                pass  # there is more: thousands of bounces may stand before a reply
        except (OSError, imaplib.IMAP4.error) as error:
            log.warning("mailbox_unavailable", error=type(error).__name__)
        except Exception as error:
            log.error("mailbox_failed", error=type(error).__name__, exc_info=error)
        await asyncio.sleep(EVERY_SECONDS)


async def read_once(url: str, take: Take) -> int:
    """Take in what is unseen; returns how many messages were looked at. One that cannot be recorded stays
    unseen. Raises `OSError` or `imaplib.IMAP4.error` when the mailbox cannot be read."""
    mailbox = await asyncio.to_thread(_opened, url)
    try:
        unseen = await asyncio.to_thread(_unseen, mailbox)
        for number in unseen:
            await take(await asyncio.to_thread(_fetch, mailbox, number))
            await asyncio.to_thread(mailbox.uid, "STORE", number, "+FLAGS", "(\\Seen)")
        return len(unseen)
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            await asyncio.to_thread(mailbox.logout)


def _opened(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    host, trusted = parts.hostname or "", ssl.create_default_context()
    mailbox: imaplib.IMAP4
    if parts.scheme == "imaps":
        mailbox = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=trusted, timeout=TIMEOUT_SECONDS)
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
        if not is_loopback(host):
            mailbox.starttls(trusted)
    mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
    mailbox.select(f'"{parts.path.strip("/") or "INBOX"}"')
    return mailbox


def _unseen(mailbox: imaplib.IMAP4) -> list[str]:
    _, found = mailbox.uid("SEARCH", "UNSEEN")
    return [number.decode() for number in (found[0] or b"").split()][:MOST_AT_ONCE]


def _fetch(mailbox: imaplib.IMAP4, number: str) -> bytes:
    _, found = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")
