"""A series is archived: shown first, then read-only; and it can be opened again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.archive.lookup import series_by_id, series_meant
from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.reply import Refusal, Reply
from bot.evaluations.answer_store import close
from bot.nudges.planner import replan_cohort
from bot.sessions.lookup import end_of, status_of
from prompts import dates
from prompts.words import archive as words
from storage.evaluations import Evaluation, EvaluationState
from storage.nudges import Nudge
from storage.series import Cohort, Series, SeriesStatus
from storage.sessions import Session, SessionStatus


async def close_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """What closing the series would end; nothing changes yet."""
    return await _asked(ctx, await series_meant(ctx, typed.get("series") or ""))


async def close_asked(ctx: Context, value: str) -> Reply:
    return await _asked(ctx, await series_by_id(ctx, value))


async def _asked(ctx: Context, series: Series) -> Reply:
    await _refuse_unless_over(ctx, series)
    language, (count, last) = ctx.language, await _still_planned(ctx.db, series, ctx)
    planned = words.planned_none(language)
    if last is not None:
        planned = words.planned_until(language, n=count, day=dates.day(language, last, ctx.community.zone))
    facts = (
        Fact(
            label=words.sessions_label(language),
            value=dates.number(language, len(await _held(ctx.db, series))),
        ),
        Fact(label=words.planned_label(language), value=planned),
        Fact(
            label=words.forms_label(language),
            value=dates.number(language, len(await _open_forms(ctx.db, series))),
        ),
    )
    button = Button(
        label=words.close_it(language), action="series.close", value=str(series.id), style="primary"
    )
    return Reply(
        card=Card(
            title=words.close_title(language, series=title_in(series.title, language)),
            text=words.close_text(language),
            facts=facts,
            buttons=(button,),
        )
    )


async def close_pressed(ctx: Context, value: str) -> Reply:
    """Forms close with their answers, what was still to be sent is not, and nothing changes any more."""
    series = await series_by_id(ctx, value)
    await _refuse_unless_over(ctx, series)
    for evaluation in await _open_forms(ctx.db, series):
        await close(ctx.db, evaluation, ctx.now, ctx.links.sealer)
    held = await _held(ctx.db, series)
    series.status = "archived"
    series.closed_at = max(map(end_of, held), default=ctx.now)
    await _replan(ctx, series)
    ctx.audit("series_archived", f"series:{series.id}")
    language = ctx.language
    return Reply(
        card=Card(
            title=words.closed_title(language, series=title_in(series.title, language)),
            text=words.closed_text(language, slug=series.slug),
            buttons=(Button(label=words.undo(language), action="series.reopen", value=str(series.id)),),
        ),
        replace=True,
    )


async def reopen_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await _reopen(ctx, await series_meant(ctx, typed["series"]))


async def reopen_pressed(ctx: Context, value: str) -> Reply:
    reply = await _reopen(ctx, await series_by_id(ctx, value))
    return reply.model_copy(update={"replace": True})


async def _reopen(ctx: Context, series: Series) -> Reply:
    language, title = ctx.language, title_in(series.title, ctx.language)
    if series.status != SeriesStatus.ARCHIVED:
        raise Refusal(words.not_archived(language, series=title))
    series.status = "closed"
    await _replan(ctx, series)
    ctx.audit("series_reopened", f"series:{series.id}")
    return Reply(card=Card(text=words.reopened(language, series=title)))


async def _replan(ctx: Context, series: Series) -> None:
    await ctx.db.flush()
    for cohort_id in await ctx.db.scalars(select(Cohort.id).where(Cohort.series_id == series.id)):
        await replan_cohort(ctx.db, cohort_id or 0, ctx.now)


async def _refuse_unless_over(ctx: Context, series: Series) -> None:
    language, title = ctx.language, title_in(series.title, ctx.language)
    if series.status == SeriesStatus.ARCHIVED:
        raise Refusal(words.archived_already(language, series=title, slug=series.slug))
    coming = [
        session for session in await _sessions(ctx.db, series) if status_of(session, ctx.now) == "scheduled"
    ]
    if coming:
        first = min(coming, key=lambda one: one.starts_at)
        when = dates.when(language, first.starts_at, first.zone)
        raise Refusal(words.still_to_come(language, n=len(coming), when=when))


async def _sessions(db: AsyncSession, series: Series) -> list[Session]:
    rows = select(Session).join(Cohort).where(Cohort.series_id == series.id)
    return list(await db.scalars(rows.order_by(col(Session.starts_at))))


async def _held(db: AsyncSession, series: Series) -> list[Session]:
    return [session for session in await _sessions(db, series) if session.status != SessionStatus.CANCELLED]


async def _open_forms(db: AsyncSession, series: Series) -> list[Evaluation]:
    rows = (
        select(Evaluation)
        .join(Cohort)
        .where(Cohort.series_id == series.id, Evaluation.state == EvaluationState.OPEN)
    )
    return list(await db.scalars(rows))


async def _still_planned(db: AsyncSession, series: Series, ctx: Context) -> tuple[int, Any]:
    """How many messages wait to be sent, and when the last of them would go."""
    rows = await db.execute(
        select(func.count(), func.max(Nudge.due_at))
        .join(Cohort, col(Cohort.id) == Nudge.cohort_id)
        .where(
            Cohort.series_id == series.id, col(Nudge.state).in_(["planned", "held"]), Nudge.due_at > ctx.now
        )
    )
    count, last = rows.one()
    return count, last
