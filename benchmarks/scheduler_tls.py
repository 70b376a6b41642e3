"""Sending over TLS, beside a client that does nothing but post over connections that it keeps."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from time import perf_counter

import aiohttp
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.slack.app import one_token
from adapters.slack.platform import SlackPlatform
from adapters.slack.render import message
from benchmarks.scheduler_ground import CARD, START, Measure, median, outbox
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.nudges.scheduler import PATIENCE_SECONDS
from bot.nudges.sender import AT_ONCE, Sender

ANSWER_SECONDS = 0.2
"""What a post to Slack takes, the way there and back included."""


async def over_tls(messages: int, turns: int) -> Measure:
    """So many due messages through the whole sender and Slack's adapter, and as many bare posts, in turn."""
    ours, theirs, handshakes = [], [], 0
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (url, trusted, opened):
        for turn in range(turns):
            theirs.append(messages / await _bare(url, trusted, messages))
            before = len(opened)
            ours.append(messages / await _sent(f"sqlite:///{folder}/{turn}.db", url, trusted, messages))
            handshakes = len(opened) - before
    rate, peer = median(ours), median(theirs)
    note = (
        f"{messages:,} messages, {AT_ONCE} at once, answered after {ANSWER_SECONDS * 1000:g} ms; "
        f"{handshakes} handshakes"
    )
    return Measure("sending over TLS", rate, peer, rate / peer, 0.9, "a second", note=note)


async def _sent(database_url: str, url: str, trusted: ssl.SSLContext, messages: int) -> float:
    platform = SlackPlatform(one_token("xoxb-benchmark"), f"{url}/api/")
    platform.session.get().connector._ssl = trusted  # type: ignore[union-attr]
    async with outbox(database_url, messages, seconds_apart=0) as database:
        clock = MovedClock(START + timedelta(seconds=1))
        sender = Sender(
            database, clock, {"slack": platform}, MessageKinds(), Links("http://127.0.0.1", "x" * 20)
        )
        began = perf_counter()
        while await sender.send_due(patience=PATIENCE_SECONDS):
            pass
        await sender.drain()
        took = perf_counter() - began
    await platform.close()
    return took


async def _bare(url: str, trusted: ssl.SSLContext, messages: int) -> float:
    """The same bodies, to as many at once."""
    body = {"channel": "D1", **message(Card.model_validate(CARD), {}, "en")}
    left = count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session:

        async def post() -> None:
            while next(left) < messages:
                async with session.post(f"{url}/api/chat.postMessage", json=body) as response:
                    await response.read()

        began = perf_counter()
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))
        return perf_counter() - began


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, ssl.SSLContext, list[object]]]:
    """A platform behind TLS on loopback, on a thread of its own: its address, who trusts it, and the
    connections that were opened."""
    certificate = _certificate(folder)
    loop, stamps = asyncio.new_event_loop(), count(1)
    opened: list[object] = []
    known: set[object] = set()

    async def accept(request: web.Request) -> web.Response:
        if request.transport not in known:
            known.add(request.transport)
            opened.append(request.transport)
        await request.read()
        await asyncio.sleep(ANSWER_SECONDS)
        return web.json_response({"ok": True, "channel": "D1", "ts": f"1.{next(stamps):06d}"})

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", accept)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield f"https://127.0.0.1:{port}", ssl.create_default_context(cafile=str(certificate)), opened
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _certificate(folder: Path) -> Path:
    """A key and a certificate for loopback, signed by itself, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "loopback.pem"
    path.write_bytes(written + made.public_bytes(pem))
    return path
