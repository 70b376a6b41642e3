"""A standby has taken over, and may not have everything: nothing is sent a second time for that.

PostgreSQL begins a new timeline with each promotion. The first claim on one writes back what this process
knows to have sent lately; where other processes were at work, whose knowledge may be lost, all that was due
is in doubt: looked for before it is posted (Slack), or reported as unknown (Teams).
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, bindparam, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.outbox import LEASE, Outcome, doubt, settled
from storage.database import Database
from storage.marks import TIMELINE, Mark, write_mark
from storage.nudges import Nudge, NudgeState
from storage.postgres import TIMELINE_HERE

log = structlog.get_logger()

PROMOTED = "promoted"
REMEMBERED = 20_000
"""Messages: many minutes' worth. A standby that lags so far behind is none."""
ALIVE = timedelta(minutes=2)
HEARTBEAT = timedelta(seconds=20)
_PROCESS = "process:"
_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]
_MARKS: Table = Mark.__table__  # type: ignore[attr-defined]
_HERE = text(TIMELINE_HERE)
_OPEN = (NudgeState.PLANNED, NudgeState.CLAIMED, NudgeState.HELD)
_AGAIN = update(_TABLE).where(
    _TABLE.c.id == bindparam("row_id"),
    _TABLE.c.mark == bindparam("its_mark"),
    _TABLE.c.state.in_(_OPEN),
)


class Timeline:
    """What one process knows of the history that its database is on. Nothing on SQLite, which has one."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._tells = not database.is_sqlite
        self._beat_at: datetime | None = None
        self._recent: OrderedDict[int, tuple[Nudge, Outcome | None, datetime]] = OrderedDict()

    def calls(self, nudge: Nudge, now: datetime) -> None:
        """The platform is called for it now."""
        self._remember(nudge, None, now)

    def ended(self, nudge: Nudge, outcome: Outcome, now: datetime) -> None:
        """So the call ended; to be told before it is written."""
        if nudge.id in self._recent:
            self._remember(nudge, outcome, now)

    def _remember(self, nudge: Nudge, outcome: Outcome | None, now: datetime) -> None:
        if self._tells:
            self._recent[nudge.id] = (nudge, outcome, now)
            self._recent.move_to_end(nudge.id)
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)

    async def look(self, now: datetime) -> None:
        """Before each claim: is it still the history that we know?"""
        if not self._tells:
            return
        try:
            async with self._database.write() as db:
                await self._look(db, now)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in {"0A000", "42501", "42883"}:
                raise
            self._tells = False  # a service that does not tell: its operators say what a failover loses
            log.warning("timeline_is_not_told")

    async def _look(self, db: AsyncSession, now: datetime) -> None:
        here = str(await db.scalar(_HERE))
        known = await db.scalar(select(_MARKS.c.value).where(_MARKS.c.name == TIMELINE))
        if here != known:
            await self._arrived(db, here, now)
        if self._beat_at is None or not timedelta(0) <= now - self._beat_at < HEARTBEAT:
            self._beat_at = now
            await write_mark(db, _PROCESS + self._worker, here, now)

    async def _arrived(self, db: AsyncSession, here: str, now: datetime) -> None:
        """One process at a time; the others find it done, but for what they know themselves."""
        await db.execute(text("SELECT pg_advisory_xact_lock(7285116)"))
        known = await db.scalar(select(_MARKS.c.value).where(_MARKS.c.name == TIMELINE))
        if known is not None and known != here:
            count = await self._write_again(db)
            others = await self._others(db, now)
            doubted = await doubt(db, now, PROMOTED, now + LEASE) if others else 0
            log.warning("standby_took_over", timeline=here, written_again=count, doubted=doubted)
        await write_mark(db, TIMELINE, here, now)

    async def _write_again(self, db: AsyncSession) -> int:
        """What this process knows to be sent, or to be on its way; how many rows had lost that."""
        connection, count = await db.connection(), 0
        for nudge, outcome, at in self._recent.values():
            values = _as_known(nudge, outcome, at)
            if values is not None:
                given = {"row_id": nudge.id, "its_mark": nudge.mark}
                count += (await connection.execute(_AGAIN.values(**values), given)).rowcount
        return count

    async def _others(self, db: AsyncSession, now: datetime) -> int:
        """Processes that were at work lately, as far as this history knows."""
        alive = _MARKS.c.name.startswith(_PROCESS) & (_MARKS.c.at > now - ALIVE)
        me = _MARKS.c.name == _PROCESS + self._worker
        await db.execute(delete(_MARKS).where(_MARKS.c.name.startswith(_PROCESS), ~(alive | me)))
        known = await db.scalar(select(func.count()).select_from(_MARKS).where(me))
        others = await db.scalar(select(func.count()).select_from(_MARKS).where(alive, ~me))
        return int(others or 0) + (0 if known else 1)  # who is new here knows nothing of what went before


def _as_known(nudge: Nudge, outcome: Outcome | None, at: datetime) -> dict[str, Any] | None:
    if outcome is None or outcome.state == NudgeState.CLAIMED:
        marked = {"state": NudgeState.CLAIMED, "claimed_by": nudge.claimed_by, "sending_since": at}
        return {**marked, "lease_until": at + LEASE}
    if outcome.state != NudgeState.SENT:
        return None
    return {**settled(nudge, outcome, at).values, "sending_since": at, "claimed_by": nudge.claimed_by}
