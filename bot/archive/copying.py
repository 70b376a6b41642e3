"""What a series hands on to the next: its plan, never its people or what they said."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, delete, insert, literal
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.archive.dates_again import Again
from bot.core.context import Context
from bot.core.join_codes import new_join_code
from bot.nudges.planner import replan_cohort
from bot.sessions.checklists import default_items
from bot.sessions.lookup import objectives_of, segments_of
from storage.base import opaque_id
from storage.evaluations import Evaluation
from storage.nudges import Job, Nudge, NudgeState
from storage.people import Duty
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.series import Cohort, CohortChannel, ProjectYear, Series
from storage.sessions import (
    Attendance,
    ChecklistItem,
    KeyIdea,
    Objective,
    Segment,
    Session,
    SessionPresenter,
    SessionTheme,
)
from storage.settings import SeriesSettings


@dataclass(frozen=True, slots=True)
class RerunPlan:
    """What would be made: each session of last time's cohort with its new moment. `name` is the cohort's."""

    source: Series
    last: Cohort
    year: ProjectYear
    slug: str
    name: str
    sessions: tuple[tuple[Session, Again], ...]


async def copy_series(ctx: Context, plan: RerunPlan) -> tuple[Series, Cohort]:
    """The series with a cohort and its sessions; key ideas wait for approval, pages for publishing."""
    source, last = plan.source, plan.last
    series = Series(
        community_id=source.community_id,
        project_id=source.project_id,
        year_id=plan.year.id,
        slug=plan.slug,
        title=dict(source.title),
        goals=list(source.goals),
        languages=list(source.languages),
        completion_share=source.completion_share,
        cadence=source.cadence,
        needs_approval=source.needs_approval,
        cloned_from_id=source.id,
        settings=SeriesSettings(
            instruments=source.settings.instruments, partner_weeks=source.settings.partner_weeks
        ),
        created_at=ctx.now,
    )
    ctx.db.add(series)
    await ctx.db.flush()
    cohort = Cohort(
        community_id=source.community_id,
        series_id=series.id,
        name=plan.name,
        zone=last.zone,
        capacity=last.capacity,
        join_code=new_join_code(),
        created_at=ctx.now,
    )
    ctx.db.add(cohort)
    await ctx.db.flush()
    await _copy_page(ctx, source, None, series, None)
    for number, (before, again) in enumerate(plan.sessions, start=1):
        made = await _copy_session(ctx, cohort, before, again, number, series.languages)
        await _copy_page(ctx, source, before, series, made)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    return series, cohort


async def _copy_session(
    ctx: Context, cohort: Cohort, before: Session, again: Again, number: int, languages: Sequence[str]
) -> Session:
    db = ctx.db
    session = Session(
        community_id=before.community_id,
        cohort_id=cohort.id,
        number=number,
        title=dict(before.title),
        starts_at=again.starts_at,
        zone=before.zone,
        minutes=before.minutes,
        pre_work=dict(before.pre_work),
        pre_work_minutes=before.pre_work_minutes,
        breakout_prompt=dict(before.breakout_prompt),
        check_in_code=secrets.token_hex(3),
        uid=f"{opaque_id()}@throughline",
        extras=before.extras,
    )
    db.add(session)
    await db.flush()
    here = session.id
    for one in await objectives_of(db, before.id):
        db.add(Objective(session_id=here, position=one.position, text=dict(one.text)))
    for part in await segments_of(db, before.id):
        db.add(Segment(session_id=here, position=part.position, kind=part.kind, title=dict(part.title),
                       minutes=part.minutes))  # fmt: skip
    for idea in await db.scalars(select(KeyIdea).where(KeyIdea.session_id == before.id)):
        db.add(KeyIdea(session_id=here, position=idea.position, slug=idea.slug, text=dict(idea.text),
                       stick_days=idea.stick_days))  # fmt: skip
    db.add_all(default_items(session, languages))
    return session


async def _copy_page(
    ctx: Context, source: Series, before: Session | None, series: Series, session: Session | None
) -> None:
    """The draft of a page with its pictures; copied by the database, pictures may be large."""
    db, of = ctx.db, before.id if before else None
    found = select(ResourcePage).where(ResourcePage.series_id == source.id, ResourcePage.session_id == of)
    page = (await db.scalars(found)).first()
    if page is None:
        return
    copy = ResourcePage(
        community_id=page.community_id,
        series_id=series.id,
        session_id=session.id if session else None,
        title=dict(page.title),
        text=dict(page.text),
        updated_at=ctx.now,
        updated_by_id=ctx.me.id,
    )
    db.add(copy)
    await db.flush()
    names = ("name", "media_type", "content", "alt", "added_at")
    columns: list[Any] = [getattr(PagePicture, name) for name in names]
    pictures = select(literal(copy.id, Integer), *columns).where(PagePicture.page_id == page.id)
    await db.execute(insert(PagePicture).from_select(["page_id", *names], pictures))


async def take_back(db: AsyncSession, series: Series) -> bool:
    """Remove a series that was only planned. False when something has come of it already."""
    cohorts = select(Cohort.id).where(Cohort.series_id == series.id)
    sessions = select(Session.id).where(col(Session.cohort_id).in_(cohorts))
    pages = select(ResourcePage.id).where(ResourcePage.series_id == series.id)
    if await _anything(db, cohorts, sessions, pages):
        return False
    for cohort_id in list(await db.scalars(cohorts)):
        await db.execute(delete(Job).where(col(Job.key).startswith(f"cohort:{cohort_id}|")))
    for table in (Objective, Segment, KeyIdea, ChecklistItem, SessionPresenter):
        await db.execute(delete(table).where(col(table.session_id).in_(sessions)))
    await db.execute(delete(Nudge).where(col(Nudge.cohort_id).in_(cohorts)))
    await db.execute(delete(PagePicture).where(col(PagePicture.page_id).in_(pages)))
    await db.execute(delete(ResourcePage).where(ResourcePage.series_id == series.id))  # type: ignore[arg-type]
    await db.execute(delete(Session).where(col(Session.cohort_id).in_(cohorts)))
    await db.execute(delete(Cohort).where(Cohort.series_id == series.id))  # type: ignore[arg-type]
    await db.execute(delete(Duty).where(Duty.series_id == series.id))  # type: ignore[arg-type]
    await db.delete(series)
    await db.flush()
    return True


async def _anything(db: AsyncSession, cohorts: Any, sessions: Any, pages: Any) -> bool:
    """Whether a message went out, a channel was opened, a page was published; a form, a theme or an
    attendance is there."""
    traces = (
        select(Nudge.id).where(col(Nudge.cohort_id).in_(cohorts), Nudge.state == NudgeState.SENT),
        select(CohortChannel.id).where(col(CohortChannel.cohort_id).in_(cohorts)),
        select(Evaluation.id).where(col(Evaluation.cohort_id).in_(cohorts)),
        select(Attendance.id).where(col(Attendance.session_id).in_(sessions)),
        select(SessionTheme.id).where(col(SessionTheme.session_id).in_(sessions)),
        select(PageEdition.id).where(col(PageEdition.page_id).in_(pages)),
    )
    for trace in traces:
        if (await db.scalars(trace.limit(1))).first() is not None:
            return True
    return False
