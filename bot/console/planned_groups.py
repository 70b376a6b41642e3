"""A cohort's planned messages, gathered: one group is one message with a copy for each of its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from prompts.words import console as words
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort, Series

OPEN = ("planned", "held")
MOST_UNSURE = 5
"""Messages that may have arrived on one card; the next ones come up once these are decided."""


@dataclass(frozen=True, slots=True)
class Group:
    """`nudge` is one copy, by which buttons name the group; `first` and `last` are due moments in UTC."""

    nudge: Nudge
    copies: int
    first: datetime
    last: datetime
    held: bool


async def open_groups(
    db: AsyncSession, cohort_id: int, until: datetime | None = None, limit: int = 200
) -> list[Group]:
    """What is still to go out in a cohort, soonest first; single notes have no group and are left out."""
    query = (
        select(
            func.min(Nudge.id),
            func.count(),
            func.min(Nudge.due_at),
            func.max(Nudge.due_at),
        )
        .where(Nudge.cohort_id == cohort_id, Nudge.group != "", col(Nudge.state).in_(OPEN))
        .group_by(Nudge.group)
        .order_by(func.min(Nudge.due_at), Nudge.group)
        .limit(limit)
    )
    if until is not None:
        query = query.having(func.min(Nudge.due_at) <= until)
    found = (await db.execute(query)).all()
    nudges = {
        one.id: one
        for one in await db.scalars(select(Nudge).where(col(Nudge.id).in_([row[0] for row in found])))
    }
    return [
        Group(nudges[least], copies, first, last, held=nudges[least].state == NudgeState.HELD)
        for least, copies, first, last in found
    ]


async def unsure(db: AsyncSession, cohort_id: int) -> Sequence[Nudge]:
    """Those that may or may not have arrived (a crash while sending to Teams), oldest first."""
    found = await db.scalars(
        select(Nudge)
        .where(Nudge.cohort_id == cohort_id, Nudge.state == NudgeState.UNKNOWN)
        .order_by(col(Nudge.due_at))
        .limit(MOST_UNSURE)
    )
    return found.all()


async def failed_count(db: AsyncSession, cohort_id: int) -> int:
    counted = select(func.count()).where(Nudge.cohort_id == cohort_id, Nudge.state == NudgeState.FAILED)
    return (await db.scalars(counted)).one()


async def folded_count(db: AsyncSession, cohort_id: int) -> tuple[int, int]:
    """How many messages went as a part of another, and how many were left out for want of room."""
    folded = select(func.count()).where(
        Nudge.cohort_id == cohort_id, Nudge.state == NudgeState.SENT, col(Nudge.bundle_id).is_not(None)
    )
    left = select(func.count()).where(
        Nudge.cohort_id == cohort_id, Nudge.state == NudgeState.SKIPPED, Nudge.reason == "budget"
    )
    return (await db.scalars(folded)).one(), (await db.scalars(left)).one()


async def nudge_by_id(ctx: Context, value: str) -> tuple[Nudge, Cohort]:
    """The nudge behind a button and its cohort. Raises `Refusal` when this community has none, and when I
    may not run that cohort."""
    nudge = await ctx.db.get(Nudge, row_id(value))
    if nudge is None or nudge.community_id != ctx.community.id or nudge.cohort_id is None:
        raise Refusal(words.not_found(ctx.language))
    cohort = await ctx.db.get_one(Cohort, nudge.cohort_id)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    ctx.about = cohort
    return nudge, cohort


async def open_copies(ctx: Context, nudge: Nudge) -> list[Nudge]:
    """All copies of the message that have not gone. Raises `Refusal` when all have."""
    found = await ctx.db.scalars(
        select(Nudge).where(
            Nudge.group == nudge.group,
            Nudge.group != "",
            Nudge.cohort_id == nudge.cohort_id,
            col(Nudge.state).in_(OPEN),
        )
    )
    copies = list(found)
    if not copies:
        raise Refusal(words.gone_already(ctx.language))
    return copies


async def open_count(db: AsyncSession, nudge: Nudge) -> int:
    """How many copies of the message have not gone."""
    counted = select(func.count()).where(
        Nudge.group == nudge.group, Nudge.cohort_id == nudge.cohort_id, col(Nudge.state).in_(OPEN)
    )
    return (await db.scalars(counted)).one()


async def locked_series(ctx: Context, cohort: Cohort) -> Series:
    """The series' row, so that two facilitators' decisions queue up."""
    return (
        await ctx.db.scalars(
            select(Series)
            .where(Series.id == cohort.series_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()
