"""The outbox table's transitions, in short transactions: claim, mark as sending, settle.

A claim is a lease: whoever holds it (`worker`, a random name per process) may send the nudge until
`lease_until`. Nothing that happens after the lease ended is written: every later step names the lease.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, Table, Update, bindparam, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col, select

from bot.nudges.kinds import BUNDLE
from bot.nudges.outages import FARTHEST
from bot.nudges.part_states import Parts, settle_parts
from storage.database import Database, is_away
from storage.group_commit import GroupCommit
from storage.leases import Lease, free_rows, given_back, leases, take
from storage.nudges import Nudge, NudgeState
from storage.people import Community

_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]
LEASE = timedelta(seconds=60)
LATELY = timedelta(days=1)
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
    is_failure: bool = False
    """The platform was asked and did not take it."""
    parts: Parts | None = None
    """What became of the parts of a message that has some."""


_ALL = select(Nudge)
_OF_THESE = _ALL.where(col(Nudge.community_id).in_(bindparam("communities", expanding=True)))


Fold = Callable[[AsyncSession, Sequence[Nudge], datetime], Awaitable[list[Nudge]]]
"""Makes one message of what is due for one person, in the claim's own transaction (`bot.nudges.folding`)."""


async def claim_due_nudges(
    database: Database, worker: str, now: datetime, limit: int = 100, fold: Fold | None = None
) -> list[Nudge]:
    """Lease up to `limit` due nudges to `worker`, longest due first (but see `_in_turn`); also those whose
    lease ran out.

    A row is eligible when it is planned and due, or claimed with an expired lease. On PostgreSQL rows that
    another process is claiming at this moment are passed over; on SQLite writers queue.
    """
    async with database.write() as db:
        claimed = await _in_turn(db, now, limit)
        if fold is not None:
            claimed = await fold(db, claimed, now)
            await db.flush()
        written = await take(db, _TABLE, [nudge.id for nudge in claimed], worker, now + LEASE)
    for nudge in claimed:
        as_written(nudge, written)
    return claimed


def as_written(nudge: Nudge, values: dict[str, Any]) -> None:
    """Let the object say what one statement has written."""
    for name, value in values.items():
        set_committed_value(nudge, name, value)


async def _in_turn(db: AsyncSession, now: datetime, limit: int) -> list[Nudge]:
    """The longest due; where they fill the batch, half of it is left to the communities that are not in it,
    a quarter to those that are not in that, and so on: thousands due in one keep no other waiting."""
    found, room = await free_rows(db, _ALL, _TABLE, now, limit), limit // 2
    while len(found) == limit and room:
        here = {nudge.community_id for nudge in found}
        elsewhere = list(await db.scalars(select(Community.id).where(col(Community.id).not_in(here))))
        if not elsewhere:
            break
        others = await free_rows(db, _OF_THESE, _TABLE, now, room, communities=elsewhere)
        found, room = found[: limit - len(others)] + others, room // 2 if others else 0
    return found


@dataclass(frozen=True, slots=True)
class NudgeChange:
    """What to write over a claimed nudge, if its claim still holds: and, with `lease_after`, if its lease
    runs beyond that moment. The `parts` of a bundle are written with it."""

    nudge: Nudge
    values: dict[str, Any]
    lease_after: datetime | None = None
    parts: Parts | None = None


class OutboxWriter(GroupCommit[NudgeChange, bool]):
    """Where the sender writes, one per process: the messages that it sends side by side share their commits.
    `put` gives False for a change whose lease is lost: then nothing is written."""

    def __init__(self, database: Database) -> None:
        super().__init__(partial(write_all, database), concerns_all=is_away)


