"""Sessions that are over become delivered, and a series closes after its last."""

from __future__ import annotations

from sqlmodel import col, select

from bot.core.jobs import JobContext
from bot.sessions.lookup import end_of
from storage.series import Cohort, Series
from storage.sessions import Session, SessionStatus


async def close_what_is_over(job_ctx: JobContext) -> None:
    """Run by housekeeping; a session that was delivered stays so."""
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        due = await db.scalars(
            select(Session)
            .where(Session.status == SessionStatus.SCHEDULED, Session.starts_at <= now)
            .with_for_update()  # somebody may be moving it at this moment
        )
        for session in due.all():
            if end_of(session) <= now:
                session.status = "delivered"
        await db.flush()
        running = await db.scalars(select(Series).where(col(Series.status).in_(["planned", "running"])))
        for series in running.all():
            sessions = list(
                await db.scalars(
                    select(Session)
                    .join(Cohort)
                    .where(Cohort.series_id == series.id, Session.status != SessionStatus.CANCELLED)
                )
            )
            if not sessions:
                continue
            if all(one.status == SessionStatus.DELIVERED for one in sessions):
                series.status, series.closed_at = "closed", max(map(end_of, sessions))
            elif any(one.starts_at <= now for one in sessions):
                series.status = "running"
