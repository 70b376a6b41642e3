"""The outbox's steps one by one, at their edges: what is due, whose turn it is, what a lease allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.nudges.kinds import BUNDLE
from bot.nudges.outages import FARTHEST
from bot.nudges.outbox import (
    LATELY,
    LEASE,
    LOOK_AGAIN,
    NudgeChange,
    OutboxWriter,
    Outcome,
    as_written,
    claim_due_nudges,
    doubt,
    doubt_what_was_due,
    give_back,
    mark_sending,
    settle,
    settled,
    wake,
    write_all,
)
from bot.nudges.part_states import Parts
from storage.nudges import Nudge
from storage.people import Community
from tests.support.stage import START, Stage, staged

SECOND = timedelta(seconds=1)


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_url) as built:
        yield built


async def plan(stage: Stage, key: str, due: datetime = START, community: int = 1, **more: Any) -> Nudge:
    row: dict[str, Any] = {"key": key, "community_id": community, "kind": "note", "created_at": START}
    async with stage.database.write() as db:
        nudge = Nudge(**{**row, "due_at": due, **more})
        db.add(nudge)
    return nudge


async def row(stage: Stage, key: str) -> Nudge:
    return next(one for one in await stage.nudges() if one.key == key)


async def keys(stage: Stage, now: datetime = START, limit: int = 50) -> list[str]:
    return [one.key for one in await claim_due_nudges(stage.database, "w.1", now, limit)]


def test_the_times_are_those_that_the_promises_name() -> None:
    assert (timedelta(minutes=1), timedelta(days=1), timedelta(seconds=5)) == (LEASE, LATELY, LOOK_AGAIN)


async def test_the_longest_due_is_claimed_first_and_nothing_early_or_aside(stage: Stage) -> None:
    await plan(stage, "soon", START + SECOND)
    await plan(stage, "now")
    await plan(stage, "now too")
    await plan(stage, "before", START - SECOND)
    await plan(stage, "held", state="held")
    assert await keys(stage, limit=2) == ["before", "now"]
    assert await keys(stage) == ["now too"]
    assert (await row(stage, "now")).lease_until == START + LEASE
    assert await keys(stage, START + LEASE - SECOND) == ["soon"]
    assert await keys(stage, START + LEASE) == ["before", "now", "now too"]


async def test_at_most_a_hundred_are_claimed_unless_told(stage: Stage) -> None:
    async with stage.database.write() as db:
        row: dict[str, Any] = {"community_id": 1, "kind": "note", "created_at": START, "due_at": START}
        db.add_all(Nudge(key=f"n{number}", **row) for number in range(101))
    assert len(await claim_due_nudges(stage.database, "w.1", START)) == 100


async def _neighbours(stage: Stage, count: int) -> None:
    async with stage.database.write() as db:
        db.add_all(Community(name=f"c{number}", created_at=START) for number in range(count))


async def test_a_full_batch_leaves_half_to_others_and_a_quarter_to_those_after_them(stage: Stage) -> None:
    await _neighbours(stage, 2)
    for number in range(12):
        await plan(stage, f"a{number:02}", START - timedelta(hours=3))
        await plan(stage, f"b{number:02}", START - timedelta(hours=2), community=2)
        await plan(stage, f"c{number:02}", START - timedelta(hours=1), community=3)
    claimed = await claim_due_nudges(stage.database, "w.1", START, 8)
    assert Counter(one.community_id for one in claimed) == {1: 4, 2: 2, 3: 2}
    assert [one.key for one in claimed] == ["a00", "a01", "a02", "a03", "b00", "b01", "c00", "c01"]


async def test_what_fills_no_batch_and_who_has_nothing_due_change_nothing(stage: Stage) -> None:
    await _neighbours(stage, 1)
    for number in range(4):
        await plan(stage, f"a{number}")
    await plan(stage, "other", START + SECOND, community=2)
    assert await keys(stage, limit=4) == ["a0", "a1", "a2", "a3"]


async def test_one_alone_takes_the_whole_batch(stage: Stage) -> None:
    for number in range(4):
        await plan(stage, f"a{number}")
    assert await keys(stage, limit=3) == ["a0", "a1", "a2"]
    assert await keys(stage, limit=1) == ["a3"]


async def test_what_is_folded_is_what_is_claimed(stage: Stage) -> None:
    await plan(stage, "a")
    await plan(stage, "b")

    async def first(db: object, found: Any, now: datetime) -> list[Nudge]:
        assert now == START
        return list(found[:1])

    claimed = await claim_due_nudges(stage.database, "w.1", START, fold=first)
    assert [(one.key, one.state, one.claimed_by) for one in claimed] == [("a", "claimed", "w.1")]
    assert (await row(stage, "b")).state == "planned"


async def test_marking_begins_the_lease_anew_and_fails_with_its_end(stage: Stage) -> None:
    await plan(stage, "a")
    (mine,) = await claim_due_nudges(stage.database, "w.1", START)
    writer = OutboxWriter(stage.database)
    assert await mark_sending(writer, mine, START + 59 * SECOND)
    assert mine.lease_until == START + 59 * SECOND + LEASE
    stands = await row(stage, "a")
    assert (stands.sending_since, stands.lease_until) == (START + 59 * SECOND, START + 59 * SECOND + LEASE)
    late = stands.lease_until or START
    assert not await mark_sending(writer, mine, late)
    assert mine.lease_until == late, "what was not written is not said"


async def test_a_settle_needs_the_name_and_no_lease_that_runs(stage: Stage) -> None:
    """Nobody has taken it since: what is known of it is written, however late."""
    await plan(stage, "a")
    (mine,) = await claim_due_nudges(stage.database, "w.1", START)
    writer = OutboxWriter(stage.database)
    stranger = Nudge(**{**mine.model_dump(), "claimed_by": "w.2"})
    assert not await settle(writer, stranger, Outcome("sent", message={"message": "1"}), START)
    assert await settle(writer, mine, Outcome("sent", message={"message": "2"}), START + 2 * LEASE)
    stands = await row(stage, "a")
    assert (stands.state, stands.message, stands.sent_at) == ("sent", {"message": "2"}, START + 2 * LEASE)
    assert not await settle(writer, mine, Outcome("failed"), START), "it is claimed no more"


def test_what_an_outcome_writes() -> None:
    nudge = Nudge(key="k", community_id=1, kind="note", due_at=START, created_at=START, attempts=2)
    later = START + timedelta(hours=1)

    def written(outcome: Outcome) -> dict[str, Any]:
        return settled(nudge, outcome, START).values

    assert written(Outcome("sent", message={"m": 1})) == {
        "state": "sent", "reason": "", "sent_at": START, "message": {"m": 1}, "lease_until": None,
    }  # fmt: skip
    assert written(Outcome("planned", "throttled", due_at=later)) == {
        "state": "planned", "reason": "throttled", "due_at": later, "due_because": "retry",
        "sending_since": None, "put_off_since": START, "lease_until": None,
    }  # fmt: skip
    assert written(Outcome("planned"))["due_at"] == START
    assert written(Outcome("claimed", lease_until=later)) == {
        "state": "claimed", "reason": "", "lease_until": later,
    }  # fmt: skip
    assert written(Outcome("claimed")) == {"state": "claimed", "reason": ""}
    assert written(Outcome("failed", is_failure=True)) == {
        "state": "failed", "reason": "", "lease_until": None, "attempts": 3,
    }  # fmt: skip
    nudge.put_off_since = START - LATELY
    assert written(Outcome("planned"))["put_off_since"] == START - LATELY
    assert settled(nudge, Outcome("sent"), START).lease_after is None


async def test_changes_are_written_each_with_its_own_values(stage: Stage) -> None:
    for key in ("a", "b", "c"):
        await plan(stage, key)
    a, b, c = await claim_due_nudges(stage.database, "w.1", START)
    c.claimed_by = "w.2"
    changes = [
        NudgeChange(a, {"reason": "one"}),
        NudgeChange(b, {"reason": "two", "attempts": 5}, lease_after=START + LEASE - SECOND),
        NudgeChange(c, {"reason": "three"}),
    ]
    assert await write_all(stage.database, changes) == [True, True, False]
    assert {one.key: (one.reason, one.attempts) for one in await stage.nudges()} == {
        "a": ("one", 0), "b": ("two", 5), "c": ("", 0),
    }  # fmt: skip


async def _bundle(stage: Stage) -> tuple[Nudge, list[int]]:
    """A claimed message of three, and the ids of its parts."""
    await plan(stage, "all", kind=BUNDLE)
    (mine,) = await claim_due_nudges(stage.database, "w.1", START)
    parts = [await plan(stage, key, state="folded", bundle_id=mine.id) for key in ("p1", "p2", "p3")]
    return mine, [one.id for one in parts]


async def _states(stage: Stage) -> dict[str, tuple[str, str]]:
    return {one.key: (one.state, one.reason) for one in await stage.nudges()}


async def test_the_parts_of_a_message_follow_it_and_what_was_left_out_does_not(stage: Stage) -> None:
    mine, (first, second, _) = await _bundle(stage)
    await plan(stage, "other's part", state="folded", bundle_id=mine.id + 100)
    writer = OutboxWriter(stage.database)
    assert await mark_sending(writer, mine, START, Parts({first: ("skipped", "opted_out")}))
    assert (await _states(stage))["p1"] == ("skipped", "opted_out")
    assert (await _states(stage))["p2"] == ("folded", ""), "what is on its way is not sent yet"
    went = Outcome("sent", message={"message": "1"}, parts=Parts(about={second: (7,)}))
    assert await settle(writer, mine, went, START)
    assert await _states(stage) == {
        "all": ("sent", ""), "p1": ("skipped", "opted_out"), "p2": ("sent", ""), "p3": ("sent", ""),
        "other's part": ("folded", ""),
    }  # fmt: skip
    assert (await row(stage, "p2")).message == {"message": "1", "about": [7]}
    assert (await row(stage, "p3")).message == {"message": "1"}


async def test_the_parts_stay_when_the_lease_is_lost_or_the_message_has_none(stage: Stage) -> None:
    mine, _ = await _bundle(stage)
    stranger = Nudge(**{**mine.model_dump(), "claimed_by": "w.2"})
    alone = Nudge(**{**mine.model_dump(), "kind": "note"})
    gone = NudgeChange(stranger, {"state": "skipped"}, parts=Parts())
    assert await write_all(stage.database, [gone, NudgeChange(alone, {"state": "skipped"})]) == [False, True]
    assert await _states(stage) == {
        "all": ("skipped", ""), "p1": ("folded", ""), "p2": ("folded", ""), "p3": ("folded", ""),
    }  # fmt: skip


async def test_what_is_not_begun_is_given_back_and_only_by_who_has_it(stage: Stage) -> None:
    for key in ("a", "b", "other"):
        await plan(stage, key)
    await claim_due_nudges(stage.database, "w.1", START, 2)
    await claim_due_nudges(stage.database, "x.1", START)
    begun = await row(stage, "b")
    assert await mark_sending(OutboxWriter(stage.database), begun, START)
    assert await give_back(stage.database, "w") == 1
    assert {one.key: one.state for one in await stage.nudges()} == {
        "a": "planned", "b": "claimed", "other": "claimed",
    }  # fmt: skip


async def test_an_answer_wakes_what_waited_for_it_and_nothing_else(stage: Stage) -> None:
    await _neighbours(stage, 1)
    later = START + FARTHEST
    await plan(stage, "waits", later, reason="unavailable")
    await plan(stage, "throttled", later, reason="throttled")
    await plan(stage, "held", later, reason="unavailable", state="held")
    await plan(stage, "elsewhere", later, community=2, reason="unavailable")
    await plan(stage, "beyond any wait", later + SECOND, reason="unavailable")
    await plan(stage, "due", START - SECOND, reason="unavailable")
    await plan(stage, "due now", START, reason="unavailable")
    assert await wake(stage.database, 1, START) == 1
    assert {one.key: one.due_at for one in await stage.nudges() if one.due_at <= START} == {
        "waits": START, "due": START - SECOND, "due now": START,
    }  # fmt: skip


async def test_after_a_backup_what_was_due_is_looked_for(stage: Stage) -> None:
    await plan(stage, "due")
    await plan(stage, "to come", START + SECOND)
    await plan(stage, "put off", START + timedelta(hours=1), put_off_since=START - SECOND)
    await plan(stage, "begun", START - timedelta(hours=1), state="claimed", sending_since=START - SECOND)
    await plan(stage, "held", START - SECOND, state="held")
    await plan(stage, "long held", START - LATELY, state="held")
    await plan(stage, "skipped", START - LATELY + SECOND, state="skipped")
    await plan(stage, "sent", START - SECOND, state="sent")
    assert await doubt_what_was_due(stage.database, START) == 5
    told = {one.key: (one.state, one.sending_since) for one in await stage.nudges()}
    assert told == {
        "due": ("claimed", START), "to come": ("planned", None), "put off": ("claimed", START - SECOND),
        "begun": ("claimed", START - SECOND), "held": ("held", START - SECOND), "long held": ("held", None),
        "skipped": ("skipped", START - LATELY + SECOND), "sent": ("sent", None),
    }  # fmt: skip
    due = await row(stage, "due")
    assert (due.claimed_by, due.lease_until) == ("restored", START)


async def test_after_a_promotion_it_is_looked_for_only_when_a_call_may_have_ended(stage: Stage) -> None:
    await plan(stage, "due")
    async with stage.database.write() as db:
        assert await doubt(db, START, "promoted", START + LEASE) == 1
    due = await row(stage, "due")
    assert (due.claimed_by, due.lease_until) == ("promoted", START + LEASE)
    assert await keys(stage, START + LEASE - SECOND) == []
    assert await keys(stage, START + LEASE) == ["due"]


def test_an_object_says_what_was_written_and_is_not_written_again() -> None:
    nudge = Nudge(key="k", community_id=1, kind="note", due_at=START, created_at=START)
    as_written(nudge, {"state": "claimed", "claimed_by": "w.1"})
    assert (nudge.state, nudge.claimed_by) == ("claimed", "w.1")
