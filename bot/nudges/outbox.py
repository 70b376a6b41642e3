"""The outbox table's transitions, each one short transaction: claim, mark as sending, settle.

A claim is a lease: whoever holds it (`worker`, a random name per process) may send the nudge until
`lease_until`. Nothing that happens after the lease ended is written: every later step names the lease.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Update, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.database import Database
from storage.nudges import Nudge
from storage.people import Community

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


async def claim_due_nudges(database: Database, worker: str, now: datetime, limit: int = 100) -> list[Nudge]:
    """Lease up to `limit` due nudges to `worker`, longest due first (but see `_in_turn`); also those whose
    lease ran out.

    A row is eligible when it is planned and due, or claimed with an expired lease. On PostgreSQL rows that
    another process is claiming at this moment are passed over; on SQLite writers queue.
    """
    eligible = or_(
        (col(Nudge.state) == "planned") & (col(Nudge.due_at) <= now),
        (col(Nudge.state) == "claimed") & (col(Nudge.lease_until) <= now),
    )
    due = select(Nudge).where(eligible).order_by(col(Nudge.due_at), col(Nudge.id))
    async with database.write() as db:
        claimed = await _in_turn(db, due.with_for_update(skip_locked=True), limit)
        for nudge in claimed:
            nudge.state, nudge.claimed_by, nudge.lease_until = "claimed", worker, now + LEASE
            nudge.attempts += 1
    return claimed


async def _in_turn(db: AsyncSession, due: SelectOfScalar[Nudge], limit: int) -> list[Nudge]:
    """The longest due; where they fill the batch, half of it is left to the communities that are not in it,
    a quarter to those that are not in that, and so on: thousands due in one keep no other waiting."""
    found, room = list(await db.scalars(due.limit(limit))), limit // 2
    while len(found) == limit and room:
        here = {nudge.community_id for nudge in found}
        elsewhere = list(await db.scalars(select(Community.id).where(col(Community.id).not_in(here))))
        if not elsewhere:
            break
        others = list(await db.scalars(due.where(col(Nudge.community_id).in_(elsewhere)).limit(room)))
        found, room = found[: limit - len(others)] + others, room // 2 if others else 0
    return found


async def mark_sending(database: Database, nudge: Nudge, now: datetime) -> bool:
    """Record, before the platform is called, that from now on the message may have been posted.
    False when the lease is lost: then it must not be sent."""
    changed = await _change(
        database, _held(nudge).where(col(Nudge.lease_until) > now).values(sending_since=now)
    )
    return changed == 1


async def settle(database: Database, nudge: Nudge, outcome: Outcome, now: datetime) -> bool:
    """Write how the attempt ended. False when the lease was lost meanwhile: then nothing is written."""
    changes: dict[str, Any] = {"state": outcome.state, "reason": outcome.reason}
    if outcome.state == "sent":
        changes |= {"sent_at": now, "message": outcome.message}
    if outcome.state == "planned":
        changes |= {"due_at": outcome.due_at or now, "due_because": "retry", "sending_since": None}
    if outcome.state != "claimed":
        changes |= {"claimed_by": "", "lease_until": None}
    elif outcome.lease_until is not None:
        changes |= {"lease_until": outcome.lease_until}
    return await _change(database, _held(nudge).values(**changes)) == 1


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


async def next_due(database: Database) -> datetime | None:
    """When the next planned nudge is due; None when nothing is planned."""
    async with database.read() as db:
        found: Iterable[datetime] = await db.scalars(
            select(Nudge.due_at).where(Nudge.state == "planned").order_by(col(Nudge.due_at)).limit(1)
        )
    return next(iter(found), None)


def _held(nudge: Nudge) -> Update:
    return update(Nudge).where(
        col(Nudge.id) == nudge.id,
        col(Nudge.state) == "claimed",
        col(Nudge.claimed_by) == nudge.claimed_by,
    )


async def _change(database: Database, statement: Update) -> int:
    async with database.write() as db:
        result = await db.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
