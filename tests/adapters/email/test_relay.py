"""What becomes of a message for each thing that a relay does."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from adapters.email import relay as relays
from adapters.email.config import EmailConfig
from adapters.email.relay import Relay
from adapters.playground.mail import smtp
from adapters.playground.people import SamplePerson
from bot.core.platform import PlatformError, Throttled, Unavailable, Uncertain, Unreachable
from bot.core.rate_limits import RateLimiter
from storage.database import Database
from storage.migrating import migrate
from tests.adapters.email.conftest import PAT, QUI, Post


@pytest.mark.parametrize(
    ("line", "code", "error"),
    [
        ("SMTP RCPT", 450, Throttled),  # greylisting: come back later
        ("SMTP RCPT", 452, Throttled),
        ("SMTP RCPT", 421, Throttled),
        ("SMTP RCPT", 550, Unreachable),
        ("SMTP RCPT", 554, PlatformError),
        ("SMTP MAIL", 451, Throttled),
        ("SMTP MAIL", 550, PlatformError),
        ("SMTP DATA", 421, Throttled),
        ("SMTP DATA", 451, Throttled),
        ("SMTP DATA", 552, PlatformError),
        ("SMTP DATA", 554, PlatformError),
    ],
)
async def test_each_refusal_means_one_thing_and_nothing_was_sent(
    post: Post, line: str, code: int, error: type[PlatformError]
) -> None:
    post.side.faults.status(line, code)
    with pytest.raises(PlatformError) as told:
        await post.send()
    assert type(told.value) is error
    assert post.side.letters == []
    await post.send()
    assert len(post.side.letters) == 1


@pytest.mark.parametrize(
    "text", ["550 5.7.1 Client host blocked", "550 5.7.26 Unauthenticated", "550 5.2.2 Full"]
)
async def test_a_server_that_refuses_ours_says_nothing_of_the_address(
    post: Post, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one entry in a block list would make everybody unreachable."""
    monkeypatch.setitem(smtp.REPLIES, 550, text)
    post.side.faults.status("SMTP RCPT", 550)
    with pytest.raises(PlatformError) as told:
        await post.send()
    assert type(told.value) is PlatformError


async def test_one_greylisted_recipient_holds_nobody_else(post: Post) -> None:
    """What one recipient's server says is said of that conversation; a relay that is busy, of all."""
    post.side.faults.status(f"SMTP RCPT {PAT}", 450)
    with pytest.raises(Throttled) as told:
        await post.send()
    assert not told.value.everywhere
    assert told.value.retry_after >= 300
    assert told.value.deferred
    post.side.faults.status("SMTP MAIL", 421)
    with pytest.raises(Throttled) as told:
        await post.send(to=QUI)
    assert told.value.everywhere


async def test_a_greylisted_recipient_holds_nobody_else_over_all_processes(
    post: Post, sqlite_url: str
) -> None:
    """The shared limits wait for a relay that is busy, and not for what it says of one recipient."""
    database = Database(sqlite_url, durable=False)
    await migrate(database)
    post.platform._limiter = RateLimiter(database, post.clock)
    post.side.faults.status(f"SMTP RCPT {PAT}", 450)
    with pytest.raises(Throttled):
        await post.send()
    await post.send(to=QUI)
    post.side.faults.status("SMTP MAIL", 421)
    for _ in range(2):
        with pytest.raises(Throttled):
            await post.send(to=QUI)
    await database.close()
    assert [letter.to for letter in post.side.letters] == [QUI]


async def test_one_recipient_in_ten_refused_costs_that_message_alone(post: Post) -> None:
    """Refused for good, refused for now, and all the others through, on the same few connections."""
    people = [f"p{number}@example.org" for number in range(20)]
    post.side.move_in(SamplePerson("U", one, one, None, None, "participant") for one in people)
    post.side.faults.status(f"SMTP RCPT {people[3]}", 550)
    post.side.faults.status(f"SMTP RCPT {people[14]}", 450)
    sent = await asyncio.gather(*(post.send(to=one) for one in people), return_exceptions=True)
    assert {people[n]: type(one) for n, one in enumerate(sent) if isinstance(one, PlatformError)} == {
        people[3]: Unreachable,
        people[14]: Throttled,
    }
    assert len({letter.to for letter in post.side.letters}) == len(post.side.letters) == 18


async def test_a_relay_that_closes_after_the_text_leaves_it_open_whether_it_was_sent(post: Post) -> None:
    post.side.faults.accept_then_reset("SMTP DATA")
    with pytest.raises(Uncertain):
        await post.send()
    post.side.faults.drop_connection_before_accept("SMTP DATA")
    with pytest.raises(Uncertain):
        await post.send()
    assert len(post.side.letters) == 1


async def test_a_relay_that_closes_before_the_text_has_sent_nothing(post: Post) -> None:
    """The idle connection of the message before is gone: it is opened again, once."""
    post.side.faults.drop_connection_before_accept("SMTP RCPT", times=None)
    with pytest.raises(Unavailable):
        await post.send()
    post.side.faults.clear()
    await post.send()
    assert len(post.side.letters) == 1


async def test_a_relay_that_hangs_holds_nobody_longer_than_a_lease(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the text nothing was sent; after it nobody knows."""
    assert relays.BEFORE_DATA + relays.FOR_DATA < 60
    monkeypatch.setattr(relays, "BEFORE_DATA", 0.2)
    monkeypatch.setattr(relays, "FOR_DATA", 0.2)
    post.side.faults.delay("SMTP RCPT", 1.0)
    with pytest.raises(Unavailable):
        await post.send()
    post.side.faults.accept_then_delay("SMTP DATA", 1.0)
    with pytest.raises(Uncertain):
        await post.send()
    assert len(post.side.letters) == 1


async def test_a_connection_is_used_again(post: Post) -> None:
    for number in range(5):
        await post.send(mark=f"mark-number-{number}")
    assert len(post.platform.relay._kept) == 1
    await asyncio.gather(*(post.send(mark=f"mark-beside-{number}", to=QUI) for number in range(8)))
    assert len(post.side.letters) == 13


class _Plain:
    async def handle_DATA(self, *_: object) -> str:
        return "250 Taken in the clear"


async def test_a_relay_elsewhere_is_never_spoken_to_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may do without TLS; a relay that offers none gets no message and no password."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Plain(), loop=loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr("adapters.email.config.is_loopback", lambda host: False)
    with pytest.raises(Unavailable):
        await Relay(EmailConfig(f"smtp://u:p@127.0.0.1:{port}", "a@b.example")).deliver(PAT, b"x")
    server.close()


async def test_a_relay_with_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(_Plain(), loop=loop, tls_context=context, require_starttls=True), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr("adapters.email.config.is_loopback", lambda host: False)
    with pytest.raises(Unavailable):
        await Relay(EmailConfig(f"smtp://127.0.0.1:{port}", "a@b.example")).deliver(PAT, b"x")
    server.close()


def _self_signed(folder: Path) -> tuple[Path, Path]:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    return folder / "key.pem", folder / "certificate.pem"
