"""The outbox table's transitions, in short transactions: claim, mark as sending, settle.

A claim is a lease: whoever holds it (`worker`, a random name per process) may send the nudge until
`lease_until`. Nothing that happens after the lease ended is written: every later step names the lease.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, Table, Update, bindparam, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col, select

from storage.database import Database, is_away
from storage.group_commit import GroupCommit
from storage.nudges import Nudge, NudgeState
from storage.people import Community

_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]
LEASE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(seconds=5)
"""A message not found right after a crash may still appear: look twice, this far apart, then resend."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: the new state, why, and whatever else changes with it."""

    state: str
    reason: str = ""
    message: dict[str, object] | None = None
    due_at: datetime | None = None
    lease_until: datetime | None = None


_ELIGIBLE = or_(
    (col(Nudge.state) == "planned") & (col(Nudge.due_at) <= bindparam("now")),
    (col(Nudge.state) == "claimed") & (col(Nudge.lease_until) <= bindparam("now")),
)
_DUE = (
    select(Nudge)
    .where(_ELIGIBLE)
    .order_by(col(Nudge.due_at), col(Nudge.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_IN = _DUE.where(col(Nudge.community_id).in_(bindparam("communities", expanding=True)))
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="claimed",
        attempts=_TABLE.c.attempts + 1,
        claimed_by=bindparam("claimed_by"),
        lease_until=bindparam("lease_until"),
    )
)


async def claim_due_nudges(database: Database, worker: str, now: datetime, limit: int = 100) -> list[Nudge]:
    """Lease up to `limit` due nudges to `worker`, longest due first (but see `_in_turn`); also those whose
    lease ran out.

    A row is eligible when it is planned and due, or claimed with an expired lease. On PostgreSQL rows that
    another process is claiming at this moment are passed over; on SQLite writers queue.
    """
    async with database.write() as db:
        claimed = await _in_turn(db, now, limit)
        values = {"claimed_by": worker, "lease_until": now + LEASE}
        if claimed:
            ids = [nudge.id for nudge in claimed]
            await (await db.connection()).execute(_CLAIM, {"ids": ids, **values})
    for nudge in claimed:
        _as_written(nudge, state="claimed", attempts=nudge.attempts + 1, **values)
    return claimed


def _as_written(nudge: Nudge, **values: object) -> None:
    """Let the object say what one statement has written for all of them."""
    for name, value in values.items():
        set_committed_value(nudge, name, value)


async def _in_turn(db: AsyncSession, now: datetime, limit: int) -> list[Nudge]:
    """The longest due; where they fill the batch, half of it is left to the communities that are not in it,
    a quarter to those that are not in that, and so on: thousands due in one keep no other waiting."""
    found, room = list(await db.scalars(_DUE, {"now": now, "most": limit})), limit // 2
    while len(found) == limit and room:
        here = {nudge.community_id for nudge in found}
        elsewhere = list(await db.scalars(select(Community.id).where(col(Community.id).not_in(here))))
        if not elsewhere:
            break
        asked = {"now": now, "most": room, "communities": elsewhere}
        others = list(await db.scalars(_DUE_IN, asked))
        found, room = found[: limit - len(others)] + others, room // 2 if others else 0
    return found


@dataclass(frozen=True, slots=True)
class NudgeChange:
    """What to write over a claimed nudge, if its claim still holds: and, with `lease_after`, if its lease
    runs beyond that moment."""

    nudge: Nudge
    values: dict[str, Any]
    lease_after: datetime | None = None


class OutboxWriter(GroupCommit[NudgeChange, bool]):
    """Where the sender writes, one per process: the messages that it sends side by side share their commits.
    `put` gives False for a change whose lease is lost: then nothing is written."""

    def __init__(self, database: Database) -> None:
        super().__init__(partial(write_all, database), concerns_all=is_away)


async def mark_sending(outbox_writer: OutboxWriter, nudge: Nudge, now: datetime) -> bool:
    """Record, before the platform is called, that from now on the message may have been posted.
    False when the lease is lost: then it must not be sent."""
    return await outbox_writer.put(NudgeChange(nudge, {"sending_since": now}, lease_after=now))


async def settle(outbox_writer: OutboxWriter, nudge: Nudge, outcome: Outcome, now: datetime) -> bool:
    """Write how the attempt ended. False when the lease was lost meanwhile: then nothing is written."""
    return await outbox_writer.put(settled(nudge, outcome, now))


def settled(nudge: Nudge, outcome: Outcome, now: datetime) -> NudgeChange:
    """The change that writes how the attempt ended."""
    values: dict[str, Any] = {"state": outcome.state, "reason": outcome.reason}
    if outcome.state == NudgeState.SENT:
        values |= {"sent_at": now, "message": outcome.message}
    if outcome.state == NudgeState.PLANNED:
        values |= {"due_at": outcome.due_at or now, "due_because": "retry", "sending_since": None}
    if outcome.state != NudgeState.CLAIMED:
        values |= {"claimed_by": "", "lease_until": None}
    elif outcome.lease_until is not None:
        values |= {"lease_until": outcome.lease_until}
    return NudgeChange(nudge, values)


_BY_ID = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"))


async def write_all(database: Database, changes: Sequence[NudgeChange]) -> list[bool]:
    """All of them in one transaction, each only while its claim holds; which of them were written."""
    async with database.write() as db:
        leases = await _leases(db, [change.nudge.id for change in changes])
        held = [_holds(change, leases.get(change.nudge.id)) for change in changes]
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for change, good in zip(changes, held, strict=True):
            if good:
                alike[tuple(change.values)].append({"row_id": change.nudge.id, **change.values})
        connection = await db.connection()
        for rows in alike.values():
            await connection.execute(_BY_ID, rows)
    return held


_HELD = (
    select(Nudge.id, Nudge.claimed_by, Nudge.lease_until)
    .where(col(Nudge.id).in_(bindparam("ids", expanding=True)), Nudge.state == NudgeState.CLAIMED)
    .order_by(col(Nudge.id))
    .with_for_update()
)


async def _leases(db: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[str, datetime | None]]:
    """Who holds them and until when, of those that are claimed; nobody changes that until the end of the
    transaction. Rows are locked in one order, so that two processes never wait for each other."""
    rows = await db.execute(_HELD, {"ids": ids})
    return {row_id or 0: (worker, until) for row_id, worker, until in rows}


def _holds(change: NudgeChange, lease: tuple[str, datetime | None] | None) -> bool:
    if lease is None or lease[0] != change.nudge.claimed_by:
        return False
    return change.lease_after is None or (lease[1] is not None and lease[1] > change.lease_after)


async def give_back(database: Database, worker: str) -> int:
    """End the leases of what `worker` has claimed and not begun to send, so that another need not wait for
    them to run out. Returns how many those are."""
    return await _change(
        database,
        update(Nudge)
        .where(
            col(Nudge.state) == "claimed",
            col(Nudge.claimed_by) == worker,
            col(Nudge.sending_since).is_(None),
        )
        .values(state="planned", claimed_by="", lease_until=None),
    )


async def doubt_what_was_due(database: Database, now: datetime) -> int:
    """After a backup was put back: what was due by now may have gone out after the backup was made, so it
    is looked for before it is sent (Slack), or reported as unknown (Teams). Returns how many those are."""
    return await _change(
        database,
        update(Nudge)
        .where(
            col(Nudge.state).in_(["planned", "claimed"]),
            col(Nudge.due_at) <= now,
            col(Nudge.sending_since).is_(None),
        )
        .values(state="claimed", claimed_by="restored", lease_until=now, sending_since=Nudge.due_at),
    )


async def _change(database: Database, statement: Update) -> int:
    async with database.write() as db:
        result = await db.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
