"""A series is archived: shown first, then read-only; and it can be opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.archive.lookup import series_by_id, series_meant
from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.form_keys import FormKeys
from bot.core.jobs import JobContext
from bot.core.lookup import title_in
from bot.core.message_kinds import MessageKinds
from bot.core.reply import Refusal, Reply
from bot.evaluations.answer_store import close
from bot.nudges.planner import replan_cohort
from bot.sessions.lookup import end_of, status_of
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.kind_titles import kind_title
from prompts.text import Marked
from prompts.words import archive as words
from storage.evaluations import Evaluation, EvaluationState
from storage.nudges import Nudge
from storage.series import Cohort, Series, SeriesStatus
from storage.sessions import Session, SessionStatus

OPEN = ("planned", "held")
FOLLOW_UP = "follow_up_form"
FOLLOW_UP_OPEN = timedelta(days=15)
"""So long after it was asked for the last time a follow-up form has closed."""


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
        planned = words.planned_until(language, n=count, day=dates.day(language, last, _zone(ctx)))
    facts: tuple[Fact, ...] = (
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
    kinds = await _stopping(ctx.db, series, ctx.now)
    if kinds:
        facts = (*facts, Fact(label=words.stops_label(language), value=_named(kinds, language)))
    after = await _after_follow_up(ctx.db, series, ctx.now)
    later = () if after is None else (_later(language, series, after, _zone(ctx)),)
    style: Literal["default", "primary"] = "default" if later else "primary"
    button = Button(label=words.close_it(language), action="series.close", value=str(series.id), style=style)
    return Reply(
        card=Card(
            title=words.close_title(language, series=title_in(series.title, language)),
            text=words.close_text(language),
            facts=facts,
            buttons=(*later, button),
        )
    )


def _later(language: str, series: Series, after: datetime, zone: str) -> Button:
    label = words.close_later(language, day=dates.day(language, after, zone))
    return Button(label=label, action="series.close_later", value=str(series.id), style="primary")


def _named(kinds: Sequence[tuple[str, int]], language: str) -> Marked:
    """``Follow-up form: 74 · Make it stick: 24``: what would be lost first."""
    lines = [words.stops_kind(language, kind=kind_title(language, kind), n=n) for kind, n in kinds]
    return Marked(" · ").join(lines)


async def later_pressed(ctx: Context, value: str) -> Reply:
    """Close it by itself once the follow-up is over; nothing that is planned is lost."""
    series = await series_by_id(ctx, value)
    await _refuse_unless_over(ctx, series)
    after = await _after_follow_up(ctx.db, series, ctx.now)
    if after is None:
        return await close_pressed(ctx, value)
    series.settings = series.settings.model_copy(update={"closes_on": after})
    ctx.audit("series_closes_later", f"series:{series.id}", on=after.date().isoformat())
    language, title = ctx.language, title_in(series.title, ctx.language)
    day = dates.day(language, after, _zone(ctx))
    undo = Button(label=words.undo(language), action="series.stay_open", value=value)
    text = words.closes_later(language, series=title, day=day)
    return Reply(card=Card(text=text, buttons=(undo,)), replace=True)


async def stay_open_pressed(ctx: Context, value: str) -> Reply:
    """The undo of `later_pressed`."""
    series = await series_by_id(ctx, value)
    series.settings = series.settings.model_copy(update={"closes_on": None})
    title = title_in(series.title, ctx.language)
    return Reply(card=Card(text=words.not_by_itself(ctx.language, series=title)), replace=True)


async def close_those_due(job_ctx: JobContext) -> None:
    """Housekeeping: close each series whose day has come."""
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        for series in await db.scalars(select(Series).where(Series.status != SeriesStatus.ARCHIVED)):
            on = series.settings.closes_on
            if on is not None and on <= now:
                await _close(db, job_ctx.kinds, series, now, job_ctx.links.form_keys)


async def close_pressed(ctx: Context, value: str) -> Reply:
    """Forms close with their answers, what was still to be sent is not, and nothing changes any more."""
    series = await series_by_id(ctx, value)
    await _refuse_unless_over(ctx, series)
    await _close(ctx.db, ctx.kinds, series, ctx.now, ctx.links.form_keys)
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


async def _close(
    db: AsyncSession, kinds: MessageKinds, series: Series, now: datetime, keys: FormKeys
) -> None:
    for evaluation in await _open_forms(db, series):
        await close(db, evaluation, now, keys)
    held = await _held(db, series)
    series.status = "archived"
    series.closed_at = max(map(end_of, held), default=now)
    series.settings = series.settings.model_copy(update={"closes_on": None, "archived_at": now})
    await _replan(db, kinds, series, now)


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
    await _replan(ctx.db, ctx.kinds, series, ctx.now)
    ctx.audit("series_reopened", f"series:{series.id}")
    return Reply(card=Card(text=words.reopened(language, series=title)))


async def _replan(db: AsyncSession, kinds: MessageKinds, series: Series, now: datetime) -> None:
    await db.flush()
    for cohort_id in list(await db.scalars(select(Cohort.id).where(Cohort.series_id == series.id))):
        await replan_cohort(db, kinds, cohort_id, now)


async def _stopping(db: AsyncSession, series: Series, now: datetime) -> list[tuple[str, int]]:
    """The kinds of message that closing would stop, with how many of each; the follow-up first."""
    rows = await db.execute(
        select(Nudge.kind, func.count())
        .join(Cohort, col(Cohort.id) == Nudge.cohort_id)
        .where(Cohort.series_id == series.id, col(Nudge.state).in_(OPEN), Nudge.due_at > now)
        .group_by(Nudge.kind)
        .order_by(func.count().desc())
    )
    return sorted(((kind, count) for kind, count in rows), key=lambda one: one[0] != FOLLOW_UP)


async def _after_follow_up(db: AsyncSession, series: Series, now: datetime) -> datetime | None:
    """When its last follow-up form has closed; None while none is planned."""
    rows = await db.scalars(
        select(func.max(Nudge.due_at))
        .join(Cohort, col(Cohort.id) == Nudge.cohort_id)
        .where(
            Cohort.series_id == series.id, Nudge.kind == FOLLOW_UP, col(Nudge.state).in_(OPEN),
            Nudge.due_at > now,
        )
    )  # fmt: skip
    last = rows.one()
    return last + FOLLOW_UP_OPEN if last is not None else None


def _zone(ctx: Context) -> str:
    return zone_for(ctx.me.zone, ctx.community.zone)


async def _refuse_unless_over(ctx: Context, series: Series) -> None:
    language, title = ctx.language, title_in(series.title, ctx.language)
    if series.status == SeriesStatus.ARCHIVED:
        raise Refusal(words.archived_already(language, series=title, slug=series.slug))
    coming = [
        session for session in await _sessions(ctx.db, series) if status_of(session, ctx.now) == "scheduled"
    ]
    if coming:
        first = min(coming, key=lambda one: one.starts_at)
        when = dates.when(language, first.starts_at, zone_for(ctx.me.zone, first.zone))
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