async def mark_sending(
    outbox_writer: OutboxWriter, nudge: Nudge, now: datetime, parts: Parts | None = None
) -> bool:
    """Record, before the platform is called, that from now on the message may have been posted, and which of
    its parts were left out; the lease begins anew, so that it outlasts the call. False when the lease is
    lost: then it must not be sent."""
    values = {"sending_since": now, "lease_until": now + LEASE}
    marked = await outbox_writer.put(NudgeChange(nudge, values, lease_after=now, parts=parts))
    if marked:
        as_written(nudge, {"lease_until": now + LEASE})
    return marked


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
        values |= {"put_off_since": nudge.put_off_since or now}
    if outcome.state != NudgeState.CLAIMED:
        values |= {"lease_until": None}
    elif outcome.lease_until is not None:
        values |= {"lease_until": outcome.lease_until}
    if outcome.is_failure:
        values |= {"attempts": nudge.attempts + 1}
    return NudgeChange(nudge, values, parts=outcome.parts)


_BY_ID = update(_TABLE).where(_TABLE.c.id == bindparam("row_id"))


async def write_all(database: Database, changes: Sequence[NudgeChange]) -> list[bool]:
    """All of them in one transaction, each only while its claim holds; which of them were written."""
    async with database.write() as db:
        standing = await leases(db, _TABLE, [change.nudge.id for change in changes])
        held = [_holds(change, standing.get(change.nudge.id)) for change in changes]
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for change, good in zip(changes, held, strict=True):
            if good:
                alike[tuple(change.values)].append({"row_id": change.nudge.id, **change.values})
        connection = await db.connection()
        for rows in alike.values():
            await connection.execute(_BY_ID, rows)
        for change, good in zip(changes, held, strict=True):
            if good and change.nudge.kind == BUNDLE:
                await settle_parts(connection, change.nudge.id, change.values, change.parts)
    return held


def _holds(change: NudgeChange, lease: Lease | None) -> bool:
    return lease is not None and lease.holds(change.nudge.claimed_by, change.lease_after)


async def give_back(database: Database, worker: str) -> int:
    """End the leases of what `worker` has claimed and not begun to send. Returns how many those are."""
    return await _change(database, given_back(_TABLE, worker).where(col(Nudge.sending_since).is_(None)))


async def wake(database: Database, community_id: int, now: datetime) -> int:
    """A platform answers again: what waited for it is due now. Returns how many messages those are. Of what
    is due later than any of them can be, weeks of messages, nothing is looked at."""
    return await _change(
        database,
        update(Nudge)
        .where(
            col(Nudge.state) == "planned",
            col(Nudge.reason) == AWAY,
            col(Nudge.community_id) == community_id,
            col(Nudge.due_at) > now,
            col(Nudge.due_at) <= now + FARTHEST,
        )
        .values(due_at=now),
    )


AWAY = "unavailable"
"""Why a message waits while its platform does not answer."""


async def doubt_what_was_due(database: Database, now: datetime) -> int:
    """After a backup was put back: see `doubt`. Returns how many messages those are."""
    async with database.write() as db:
        return await doubt(db, now, "restored", now)


async def doubt(db: AsyncSession, now: datetime, holder: str, until: datetime) -> int:
    """The database is an earlier one than what was sent by: a backup, or a standby that had not everything.
    What was due by now may have gone out, so it is looked for before it is sent (Slack), or reported as
    unknown (Teams); not before `until`, for a process may still be calling. What is held or
    skipped stays so, and is looked for should it go after all. Returns how many messages those are."""
    due = update(_TABLE).where(or_(_TABLE.c.due_at <= now, _TABLE.c.put_off_since.is_not(None)))
    since = func.coalesce(_TABLE.c.sending_since, _TABLE.c.put_off_since, _TABLE.c.due_at)
    open_ = due.where(_TABLE.c.state.in_([NudgeState.PLANNED, NudgeState.CLAIMED]))
    aside = due.where(
        _TABLE.c.state.in_([NudgeState.HELD, NudgeState.SKIPPED]), _TABLE.c.due_at > now - LATELY
    ).values(sending_since=since)
    doubted = {"state": NudgeState.CLAIMED, "claimed_by": holder, "lease_until": until}
    count = 0
    for statement in (open_.values(**doubted, sending_since=since), aside):
        result = await db.execute(statement)
        assert isinstance(result, CursorResult)
        count += result.rowcount
    return count


async def _change(database: Database, statement: Update) -> int:
    async with database.write() as db:
        result = await db.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
