"""Finding rows of this community by what a person typed or a button carried.

Another community's row is not found, with the same words as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.context import Context
from bot.core.reply import Refusal
from prompts.words import communities as words
from storage.base import LARGEST_ID
from storage.people import Duty, Identity, Person, Workspace, reaches
from storage.series import Cohort, CohortChannel, Enrollment, Project, ProjectYear, Series

HOLDS_A_SEAT = ("invited", "active", "paused")
TAKES_PART = ("active", "paused")


def title_in(texts: Mapping[str, str], language: str) -> str:
    """A title in the reader's language, or else in the one that it was written in."""
    return texts.get(language) or next(iter(texts.values()), "")


def row_id(value: str) -> int:
    """The row id in a button's value; 0, which no row has, for anything else."""
    found = int(value) if value.isascii() and value.isdecimal() and len(value) <= 16 else 0
    return found if found <= LARGEST_ID else 0


async def cohort_by_id(ctx: Context, value: str) -> Cohort:
    """The cohort behind a button. Raises `Refusal` when this community has none."""
    cohort = await ctx.db.get(Cohort, row_id(value))
    if cohort is None or cohort.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    ctx.about = cohort
    return cohort


async def cohort_by_code(ctx: Context, code: str) -> Cohort | None:
    """The cohort whose join code this is; letter case and spaces do not matter."""
    wanted = "".join(code.split()).upper()
    if not wanted:
        return None
    found = await ctx.db.scalars(
        select(Cohort).where(Cohort.community_id == ctx.community.id, Cohort.join_code == wanted)
    )
    return found.first()


async def series_named(ctx: Context, name: str) -> Series | None:
    """The series with this slug or row id."""
    of_ours = select(Series).where(Series.community_id == ctx.community.id)
    named = of_ours.where((col(Series.slug) == name.strip().casefold()) | (col(Series.id) == row_id(name)))
    return (await ctx.db.scalars(named)).first()


async def all_series(ctx: Context) -> list[Series]:
    found = await ctx.db.scalars(
        select(Series).where(Series.community_id == ctx.community.id).order_by(col(Series.id).desc())
    )
    return list(found)


async def project_named(ctx: Context, name: str) -> Project | None:
    of_ours = select(Project).where(Project.community_id == ctx.community.id)
    same = (func.lower(Project.title) == name.strip().lower()) | (col(Project.id) == row_id(name))
    return (await ctx.db.scalars(of_ours.where(same))).first()


async def year_named(ctx: Context, name: str) -> ProjectYear | None:
    of_ours = select(ProjectYear).where(ProjectYear.community_id == ctx.community.id)
    same = (func.lower(ProjectYear.label) == name.strip().lower()) | (col(ProjectYear.id) == row_id(name))
    return (await ctx.db.scalars(of_ours.where(same))).first()


async def enrollment_of(db: AsyncSession, cohort_id: int | None, person_id: int | None) -> Enrollment | None:
    found = await db.scalars(
        select(Enrollment).where(Enrollment.cohort_id == cohort_id, Enrollment.person_id == person_id)
    )
    return found.first()


async def my_enrollments(ctx: Context) -> list[Enrollment]:
    """Where I take part, newest first."""
    found = await ctx.db.scalars(
        select(Enrollment)
        .where(Enrollment.person_id == ctx.me.id, col(Enrollment.status).in_(TAKES_PART))
        .order_by(col(Enrollment.id).desc())
    )
    return list(found)


async def seats_taken(db: AsyncSession, cohort_id: int | None) -> int:
    """How many people hold a seat: those who take part, and those who were invited."""
    counted = select(func.count()).where(
        Enrollment.cohort_id == cohort_id, col(Enrollment.status).in_(HOLDS_A_SEAT)
    )
    return (await db.scalars(counted)).one()


async def channels_of(db: AsyncSession, cohort_id: int | None) -> list[CohortChannel]:
    """The cohort's channels where the bot still is: the workspace has it, and the channel."""
    found = await db.scalars(
        select(CohortChannel)
        .join(Workspace)
        .where(
            CohortChannel.cohort_id == cohort_id,
            col(CohortChannel.closed_at).is_(None),
            col(Workspace.uninstalled_at).is_(None),
        )
        .order_by(col(CohortChannel.id))
    )
    return list(found)


async def staff_of(db: AsyncSession, series: Series, *roles: str) -> set[int]:
    """The people with one of `roles` for this series, its project or the whole community."""
    found = await db.scalars(
        select(Duty)
        .join(Person)
        .where(
            Person.community_id == series.community_id,
            col(Person.deleted_at).is_(None),
            col(Duty.role).in_(roles),
            reaches(series.id, series.project_id),
        )
    )
    return {duty.person_id for duty in found}


async def users_in(db: AsyncSession, workspace_id: int, person_ids: Iterable[int]) -> list[str]:
    """The platform users of these people in one workspace, where they have been met."""
    found = await db.scalars(
        select(Identity.platform_user)
        .where(Identity.workspace_id == workspace_id, col(Identity.person_id).in_(list(person_ids)))
        .order_by(col(Identity.id))
    )
    return list(found)


async def channels_at(ctx: Context) -> list[CohortChannel]:
    """The cohort channels of the place where the event happened: that conversation, or all of its team."""
    place = ctx.event.where
    if not place.conversation:
        return []
    found = await ctx.db.scalars(
        select(CohortChannel)
        .where(CohortChannel.workspace_id == ctx.workspace.id)
        .order_by(col(CohortChannel.id))
    )
    team = place.reference.get("team", "")
    return [
        one
        for one in found
        if one.conversation == place.conversation or (team and one.reference.get("team") == team)
    ]
