"""Taking a series back that `start` made: everything that hangs on it, as long as nothing has gone out."""

from __future__ import annotations

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.core.context import Context
from bot.core.reply import Refusal
from prompts.words import starting as words
from storage.nudges import Job, JobState, Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series
from storage.tables import METADATA

AT_ONCE = 500


async def refuse_when_begun(ctx: Context, series: Series) -> None:
    """Raises `Refusal` once a message has gone, or somebody has joined."""
    cohorts = select_rows(Cohort.id).where(Cohort.series_id == series.id)
    sent = select_rows(Nudge.id).where(
        col(Nudge.cohort_id).in_(cohorts),
        col(Nudge.state).in_([NudgeState.SENT, NudgeState.CLAIMED, NudgeState.UNKNOWN]),
    )
    joined = select_rows(Enrollment.id).where(
        col(Enrollment.cohort_id).in_(cohorts), Enrollment.status != EnrollmentStatus.INVITED
    )
    copied = select_rows(Series.id).where(Series.cloned_from_id == series.id)
    for begun in (sent, joined, copied):
        if (await ctx.db.scalars(begun.limit(1))).first() is not None:
            raise Refusal(words.begun_already(ctx.language))


async def take_back(ctx: Context, series: Series, people: list[int], places: dict[str, int]) -> None:
    """Delete the series with all that refers to it; the people that its list added, where nothing else
    refers to them; the project and the year that were made for it, where they are empty."""
    series_id = series.id
    await _drop_jobs(ctx, series_id)
    ctx.db.expunge(series)
    await _delete_tree(ctx.db, METADATA.tables["series"], [series_id])
    for person_id in people:
        if not await _is_referred_to(ctx.db, METADATA.tables["person"], person_id):
            await ctx.db.execute(delete(Person).where(col(Person.id) == person_id))
    for name in ("project", "projectyear"):
        table, row_id = METADATA.tables[name], places.get(name)
        if row_id and not await _is_referred_to(ctx.db, table, row_id):
            await ctx.db.execute(delete(table).where(table.c.id == row_id))


async def _drop_jobs(ctx: Context, series_id: int) -> None:
    """Jobs name their cohort in their details, and no row refers to them."""
    cohorts = set(await ctx.db.scalars(select_rows(Cohort.id).where(Cohort.series_id == series_id)))
    planned = select_rows(Job).where(Job.community_id == ctx.community.id, Job.state == JobState.PLANNED)
    for job in await ctx.db.scalars(planned):
        if job.details.get("cohort_id") in cohorts:
            await ctx.db.delete(job)
    await ctx.db.flush()


async def _delete_tree(db: AsyncSession, table: Table, ids: list[int]) -> None:
    """Delete rows and, first, every row that refers to them."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for child, column in _references_to(table):
            if child is table:
                continue
            keys = list(child.primary_key.columns)
            if len(keys) == 1 and keys[0].name == "id":
                found = await db.execute(select(keys[0]).where(child.c[column].in_(some)))
                children = [row[0] for row in found]
                if children:
                    await _delete_tree(db, child, children)
            else:
                await db.execute(delete(child).where(child.c[column].in_(some)))
        await db.execute(delete(table).where(table.c.id.in_(some)))


def _references_to(table: Table) -> list[tuple[Table, str]]:
    """(table, column) of everything that refers to rows of `table`."""
    return [
        (other, key.parent.name)
        for other in METADATA.sorted_tables
        for key in other.foreign_keys
        if key.column.table is table
    ]


async def _is_referred_to(db: AsyncSession, table: Table, row_id: int) -> bool:
    for other, column in _references_to(table):
        found = await db.execute(select(other.c[column]).where(other.c[column] == row_id).limit(1))
        if found.first() is not None:
            return True
    return False
