"""What is left of links: codes that expired, and what was kept only to undo one."""

from __future__ import annotations

from sqlmodel import col, delete, update

from bot.core.jobs import JobContext
from bot.identities.linking import UNDO_WITHIN
from storage.identities import LinkCode, PersonMerge


async def drop_old_codes(jobs: JobContext) -> None:
    """Codes go; that two accounts were linked stays, without the rows that only undoing it would need."""
    now = jobs.clock.now()
    async with jobs.database.write() as db:
        await db.execute(delete(LinkCode).where(col(LinkCode.expires_at) < now))
        await db.execute(
            update(PersonMerge)
            .where(col(PersonMerge.at) < now - UNDO_WITHIN)
            .values(moved={}, set_aside={}, before={})
        )
