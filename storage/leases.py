"""A lease: for how long a row belongs to one process. The outbox, the jobs and the inbox share this.

A process takes a row with its own random name (`holder`) until a moment. Whatever it writes later names the
lease again, and is refused when another process has taken the row meanwhile. Nothing but the table knows who
holds what, so a killed process needs no cleaning up: its leases run out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, Update, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row", bound="Leased")
READY = "planned"
TAKEN = "claimed"
"""What the state of a leased row says, in each of the three tables."""


class Leased(SQLModel):
    """The columns of a table whose rows are leased."""

    claimed_by: str = ""
    """Who holds it, or held it last: a process, and which of its claims."""
    lease_until: datetime | None = None
    """UTC; empty when nobody holds it."""
    attempts: int = 0
    """Tries that failed. Waiting, being throttled and being looked for are not counted."""


class Retried(Leased):
    """Rows that a platform may put off."""

    put_off_since: datetime | None = None
    """Since when the platform does not take it; empty when it was never put off. UTC."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a row, and until when."""

    holder: str
    until: datetime | None

    def holds(self, holder: str, at: datetime | None = None) -> bool:
        """Whether it is this holder's; with `at`, beyond that moment."""
        return self.holder == holder and (at is None or (self.until is not None and self.until > at))


def free(table: Table) -> ColumnElement[bool]:
    """Rows that anybody may take at the moment ``:now``."""
    return or_(_run_out(table), _ready(table))


def _run_out(table: Table) -> ColumnElement[bool]:
    """Taken by a process that did not come back."""
    return and_(table.c.state == TAKEN, table.c.lease_until <= bindparam("now"))


def _ready(table: Table) -> ColumnElement[bool]:
    """Due and not taken."""
    return and_(table.c.state == READY, table.c.due_at <= bindparam("now"))


async def free_rows(
    db: AsyncSession, rows: SelectOfScalar[Row], table: Table, now: datetime, most: int, **given: Any
) -> list[Row]:
    """So many of these `rows` of the table, locked: those that were taken before, then those that are due
    longest. What another process is taking at this moment is passed over. `rows` is made once for a program.

    Two statements, each of whose index has its order: with one for both, all that is due would be sorted for
    each batch, and after a long outage that is millions."""
    found: list[Row] = []
    for statement in _in_order(rows, table):
        if len(found) < most:
            found += await db.scalars(statement, {**given, "now": now, "most": most - len(found)})
    return found


@cache
def _in_order(rows: SelectOfScalar[Row], table: Table) -> tuple[SelectOfScalar[Row], ...]:
    ordered = rows.order_by(table.c.due_at, table.c.id).limit(bindparam("most"))
    locked = ordered.with_for_update(skip_locked=True)
    return locked.where(_run_out(table)), locked.where(_ready(table))


@cache
def _take(table: Table) -> Update:
    return (
        update(table)
        .where(table.c.id.in_(bindparam("ids", expanding=True)))
        .values(state=TAKEN, claimed_by=bindparam("holder"), lease_until=bindparam("until"))
    )


async def take(
    db: AsyncSession, table: Table, ids: Sequence[int | None], holder: str, until: datetime
) -> dict[str, Any]:
    """Lease rows that this transaction has found `free` and locked. Returns what now stands in them."""
    if ids:
        given = {"ids": list(ids), "holder": holder, "until": until}
        await (await db.connection()).execute(_take(table), given)
    return {"state": TAKEN, "claimed_by": holder, "lease_until": until}


@cache
def _held(table: Table) -> Select[Any]:
    return (
        select(table.c.id, table.c.claimed_by, table.c.lease_until)
        .where(table.c.id.in_(bindparam("ids", expanding=True)), table.c.state == TAKEN)
        .order_by(table.c.id)
        .with_for_update()
    )


async def leases(db: AsyncSession, table: Table, ids: Collection[int | None]) -> Mapping[int, Lease]:
    """Who holds them, of those that are held; nobody changes that until the end of the transaction. Rows are
    locked in one order, so that two processes never wait for each other."""
    rows = await db.execute(_held(table), {"ids": list(ids)})
    return {row.id: Lease(row.claimed_by, row.lease_until) for row in rows}


def let_go(table: Table) -> Update:
    """Ends leases, so that nobody need wait for them to run out. Narrow it down with `where`."""
    return update(table).where(table.c.state == TAKEN).values(state=READY, lease_until=None)


def given_back(table: Table, process: str) -> Update:
    """Ends the leases of a process, so that another need not wait for them to run out: those whose holder is
    its name and, after a dot, the number of the claim. Narrow it down with `where`."""
    return let_go(table).where(table.c.claimed_by.startswith(f"{process}."))
