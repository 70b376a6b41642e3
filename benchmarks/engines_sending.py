"""What any engine's handler has to do with one message in hand, for `benchmarks.engines`.

It is our sender's work: the product's own reading, rechecking and composing, the mark before the platform is
asked, one post, and the row written as sent. Messages that are in hand at the same time share their look at
the database and their commits, as those of our sender do.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.clock import Clock
from bot.core.composers import ComposeContext
from bot.core.links import Links
from bot.core.message_kinds import MessageKind, MessageKinds
from bot.core.platform import Address, Sent
from bot.nudges.outbox import LOOK_AGAIN
from bot.nudges.preparing import OutgoingMessage, Prepared, Writer
from bot.nudges.sender import AT_ONCE, PREPARED_EACH
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.nudges import Nudge

IN_HAND = 100
"""Messages that a worker may have taken at the same time; of each engine, and of ours."""
LINKS = Links("http://127.0.0.1", "x" * 20)
_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]
_BY_ID = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"))


class Ledger:
    """The null platform: it takes every message at once, and knows what it has. With a file, several
    processes have it together; after `stops_after` messages it answers nobody any more."""

    name = "slack"

    def __init__(self, file: Path | None = None, stops_after: int | None = None) -> None:
        self._file, self._stops_after = file, stops_after
        self.posts = 0

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        if self._stops_after is not None and self.posts >= self._stops_after:
            await asyncio.Event().wait()
        self.posts += 1
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(f"{mark}\n")
        return Sent(to, mark)

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        return Sent(to, mark) if self._file is not None and mark in posted(self._file) else None


def posted(file: Path) -> Counter[str]:
    """How often the platform got each message."""
    return Counter(file.read_text().split()) if file.exists() else Counter()


async def composed(_: ComposeContext) -> Card:
    """The words of a message that is composed as it goes."""
    return Card(text="Look back and look ahead")


async def composed_asleep(reading: ComposeContext) -> Card:
    """The process falls asleep over the message, before it is marked and posted; who wakes it, decides."""
    os.kill(os.getpid(), signal.SIGSTOP)
    return await composed(reading)


class Handler:
    """`send` is what the engine calls for a message. With `asks` it goes on only when nobody else has marked
    the row meanwhile, which is our own fence in our own table; without, the engine's is all there is."""

    def __init__(
        self, database: Database, clock: Clock, platform: Ledger, *, asks: bool, compose: Any = composed
    ) -> None:
        self._database, self._clock, self._platform, self._asks = database, clock, platform, asks
        self._writer = Writer(database, clock, MessageKinds([MessageKind("note", compose)]), LINKS)
        self._reading: GroupCommit[int, tuple[Nudge, Prepared]] = GroupCommit(
            self._read, most=AT_ONCE * PREPARED_EACH
        )
        self._marking: GroupCommit[int, bool] = GroupCommit(self._mark)
        self._ending: GroupCommit[tuple[int, Sent], bool] = GroupCommit(self._end)
        self._letters: dict[int, tuple[Nudge, OutgoingMessage]] = {}
        self.begun: float | None = None
        """When the first message was handed over, by the event loop's clock."""
        self.done = 0

    async def send(self, nudge_id: int) -> None:
        """All three steps."""
        if await self.begin(nudge_id):
            await self.post(nudge_id)

    async def begin(self, nudge_id: int) -> bool:
        """Read, check, compose and mark it. False: there is nothing to post."""
        self.begun = self.begun or asyncio.get_running_loop().time()
        nudge, prepared = await self._reading.put(nudge_id)
        if nudge.state == "sent":
            return False
        if not isinstance(prepared, OutgoingMessage):
            return await self._look_for(nudge)
        if not await self._marking.put(nudge_id) and self._asks:
            return False
        self._letters[nudge_id] = nudge, prepared
        return True

    async def post(self, nudge_id: int) -> None:
        """Post what was begun here, and write it as sent."""
        if nudge_id not in self._letters and not await self.begin(nudge_id):
            return
        nudge, letter = self._letters.pop(nudge_id)
        to = Address(letter.recipient.tenant, letter.recipient.conversation, letter.recipient.reference)
        sent = await self._platform.send(
            to, letter.card, mark=nudge.mark, users=letter.users, language=letter.language
        )
        await self._written(nudge_id, sent)

    async def _look_for(self, nudge: Nudge) -> bool:
        """Somebody has marked it: it is posted again only when it is not there."""
        assert nudge.sending_since is not None
        to = Address("", "")
        if sent := await self._platform.find(to, nudge.mark, nudge.sending_since - LOOK_AGAIN):
            await self._written(nudge.id, sent)
            return False
        async with self._database.write() as db:
            await db.execute(update(_TABLE).where(_TABLE.c.id == nudge.id).values(sending_since=None))
        return await self.begin(nudge.id)

    async def _written(self, nudge_id: int, sent: Sent) -> None:
        await self._ending.put((nudge_id, sent))
        self.done += 1

    async def _read(self, ids: Sequence[int]) -> list[tuple[Nudge, Prepared]]:
        async with self._database.read() as db:
            nudges = list(await db.scalars(select(Nudge).where(col(Nudge.id).in_(ids))))
        ready = {nudge.id: (nudge, prepared) for nudge, prepared in await self._writer.prepared(nudges)}
        return [ready[nudge_id] for nudge_id in ids]

    async def _mark(self, ids: Sequence[int]) -> list[bool]:
        untouched = (
            select(_TABLE.c.id)
            .where(_TABLE.c.id.in_(ids), _TABLE.c.state == "planned", _TABLE.c.sending_since.is_(None))
            .with_for_update()
        )
        async with self._database.write() as db:
            free = set(await db.scalars(untouched))
            values = {"sending_since": self._clock.now()}
            await db.execute(update(_TABLE).where(_TABLE.c.id.in_(free)).values(**values))
        return [nudge_id in free for nudge_id in ids]

    async def _end(self, ended: Sequence[tuple[int, Sent]]) -> list[bool]:
        now = self._clock.now()
        rows = [
            {"row_id": nudge_id, "state": "sent", "sent_at": now, "message": {"message": sent.message}}
            for nudge_id, sent in ended
        ]
        async with self._database.write() as db:
            await (await db.connection()).execute(_BY_ID, rows)
        return [True] * len(rows)
