"""`doctor`: the relay, the records of the sender's domain by a real name server, and a test message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from adapters.doctor.email import email_findings, records, send_test
from adapters.email.config import EmailConfig
from adapters.settings import Settings
from tests.adapters.email.conftest import PAT, Post

SPF, DMARC = '"v=spf1 include:relay.example -all"', '"v=DMARC1; p=none"'
GOOD = {"a.example": SPF, "_domainkey.a.example": "", "_dmarc.a.example": DMARC}
"""What is published; a name without a record stands above others."""
SETTINGS = Settings()


class _NameServer(asyncio.DatagramProtocol):
    """Answers for one zone (RFC 1035): a TXT record, nothing at the name, or no such name."""

    def __init__(self, zone: Mapping[str, str]) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        name = query.question[0].name.to_text().rstrip(".")
        if name not in self._zone:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif self._zone[name]:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", self._zone[name]))
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server(zone: Mapping[str, str]) -> AsyncIterator[list[tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _NameServer(zone), local_addr=("127.0.0.1", 0))
    try:
        yield [transport.get_extra_info("sockname")[:2]]
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("changed", "asked_for"),
    [
        ({}, []),
        ({"a.example": ""}, ["v=spf1"]),
        ({"_domainkey.a.example": None}, ["_domainkey.a.example"]),
        ({"_dmarc.a.example": None}, ["_dmarc.a.example"]),
        ({"a.example": '"v=spf2"', "_dmarc.a.example": None}, ["v=spf1", "_dmarc.a.example"]),
    ],
)
async def test_what_the_domain_lacks_is_named_with_its_remedy(
    changed: Mapping[str, str | None], asked_for: list[str]
) -> None:
    zone = {name: text for name, text in {**GOOD, **changed}.items() if text is not None}
    async with name_server(zone) as servers:
        remedies = [one.remedy async for one in records("a.example", servers) if one.remedy]
    assert len(remedies) == len(asked_for)
    assert all(word in remedy for word, remedy in zip(asked_for, remedies, strict=True))


async def test_without_a_name_server_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.doctor.email.SECONDS", 0.2)
    (told,) = [one async for one in records("a.example", [("127.0.0.1", 9)])]
    assert "no name server answers" in told.what
    assert not told.remedy


async def test_the_relay_is_tried_and_takes_a_test_message(post: Post) -> None:
    """The same headers as all mail, so that their verdict is the one to look at."""
    found = [one async for one in email_findings(SETTINGS, post.platform.config)]
    assert not any(one.remedy for one in found)
    assert not (await send_test(SETTINGS, post.platform.config, PAT)).remedy
    assert post.newest["Subject"] == "Test message"
    assert post.newest["List-Unsubscribe-Post"]
    nowhere = EmailConfig("smtp://127.0.0.1:9", "a@a.example")
    remedies = [one.remedy async for one in email_findings(SETTINGS, nowhere)]
    assert "SMTP_URL" in remedies[0]
    assert (await send_test(SETTINGS, nowhere, PAT)).remedy
