"""A series is archived: shown first, then read-only; and it can be opened again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.archive.lookup import series_by_id, series_meant
from bot.cards import Button, Card, Fact
from bot.communities.lookup import title_in
from bot.desk import Desk
from bot.evaluations.keeping import close
from bot.feature import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.lookup import end_of, status_of
from prompts import dates
from prompts.words import archive as words
from storage.evaluations import Evaluation
from storage.nudges import Nudge
from storage.series import Cohort, Series
from storage.sessions import Session


async def close_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """What closing the series would end; nothing changes yet."""
    return await _asked(desk, await series_meant(desk, typed.get("series") or ""))


async def close_asked(desk: Desk, value: str) -> Reply:
    return await _asked(desk, await series_by_id(desk, value))


async def _asked(desk: Desk, series: Series) -> Reply:
    await _refuse_unless_over(desk, series)
    say, (count, last) = desk.language, await _still_planned(desk.db, series, desk)
    planned = words.planned_none(say)
    if last is not None:
        planned = words.planned_until(say, n=count, day=dates.day(say, last, desk.community.zone))
    facts = (
        Fact(label=words.sessions_label(say), value=dates.number(say, len(await _held(desk.db, series)))),
        Fact(label=words.planned_label(say), value=planned),
        Fact(label=words.forms_label(say), value=dates.number(say, len(await _open_forms(desk.db, series)))),
    )
    button = Button(label=words.close_it(say), action="series.close", value=str(series.id), style="primary")
    return Reply(
        card=Card(
            title=words.close_title(say, series=title_in(series.title, say)),
            text=words.close_text(say),
            facts=facts,
            buttons=(button,),
        )
    )


async def close_pressed(desk: Desk, value: str) -> Reply:
    """Forms close with their answers, what was still to be sent is not, and nothing changes any more."""
    series = await series_by_id(desk, value)
    await _refuse_unless_over(desk, series)
    for evaluation in await _open_forms(desk.db, series):
        await close(desk.db, evaluation, desk.now, desk.links.sealer)
    held = await _held(desk.db, series)
    series.status = "archived"
    series.closed_at = max(map(end_of, held), default=desk.now)
    await _replan(desk, series)
    desk.audit("series_archived", f"series:{series.id}")
    say = desk.language
    return Reply(
        card=Card(
            title=words.closed_title(say, series=title_in(series.title, say)),
            text=words.closed_text(say, slug=series.slug),
            buttons=(Button(label=words.undo(say), action="series.reopen", value=str(series.id)),),
        ),
        replace=True,
    )


async def reopen_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await _reopen(desk, await series_meant(desk, typed["series"]))


async def reopen_pressed(desk: Desk, value: str) -> Reply:
    reply = await _reopen(desk, await series_by_id(desk, value))
    return reply.model_copy(update={"replace": True})


async def _reopen(desk: Desk, series: Series) -> Reply:
    say, title = desk.language, title_in(series.title, desk.language)
    if series.status != "archived":
        raise Refusal(words.not_archived(say, series=title))
    series.status = "closed"
    await _replan(desk, series)
    desk.audit("series_reopened", f"series:{series.id}")
    return Reply(card=Card(text=words.reopened(say, series=title)))


async def _replan(desk: Desk, series: Series) -> None:
    await desk.db.flush()
    for cohort_id in await desk.db.scalars(select(Cohort.id).where(Cohort.series_id == series.id)):
        await replan_cohort(desk.db, cohort_id or 0, desk.now)


async def _refuse_unless_over(desk: Desk, series: Series) -> None:
    say, title = desk.language, title_in(series.title, desk.language)
    if series.status == "archived":
        raise Refusal(words.archived_already(say, series=title, slug=series.slug))
    coming = [one for one in await _sessions(desk.db, series) if status_of(one, desk.now) == "scheduled"]
    if coming:
        first = min(coming, key=lambda one: one.starts_at)
        when = dates.when(say, first.starts_at, first.zone)
        raise Refusal(words.still_to_come(say, n=len(coming), when=when))


async def _sessions(db: AsyncSession, series: Series) -> list[Session]:
    rows = select(Session).join(Cohort).where(Cohort.series_id == series.id)
    return list(await db.scalars(rows.order_by(col(Session.starts_at))))


async def _held(db: AsyncSession, series: Series) -> list[Session]:
    return [one for one in await _sessions(db, series) if one.status != "cancelled"]


async def _open_forms(db: AsyncSession, series: Series) -> list[Evaluation]:
    rows = select(Evaluation).join(Cohort).where(Cohort.series_id == series.id, Evaluation.state == "open")
    return list(await db.scalars(rows))


async def _still_planned(db: AsyncSession, series: Series, desk: Desk) -> tuple[int, Any]:
    """How many messages wait to be sent, and when the last of them would go."""
    rows = await db.execute(
        select(func.count(), func.max(Nudge.due_at))
        .join(Cohort, col(Cohort.id) == Nudge.cohort_id)
        .where(
            Cohort.series_id == series.id, col(Nudge.state).in_(["planned", "held"]), Nudge.due_at > desk.now
        )
    )
    count, last = rows.one()
    return count, last
