"""Requests made beforehand, sent over so many kept connections, as quickly or as slowly as asked."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit


@dataclass
class Answers:
    """Seconds from the first byte sent until the answer stood, and how many were refused."""

    waits: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def waited(self, share: float) -> float:
        """The wait that this share of the requests did not exceed."""
        return statistics.quantiles(self.waits, n=1000, method="inclusive")[round(share * 1000) - 1]


def request(url: str, headers: dict[str, str], body: bytes) -> bytes:
    """One HTTP/1.1 POST as it goes over the wire."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send(url: str, requests: Sequence[bytes], connections: int, rate: float = 0) -> Answers:
    """Send all. With a `rate` (a second) each goes at its own moment, however late the answers are."""
    answers = Answers()
    waiting = iter(enumerate(requests))
    began = perf_counter()

    async def connection() -> None:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for number, one in waiting:
            if rate:
                await asyncio.sleep(began + number / rate - perf_counter())
            started = perf_counter()
            writer.write(one)
            status = await _answer(reader)
            answers.waits.append(perf_counter() - started)
            answers.refused += status >= 300
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    answers.seconds = perf_counter() - began
    return answers


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
    await reader.readexactly(int(lengths[0]) if lengths else 0)
    return int(lines[0].split()[1])
