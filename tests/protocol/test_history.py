"""Real changes are written down by the database, and the model tells a wrong one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.nudges.outbox import OutboxWriter, Outcome, claim_due_nudges, mark_sending, settle
from storage.guarantees import check
from storage.nudges import Nudge
from tests.protocol.__main__ import PAGE, drawn, numbered
from tests.protocol.history import accept, write_history
from tests.support.stage import START, Stage, staged


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged(database_url) as built:
        await write_history(built.database)
        async with built.database.write() as db:
            db.add(Nudge(key="n", community_id=1, kind="note", due_at=START, created_at=START))
        yield built


async def test_a_message_that_goes_its_way_is_accepted(stage: Stage) -> None:
    writer = OutboxWriter(stage.database)
    (nudge,) = await claim_due_nudges(stage.database, "one.1", START)
    assert await mark_sending(writer, nudge, START)
    assert await settle(writer, nudge, Outcome("sent", message={"message": "1"}), START)
    history = await accept(stage.database)
    assert (history.lines, history.refused) == (3, [])
    assert [rows for _, rows in await check(stage.database, START) if rows] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"state": "sent"}, "a settle by another"),
        ({"state": "unknown"}, "no such step"),
        ({"lease_until": START + timedelta(seconds=90)}, "two leases overlap"),
        ({"sending_since": START + timedelta(hours=1)}, "a call after the end"),
    ],
)
async def test_a_step_that_may_not_be_is_refused(stage: Stage, wrong: dict[str, object], said: str) -> None:
    await claim_due_nudges(stage.database, "one.1", START)
    by = {} if said.startswith("a call") else {"claimed_by": "two.1"}
    async with stage.database.write() as db:
        await db.execute(update(Nudge).values(**by, **wrong))
    refused = (await accept(stage.database)).refused
    assert any(one.startswith(said) for one in refused), refused


async def test_the_check_finds_rows_that_break_a_guarantee(stage: Stage) -> None:
    async with stage.database.write() as db:
        await db.execute(update(Nudge).values(state="claimed"))
    assert {one.number for one, rows in await check(stage.database, START) if rows} == {"G8"}


def test_the_page_tells_the_guarantees_and_draws_the_model() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert numbered() in text
    assert drawn() in text
