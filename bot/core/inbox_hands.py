"""Which recorded events this process has in hand: leased to it, so that no other takes them for left behind.

A door that records an event handles and answers it in the same process. Until then its lease is renewed, for
as long as an answer is worth waiting for here; after a crash the lease runs out, and another process takes
the event over.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Table, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from storage.database import Database
from storage.nudges import InboxEvent

LEASE = timedelta(seconds=60)
LONGEST_IN_HAND_SECONDS = 120.0
"""An answer that the door could not deliver for so long is left to whoever looks next."""
OPEN = ("received", "handled")
_TABLE: Table = InboxEvent.__table__  # type: ignore[attr-defined]


class EventHands:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.worker = secrets.token_hex(8)
        self._since: dict[int, float] = {}

    def has(self, row_id: int) -> bool:
        """Whether it is being worked on here."""
        since = self._since.get(row_id)
        return since is not None and since + LONGEST_IN_HAND_SECONDS > _time()

    def took(self, row_id: int) -> None:
        """From now on it is."""
        self._since[row_id] = _time()

    def let_go(self, row_id: int) -> None:
        """It is done, or nobody here goes on with it."""
        self._since.pop(row_id, None)

    async def renew(self, now: datetime) -> None:
        """Call this more often than a lease lasts."""
        self._since = {row_id: since for row_id, since in self._since.items() if self.has(row_id)}
        if not self._since:
            return
        async with self._database.write() as db:
            await db.execute(
                update(_TABLE)
                .where(
                    _TABLE.c.id.in_(list(self._since)),
                    _TABLE.c.state.in_(OPEN),
                    _TABLE.c.claimed_by == self.worker,
                )
                .values(lease_until=now + LEASE)
            )

    async def take_over(self, db: AsyncSession, now: datetime, most: int) -> list[InboxEvent]:
        """Lease the oldest events that nobody has in hand, in the caller's transaction."""
        rows = await db.scalars(
            select(InboxEvent)
            .where(
                col(InboxEvent.state).in_(OPEN),
                or_(
                    col(InboxEvent.lease_until).is_(None),
                    col(InboxEvent.lease_until) <= now,
                    col(InboxEvent.claimed_by) == self.worker,  # ours, and let go
                ),
            )
            .order_by(col(InboxEvent.id))
            .limit(most + len(self._since))
            .with_for_update(skip_locked=True)
        )
        taken = [row for row in rows if not self.has(row.id)][:most]
        for row in taken:
            row.claimed_by, row.lease_until = self.worker, now + LEASE
        return taken


def _time() -> float:
    return asyncio.get_running_loop().time()
