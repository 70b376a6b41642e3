"""A meeting report from its reading until a day later: how a draft holds it, and whose it is."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, delete

from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.sessions.lookup import session_by_id
from prompts.words import sessions as words
from storage.attendance import AttendanceDraft
from storage.series import Cohort
from storage.sessions import Session, SessionStatus

DRAFT_LIFE = timedelta(days=1)


async def draft_of(ctx: Context, value: str) -> tuple[AttendanceDraft, Session, Cohort]:
    """My draft that waits to be recorded. Raises `Refusal`."""
    return await _mine(ctx, value, is_recorded=False)


async def recorded_draft_of(ctx: Context, value: str) -> tuple[AttendanceDraft, Session, Cohort]:
    """My draft that is recorded, for a day. Raises `Refusal`."""
    return await _mine(ctx, value, is_recorded=True)


async def _mine(ctx: Context, value: str, *, is_recorded: bool) -> tuple[AttendanceDraft, Session, Cohort]:
    draft = await ctx.db.get(AttendanceDraft, row_id(value))
    if draft is None or draft.person_id != ctx.me.id or draft.community_id != ctx.community.id:
        raise Refusal(words.report_gone(ctx.language))
    if (draft.recorded_at is not None) != is_recorded:
        raise Refusal(words.report_gone(ctx.language))
    session, cohort = await session_by_id(ctx, str(draft.session_id), Action.RUN_COHORT)
    refuse_uncountable(ctx, session)
    return draft, session, cohort


def refuse_uncountable(ctx: Context, session: Session) -> None:
    """Raises `Refusal`: nobody was in a session that was cancelled or has not begun."""
    number = str(session.number)
    if session.status == SessionStatus.CANCELLED:
        raise Refusal(words.is_cancelled(ctx.language, number=number))
    if session.starts_at > ctx.now:
        raise Refusal(words.not_begun(ctx.language, number=number))


async def drop_old_reports(job_ctx: JobContext) -> None:
    """Housekeeping: a report is forgotten after a day, confirmed or not."""
    async with job_ctx.database.write() as db:
        before = job_ctx.clock.now() - DRAFT_LIFE
        await db.execute(delete(AttendanceDraft).where(col(AttendanceDraft.created_at) < before))
