"""Communities between two databases: who has left this one, and who is on the way here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from storage.base import json_field
from storage.database import Database
from storage.people import Community, Workspace

MAIN = "main"
"""The name of the database of DATABASE_URL, where communities begin."""
MOVING = "moving"
"""Why a workspace is held whose community is about to leave."""


Tenants = list[list[str]]
"""Platform and tenant of workspaces."""


class Departed(SQLModel, table=True):
    """A community that lives in another database now. Written in the transaction that deletes its rows: from
    then on the other one is right, and what still comes here is carried there."""

    move: str = Field(primary_key=True)
    community_id: int = Field(unique=True)
    cell: str
    """The other database's name."""
    tenants: Tenants = json_field(list)
    """Its workspaces."""
    at: datetime

    def serves(self, platform: str, tenant: str) -> bool:
        return [platform, tenant] in self.tenants


class Arriving(SQLModel, table=True):
    """Rows of a community on its way here, as text. Nothing acts on them before the other database has let go
    of it (`Departed` with the same `move`)."""

    id: int = Field(default=None, primary_key=True)
    move: str = Field(index=True)
    community_id: int = Field(index=True)
    of: str
    """The table; empty for the first one, which says where ids go on."""
    rows: str
    at: datetime


async def departed(db: AsyncSession, platform: str, tenant: str) -> Departed | None:
    """Where a workspace has gone that this database does not know any more."""
    return next((one for one in await db.scalars(select(Departed)) if one.serves(platform, tenant)), None)


async def is_known(db: AsyncSession, platform: str, tenant: str) -> bool:
    """Whether a workspace stands in this database, or has just left it."""
    here = select(Workspace.id).where(Workspace.platform == platform, Workspace.tenant == tenant)
    return await db.scalar(here) is not None or await departed(db, platform, tenant) is not None


async def in_two_places(databases: Iterable[Database]) -> list[str]:
    """Workspaces, and communities by number, that stand in more than one of these databases: nobody can tell
    which is right, and a link to one of them could open the other's page."""
    workspaces: Counter[tuple[str, str]] = Counter()
    communities: Counter[int] = Counter()
    for database in databases:
        async with database.read() as db:
            workspaces.update((one.platform, one.tenant) for one in await db.scalars(select(Workspace)))
            communities.update(await db.scalars(select(Community.id)))
    twice = sorted(f"{platform} {tenant}" for (platform, tenant), count in workspaces.items() if count > 1)
    return twice + [f"community {number}" for number, count in sorted(communities.items()) if count > 1]


async def gone_astray(databases: Mapping[str, Database]) -> dict[int, str]:
    """Communities that have left for a database and neither stand in one of these nor lie there on their way:
    its name, by their number."""
    gone: dict[int, str] = {}
    here: set[int] = set()
    for database in databases.values():
        async with database.read() as db:
            gone |= {one.community_id: one.cell for one in await db.scalars(select(Departed))}
            here |= {*await db.scalars(select(Community.id))}
            here |= {*await db.scalars(select(Arriving.community_id).distinct())}
    return {number: cell for number, cell in gone.items() if number not in here}


async def forget_left(database: Database, known: Collection[str], before: datetime) -> None:
    """Rows of moves that were broken off before the community left, and never begun again."""
    left = delete(Arriving).where(col(Arriving.move).not_in(known), col(Arriving.at) < before)
    async with database.write() as db:
        await db.execute(left)


async def moves_in(database: Database) -> list[str]:
    """The moves that a database knows of: those from it, and those whose rows lie here."""
    async with database.read() as db:
        left = await db.scalars(select(Departed.move))
        return [*left, *await db.scalars(select(Arriving.move).distinct())]


async def tenants_of(db: AsyncSession, community_id: int) -> Tenants:
    """Platform and tenant of each of its workspaces."""
    rows = await db.scalars(select(Workspace).where(Workspace.community_id == community_id))
    return sorted([one.platform, one.tenant] for one in rows)
