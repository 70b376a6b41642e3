"""How fast the platforms were asked lately: the one place where all processes look before they ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class TokenBucket(SQLModel, table=True):
    """A token bucket, and the line of those that found it empty. The name says what is limited: a method in
    a workspace, or a conversation."""

    name: str = Field(primary_key=True)
    full_at: datetime = Field(index=True)
    """When the bucket is full again if nobody asks any more; UTC."""
    line_until: datetime
    """The place that was given last to somebody who found it empty; UTC."""
    not_before: datetime
    """What the platform itself has said; UTC."""
    refused: bool = False
    """Nobody has asked since then."""


_TABLE: Table = TokenBucket.__table__  # type: ignore[attr-defined]


async def held_paces(db: AsyncSession, names: Iterable[str], now: datetime) -> dict[str, TokenBucket]:
    """The rows by name, made where they are missing, and nobody else's until the end of the transaction.
    They are locked in one order, so that two processes never wait for each other."""
    into = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    touched = into(_TABLE).on_conflict_do_update(
        index_elements=["name"], set_={"name": into(_TABLE).excluded.name}
    )
    start = {"full_at": now, "line_until": now, "not_before": LONG_AGO, "refused": False}
    fresh = [{"name": name, **start} for name in sorted(set(names))]
    connection = await db.connection()
    rows = await connection.execute(touched.returning(*_TABLE.c), fresh)
    return {row.name: TokenBucket(**row._mapping) for row in rows}


async def write_paces(db: AsyncSession, paces: Iterable[TokenBucket]) -> None:
    """Write all of them in one statement."""
    values = [{"row": pace.name, **pace.model_dump(exclude={"name"})} for pace in paces]
    await (await db.connection()).execute(update(_TABLE).where(_TABLE.c.name == bindparam("row")), values)
