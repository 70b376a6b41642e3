"""A mailbox that speaks as much IMAP (RFC 9051) as a reader of unseen messages needs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

PASSWORD = "p@ss word"


@dataclass
class Mailbox:
    """`seen` are the numbers (from 1) of the messages that somebody has marked so."""

    messages: list[bytes]
    seen: set[int] = field(default_factory=set)
    url: str = ""
    logins: int = 0

    def answer(self, command: str) -> tuple[bytes, str]:
        """What is told before the closing line, and that line without its tag."""
        if command.startswith("LOGIN"):
            self.logins += 1
            well = command.endswith(f'"{PASSWORD}"')
            return b"", "OK in" if well else "NO [AUTHENTICATIONFAILED] not you"
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
        if command == "UID SEARCH UNSEEN":
            unseen = [str(n) for n in range(1, len(self.messages) + 1) if n not in self.seen]
            return f"* SEARCH {' '.join(unseen)}\r\n".encode(), "OK done"
        if found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            raw = self.messages[int(found[1]) - 1][: int(found[2])]
            head = f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n"
            return head.encode() + raw + b")\r\n", "OK done"
        if found := re.fullmatch(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", command):
            self.seen.add(int(found[1]))
            return b"", "OK done"
        if command == 'SELECT "INBOX"':
            return f"* {len(self.messages)} EXISTS\r\n".encode(), "OK [READ-WRITE]"
        return (b"* BYE\r\n", "OK done") if command == "LOGOUT" else (b"", "BAD what")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, command = line.partition(" ")
            told, closing = self.answer(command)
            writer.write(told + f"{tag} {closing}\r\n".encode())
        writer.close()


@asynccontextmanager
async def mailbox(*messages: bytes) -> AsyncIterator[Mailbox]:
    found = Mailbox(list(messages))
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    found.url = f"imap://{quote('hello@a.example', '')}:{quote(PASSWORD, '')}@127.0.0.1:{port}/INBOX"
    try:
        yield found
    finally:
        server.close()
