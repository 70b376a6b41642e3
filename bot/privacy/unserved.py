"""People of a community that no workspace serves any more: the bot was taken away everywhere, and nobody
brought it back in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from storage.people import Person, Workspace

UNSERVED_KEPT = timedelta(days=90)
"""From the removal from the last workspace; whoever installs the app is told (see docs/privacy.md)."""
WEB = "web"
"""The workspace of those who use pages only is nowhere installed, and so never removed."""


async def people_unserved(db: AsyncSession, now: datetime, most: int) -> Iterable[int | None]:
    """Up to `most` of those who are still there. A community that never had a chat workspace is served."""
    chats = select(Workspace.community_id).where(Workspace.platform != WEB)
    removed = col(Workspace.uninstalled_at)
    served = chats.where(or_(removed.is_(None), removed >= now - UNSERVED_KEPT))
    return await db.scalars(
        select(Person.id)
        .where(
            col(Person.community_id).in_(chats),
            col(Person.community_id).not_in(served),
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Person.id))
        .limit(most)
    )
