"""Claim and settle, the longest block of the event loop, and the claim rate in a large outbox."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks import scheduler_peer as peer
from benchmarks.scheduler_ground import START, AtOnce, Measure, median, outbox
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.nudges.outbox import Outcome, claim_due_nudges, settled, write_all
from bot.nudges.sender import Sender
from storage.database import Database
from storage.nudges import Nudge

BATCH = 100


def sender_on(database: Database, clock: MovedClock) -> Sender:
    """The product's sender, with a platform that accepts at once."""
    return Sender(database, clock, {"slack": AtOnce()}, MessageKinds(), Links("http://127.0.0.1", "x" * 20))  # type: ignore[dict-item]


async def claiming(pending: int, turns: int) -> tuple[Measure, Measure]:
    """A hundred due at a time, turn about: our claim and settle, the peer's, and our whole sender, which
    also reads, checks, composes and commits "sending" before every message."""
    figures: dict[str, list[float]] = {"ours": [], "peer": [], "sender": []}
    with tempfile.TemporaryDirectory() as folder, peer.filled_store(Path(folder), pending) as store:
        async with outbox(f"sqlite:///{folder}/ours.db", pending) as database:
            clock = MovedClock(START)
            sender = sender_on(database, clock)
            for turn in range(turns + 1):
                clock.move_to(START + timedelta(seconds=(2 * turn + 1) * BATCH - 1))
                taken = {"ours": await _claimed_and_settled(database, clock)}
                taken["peer"] = peer.seconds_to_settle(store, turn, BATCH)
                clock.move_to(START + timedelta(seconds=(2 * turn + 2) * BATCH - 1))
                taken["sender"] = await _sent(sender)
                if turn:  # the first turn warms all of them up
                    for name, seconds in taken.items():
                        figures[name].append(seconds)
    ours, theirs, whole = (median(figures[name]) for name in ("ours", "peer", "sender"))
    note = f"{BATCH} at a time, {pending:,} pending"
    return (
        Measure("claim + settle", ours, theirs, theirs / ours, 15, "s an item", note=note),
        Measure("whole sender", whole, theirs, theirs / whole, 1, "s an item",
                note="also checks, composes, marks; the peer only claims and settles"),
    )  # fmt: skip


async def _claimed_and_settled(database: Database, clock: MovedClock) -> float:
    began = perf_counter()
    claimed = await claim_due_nudges(database, "benchmark", clock.now(), BATCH)
    outcomes = [settled(nudge, Outcome("sent", message={"message": "1"}), clock.now()) for nudge in claimed]
    written = await write_all(database, outcomes)
    assert written == [True] * BATCH
    return (perf_counter() - began) / BATCH


async def _sent(sender: Sender) -> float:
    began = perf_counter()
    assert await sender.send_due() == BATCH
    return (perf_counter() - began) / BATCH


async def blocking(due: int, turns: int) -> Measure:
    """The longest time in which nothing else ran in the event loop while so many due ones were worked on."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(await _blocked_by_peer(Path(folder), due))
            ours.append(await _blocked_by_us(Path(folder), due))
    return Measure(
        "longest block of the loop", median(ours), median(theirs), median(ours) / median(theirs), 1 / 20,
        "s", at_most=True, note=f"{due:,} due",
    )  # fmt: skip


async def _blocked_by_us(folder: Path, due: int) -> float:
    async with outbox(f"sqlite:///{folder / 'ours.db'}", due, seconds_apart=0) as database:
        sender = sender_on(database, MovedClock(START))
        async with _longest_gap() as gaps:
            while await sender.send_due():
                pass
        return max(gaps)


async def _blocked_by_peer(folder: Path, due: int) -> float:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    with peer.filled_store(folder, due, long_ago) as store:
        scheduler = peer.running_scheduler(store)
        async with _longest_gap() as gaps:
            scheduler.start()
            await asyncio.sleep(0)
            while store.get_next_run_time() is not None:  # noqa: ASYNC110 - it tells nobody when it is done
                await asyncio.sleep(0)
        scheduler.shutdown(wait=False)
        return max(gaps)


@asynccontextmanager
async def _longest_gap() -> AsyncIterator[list[float]]:
    """Seconds between turns of a task that does nothing but ask for its next turn."""
    gaps: list[float] = []

    async def watch() -> None:
        last = perf_counter()
        while True:
            await asyncio.sleep(0)
            now = perf_counter()
            gaps.append(now - last)
            last = now

    task = asyncio.create_task(watch())
    await asyncio.sleep(0)
    try:
        yield gaps
    finally:
        await asyncio.sleep(0)
        task.cancel()


async def claim_rate(few: int, many: int, turns: int) -> Measure:
    """Claims of a hundred in a small and in a large outbox, turn about; messages a second."""
    rates: dict[int, list[float]] = {few: [], many: []}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            outbox(f"sqlite:///{folder}/few.db", few) as small,
            outbox(f"sqlite:///{folder}/many.db", many) as large,
        ):
            for turn in range(min(turns, few // BATCH - 1) + 1):
                for pending, database in ((few, small), (many, large)):
                    rate = await _claims_a_second(database, turn)
                    if turn:
                        rates[pending].append(rate)
    figure, itself = median(rates[many]), median(rates[few])
    return Measure(
        "claim rate, large outbox", figure, itself, figure / itself, 0.5, "claims a s",
        note=f"{many:,} pending ÷ {few:,}",
    )  # fmt: skip


async def _claims_a_second(database: Database, turn: int) -> float:
    now = START + timedelta(seconds=(turn + 1) * BATCH - 1)
    began = perf_counter()
    claimed: list[Nudge] = await claim_due_nudges(database, "benchmark", now, BATCH)
    took = perf_counter() - began
    assert len(claimed) == BATCH
    await write_all(database, [settled(nudge, Outcome("sent"), now) for nudge in claimed])
    return BATCH / took
