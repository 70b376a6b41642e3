"""The home page's part of sessions: what is on now, and what is next for me."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import HOLDS_A_SEAT, title_in
from bot.sessions.checking_in import CLOSES_AFTER, OPENS_BEFORE
from bot.sessions.lookup import end_of, my_zone
from bot.sessions.wording import MOST_MINUTES
from prompts import dates
from prompts.text import Marked, marked
from prompts.words import sessions as words
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session, SessionPresenter, SessionStatus

SHOWN = 5


async def home(ctx: Context) -> Card | None:
    """My next sessions over all cohorts, as participant or presenter, in my own zone; none: no card."""
    coming = (await _coming(ctx))[:SHOWN]
    if not coming:
        return None
    seated, checked_in = set(await ctx.db.scalars(_seated(ctx))), await _checked_in(ctx)
    names = await _cohort_names(ctx, {one.cohort_id for one in coming})
    return Card(
        title=words.next_for_me(ctx.language),
        sections=tuple(
            _section(
                ctx, one, names.get(one.cohort_id, ""), one.cohort_id in seated and one.id not in checked_in
            )
            for one in coming
        ),
        context=words.sessions_context(ctx.language),
    )


async def _cohort_names(ctx: Context, ids: set[int]) -> dict[int, str]:
    """What to call the cohorts of these sessions; one alone needs no name."""
    if len(ids) < 2:
        return {}
    return {one.id: one.name for one in await ctx.db.scalars(select(Cohort).where(col(Cohort.id).in_(ids)))}


def _section(ctx: Context, session: Session, cohort: str, may_check_in: bool) -> Section:
    language, value = ctx.language, str(session.id)
    when = dates.when(language, session.starts_at, my_zone(ctx, session))
    text = words.line_scheduled(language, when=when, minutes=session.minutes)
    text = text + Marked("\n") + marked(cohort) if cohort else text
    buttons = [Button(label=words.agenda(language), action="session.agenda", value=value)]
    if session.join_link and ctx.now < end_of(session):
        buttons.insert(0, Button(label=words.join(language), url=session.join_link))
    if session.starts_at - OPENS_BEFORE <= ctx.now and may_check_in:
        buttons.insert(
            0, Button(label=words.i_am_here(language), action="session.here", value=value, style="primary")
        )
    return Section(title=title_in(session.title, language), text=text, buttons=tuple(buttons))


async def _coming(ctx: Context) -> list[Session]:
    """Mine, from those on which people can still check in to, soonest first; cancelled ones are left out."""
    presented = select(SessionPresenter.session_id).where(SessionPresenter.person_id == ctx.me.id)
    found = await ctx.db.scalars(
        select(Session)
        .where(
            Session.community_id == ctx.community.id,
            col(Session.cohort_id).in_(_seated(ctx)) | col(Session.id).in_(presented),
            Session.status != SessionStatus.CANCELLED,
            Session.starts_at > _earliest_start(ctx.now),
        )
        .order_by(col(Session.starts_at))
    )
    return [one for one in found if ctx.now <= end_of(one) + CLOSES_AFTER]


def _seated(ctx: Context) -> SelectOfScalar[int]:
    """The cohorts in which I have a seat, and so can check in."""
    return select(Enrollment.cohort_id).where(
        Enrollment.person_id == ctx.me.id, col(Enrollment.status).in_(HOLDS_A_SEAT)
    )


def _earliest_start(now: datetime) -> datetime:
    """UTC: no session that started before is still open, however long it is."""
    return now - timedelta(minutes=MOST_MINUTES) - CLOSES_AFTER


async def _checked_in(ctx: Context) -> set[int]:
    """Ids of the sessions that I am marked in."""
    rows = select(Attendance.session_id).where(
        Attendance.person_id == ctx.me.id, col(Attendance.marked).is_(True)
    )
    return set(await ctx.db.scalars(rows))
