"""Whether anything has happened since a page was shown, in two short queries."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from storage.nudges import InboxEvent, InboxState, Nudge


async def stamp(db: AsyncSession, cohort_id: int) -> str:
    """Changes with whatever anybody did, on any surface, and with each message of the cohort that went out.

    Every deed is an event of the inbox: the newest one, and how many are still to be handled. It may change
    for what other cohorts do; a page that is told so finds nothing new."""
    newest = (await db.scalars(select(func.max(InboxEvent.id)))).one()
    open_still = select(func.count()).where(InboxEvent.state == InboxState.RECEIVED)
    went = select(func.max(Nudge.sent_at)).where(Nudge.cohort_id == cohort_id)
    sent = (await db.scalars(went)).one()
    told = f"{sent:%Y%m%d%H%M%S%f}" if sent else ""
    return f"{newest or 0}.{(await db.scalars(open_still)).one()}.{told}"
