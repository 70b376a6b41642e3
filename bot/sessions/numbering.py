"""The number of a session: its place by date among the sessions of its cohort."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, func, select

from bot.core.context import Context
from bot.core.reply import Refusal
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Session

MOST_SESSIONS = 60


async def number_for(ctx: Context, cohort: Cohort, starts_at: datetime) -> int:
    """The number of a new session that begins then. Sessions to come after it move up by one; one before a
    session that has begun is counted last, because people know the others by their numbers. Raises `Refusal`
    when there are too many."""
    # Locked, so that two people who plan at the same moment get two numbers.
    await ctx.db.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    ours = Session.cohort_id == cohort.id
    last = (await ctx.db.scalars(select(func.max(Session.number)).where(ours))).one() or 0
    if last + 1 > MOST_SESSIONS:
        raise Refusal(words.too_many_sessions(ctx.language, most=MOST_SESSIONS))
    later = select(Session).where(ours, Session.starts_at > starts_at).order_by(col(Session.number).desc())
    after = list(await ctx.db.scalars(later))
    numbers = [one.number for one in after]
    if numbers != list(range(last, last - len(after), -1)) or any(one.starts_at <= ctx.now for one in after):
        return last + 1
    for session in after:
        _move_up(session)
        await ctx.db.flush()  # one at a time: no two have one number
    return last + 1 - len(after)


def _move_up(session: Session) -> None:
    """The next number; also in a title that is only the number."""
    old, session.number = session.number, session.number + 1
    session.title = {
        language: str(words.usual_title(language, number=session.number))
        if title == str(words.usual_title(language, number=old))
        else title
        for language, title in session.title.items()
    }
