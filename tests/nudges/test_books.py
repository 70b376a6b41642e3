"""What the sender writes side by side, on both databases: each only while its claim holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.nudges.outbox import LEASE, OutboxWriter, Outcome, claim_due_nudges, mark_sending, settle
from storage.nudges import Nudge
from tests.support.stage import START, Stage, staged


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged(database_url) as built:
        async with built.database.write() as db:
            db.add_all(
                Nudge(key=f"n{number}", community_id=1, kind="note", due_at=START, created_at=START)
                for number in range(6)
            )
        yield built


async def test_a_claim_tells_what_stands_in_the_table(stage: Stage) -> None:
    claimed = await claim_due_nudges(stage.database, "one", START)
    assert [nudge.model_dump() for nudge in claimed] == [one.model_dump() for one in await stage.nudges()]
    assert {(one.state, one.claimed_by, one.attempts) for one in claimed} == {("claimed", "one", 0)}


async def test_outcomes_of_several_kinds_are_written_together(stage: Stage) -> None:
    claimed = await claim_due_nudges(stage.database, "one", START)
    outbox_writer = OutboxWriter(stage.database)
    kinds = [
        Outcome("sent", message={"message": "1"}),
        Outcome("planned", "throttled", due_at=START + LEASE),
        Outcome("claimed", "uncertain", lease_until=START + 2 * LEASE),
    ]
    written = await asyncio.gather(
        *(settle(outbox_writer, nudge, kinds[number % 3], START) for number, nudge in enumerate(claimed))
    )
    assert written == [True] * 6
    states = {one.key: (one.state, one.reason, one.claimed_by) for one in await stage.nudges()}
    assert states["n0"] == states["n3"] == ("sent", "", "one")
    assert states["n1"] == states["n4"] == ("planned", "throttled", "one")
    assert states["n2"] == states["n5"] == ("claimed", "uncertain", "one")


async def test_who_lost_the_lease_writes_nothing_and_keeps_no_other_out(stage: Stage) -> None:
    late = await claim_due_nudges(stage.database, "late", START, limit=3)
    outbox_writer, after = OutboxWriter(stage.database), START + LEASE + timedelta(seconds=1)
    assert not await mark_sending(outbox_writer, late[2], after)
    again = await claim_due_nudges(stage.database, "next", after, limit=6)
    writes = [settle(outbox_writer, one, Outcome("sent", message={}), after) for one in (*late, *again)]
    assert await asyncio.gather(*writes) == [False] * 3 + [True] * 6


async def test_one_that_cannot_be_written_keeps_no_other_out(stage: Stage) -> None:
    claimed = await claim_due_nudges(stage.database, "one", START)
    outbox_writer = OutboxWriter(stage.database)
    outcomes = [Outcome("sent", message={"message": "1"}) for _ in claimed]
    outcomes[2] = Outcome("sent", message={"message": object()})
    written = await asyncio.gather(
        *(settle(outbox_writer, *each, START) for each in zip(claimed, outcomes, strict=True)),
        return_exceptions=True,
    )
    assert [one is True for one in written] == [True, True, False, True, True, True]
