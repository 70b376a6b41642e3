"""What `benchmarks.scheduler` stands on: an outbox with as many messages as asked, and the figures."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import insert

from bot.core.cards import Card
from bot.core.platform import Address, Sent
from storage.base import opaque_id
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Community, Identity, Person, Workspace
from storage.tables import METADATA

START = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
PEOPLE = 1_000
CHUNK = 5_000
CARD = Card(text="Look back and look ahead").model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure beside its peer. `ratio` is what the target speaks of: at least that much, or `at_most`."""

    name: str
    figure: float
    peer: float | None
    ratio: float
    target: float
    unit: str
    at_most: bool = False
    note: str = ""

    @property
    def reached(self) -> bool:
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target


def median(values: list[float]) -> float:
    return statistics.median(values)


def seconds_to_sync(times: int = 200) -> float:
    """How long the disk takes to have a page of 4 KiB for good. A peer that commits every message alone
    waits for that each time, so what is saved by committing many together depends on it."""
    with tempfile.TemporaryFile() as file:
        took = []
        for _ in range(times):
            began = perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(perf_counter() - began)
    return median(took)


@asynccontextmanager
async def outbox(url: str, pending: int, *, seconds_apart: float = 1) -> AsyncIterator[Database]:
    """Planned notes to `PEOPLE` persons in turn, the first due at `START`, each so much later than the one
    before. Everybody's one-to-one chat is open already."""
    database = Database(url)
    try:
        async with database.write() as db:
            await (await db.connection()).run_sync(METADATA.create_all)
        await _fill_people(database)
        await fill_nudges(database, (START + timedelta(seconds=at * seconds_apart) for at in range(pending)))
        yield database
    finally:
        await database.close()


async def _fill_people(database: Database) -> None:
    async with database.write() as db:
        db.add(Community(name="Benchmark", created_at=START))
        await db.flush()
        db.add(Workspace(community_id=1, platform="slack", tenant="T1", installed_at=START))
        people = [Person(community_id=1, name=f"P{number}", created_at=START) for number in range(PEOPLE)]
        db.add_all(people)
        await db.flush()
        db.add_all(
            Identity(workspace_id=1, person_id=person.id, platform_user=person.name, direct=f"D{person.name}")
            for person in people
        )


async def fill_nudges(database: Database, moments: Iterator[datetime], name: str = "n") -> None:
    """One note at each of the moments."""
    table = Nudge.__table__  # type: ignore[attr-defined]
    rows: list[dict[str, Any]] = []
    async with database.write() as db:
        connection = await db.connection()
        for number, due_at in enumerate(moments):
            rows.append(_row(f"{name}{number}", number % PEOPLE + 1, due_at))
            if len(rows) == CHUNK:
                await connection.execute(insert(table), rows)
                rows = []
        if rows:
            await connection.execute(insert(table), rows)


def _row(key: str, person_id: int, due_at: datetime) -> dict[str, Any]:
    return {
        "key": key, "mark": opaque_id(), "group": "", "community_id": 1, "kind": "note",
        "nature": "logistics", "person_id": person_id, "due_at": due_at, "due_because": "",
        "state": "planned", "reason": "", "released": False, "card": CARD, "attempts": 0, "claimed_by": "",
        "created_at": START,
    }  # fmt: skip


class AtOnce:
    """A platform that accepts every message at once: what is measured is our own work."""

    name = "slack"

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        return Sent(to, mark)
