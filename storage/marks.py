"""Small facts that a database knows of itself: that it takes writes, and which of its lives this is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

READY = "ready"
"""Written by the readiness check."""
TIMELINE = "timeline"
"""PostgreSQL's number of the history that it is on; a promotion begins the next."""


class Mark(SQLModel, table=True):
    """One fact by name."""

    name: str = Field(primary_key=True)
    value: str
    at: datetime


_TABLE: Table = Mark.__table__  # type: ignore[attr-defined]


async def write_mark(db: AsyncSession, name: str, value: str, at: datetime) -> None:
    """Write it, over what stands there."""
    into = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    given = into(_TABLE).values(name=name, value=value, at=at)
    new = {"value": given.excluded.value, "at": given.excluded.at}
    await db.execute(given.on_conflict_do_update(index_elements=["name"], set_=new))


async def read_mark(db: AsyncSession, name: str) -> str:
    """Its value, empty when it was never written; nobody changes it until the end of the transaction."""
    found = await db.execute(select(_TABLE.c.value).where(_TABLE.c.name == name).with_for_update())
    return str(found.scalar() or "")


async def take_turn(db: AsyncSession, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Lease what only one process may do at a time. False while another has it. The holder may take it again,
    and ends it with `until` in the past. A lease and not a lock of the connection: it outlives a commit and a
    pooler, and ends when its process does not renew it."""
    await write_if_missing(db, name, now)
    row = (await db.execute(select(_TABLE).where(_TABLE.c.name == name).with_for_update())).one()
    if row.value not in {"", holder} and row.at > now:
        return False
    await write_mark(db, name, holder, until)
    return True


async def write_if_missing(db: AsyncSession, name: str, at: datetime) -> None:
    """So that there is a row to lock."""
    into = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    await db.execute(into(_TABLE).values(name=name, value="", at=at).on_conflict_do_nothing())
