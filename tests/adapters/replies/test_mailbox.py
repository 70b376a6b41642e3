"""Replies in a mailbox: read once, marked as seen after they are written down, however many there are."""

from __future__ import annotations

import asyncio
import imaplib

import pytest

from adapters.replies import mailbox as reading
from adapters.replies.mailbox import MOST_AT_ONCE, read_for_ever, read_once
from tests.adapters.replies.imap_server import mailbox


async def test_what_is_unseen_is_taken_in_once() -> None:
    taken: list[bytes] = []

    async def take(raw: bytes) -> bool:
        taken.append(raw)
        return True

    async with mailbox(b"Subject: one\r\n\r\nHello\r\n", b"Subject: two\r\n\r\n\xff)\r\n{3}\r\n") as box:
        box.seen.add(1)
        assert await read_once(box.url, take) == 1
        assert taken == box.messages[1:]
        assert await read_once(box.url, take) == 0
        assert box.seen == {1, 2}


async def test_what_cannot_be_written_down_stays_unseen() -> None:
    async def take(raw: bytes) -> bool:
        raise OSError("the database is away")

    async with mailbox(b"Subject: one\r\n\r\n") as box:
        with pytest.raises(OSError, match="away"):
            await read_once(box.url, take)
        assert box.seen == set()


async def test_a_mailbox_that_does_not_know_us_is_an_error_of_its_own() -> None:
    async def take(raw: bytes) -> bool:
        raise AssertionError

    async with mailbox(b"x") as box:
        with pytest.raises(imaplib.IMAP4.error):
            await read_once(box.url.replace("word@", "words@"), take)


async def test_a_flood_of_bounces_does_not_keep_replies_waiting_for_hours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A full batch is followed by the next one at once; only then does it wait for a minute."""
    monkeypatch.setattr(reading, "MOST_AT_ONCE", 5)
    read = asyncio.Event()
    taken = 0

    async def take(raw: bytes) -> bool:
        nonlocal taken
        taken += 1
        if taken == 23:
            read.set()
        return False

    assert MOST_AT_ONCE == 50
    async with mailbox(*[b"Subject: bounce\r\n\r\n"] * 23) as box:
        stop = read_for_ever(box.url, take)
        await asyncio.wait_for(read.wait(), 10)
        await stop()
        assert box.logins == 5
