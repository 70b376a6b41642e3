"""A person came into the workspace: an invitation that could not find them before is delivered. Nobody else
is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.context import Context
from bot.core.events import Changed
from bot.core.identity import known
from bot.core.jobs import JobContext
from bot.core.platform import PlatformError, Profile, Throttled, Unavailable, Uncertain, WorkspaceRefused
from bot.core.reply import Reply
from bot.core.vouching import is_vouched_for, record
from storage.base import opaque_id
from storage.nudges import Job, JobState
from storage.people import Identity, Person, Workspace
from storage.series import Enrollment, EnrollmentStatus


async def arrived(ctx: Context) -> Reply | None:
    """A listener for accounts that are new or have changed. Who has been met is no newcomer."""
    event = ctx.event
    assert isinstance(event, Changed)
    if event.gone or await known(ctx.db, ctx.workspace, event.who.user, event.who.alias):
        return None
    if event.email:
        who = event.who
        profile = Profile(who.user, who.name, event.email, who.zone, who.language, vouched=event.vouched)
        await welcome(ctx.db, ctx.workspace, profile, ctx.now)
    elif await _anybody_missing(ctx):
        details = {"workspace_id": ctx.workspace.id, "user": event.who.user}
        ctx.job("find_newcomer", f"find_newcomer:{opaque_id()}", details)
    return None


async def _anybody_missing(ctx: Context) -> bool:
    met = select(Identity.person_id).where(Identity.workspace_id == ctx.workspace.id)
    invited = (
        select(Enrollment.id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(
            Person.community_id == ctx.community.id,
            Enrollment.status == EnrollmentStatus.INVITED,
            col(Person.email).is_not(None),
            col(Person.id).not_in(met),
        )
    )
    return (await ctx.db.scalars(invited.limit(1))).first() is not None


async def find_newcomer(jobs: JobContext, job: Job) -> None:
    """The platform's event named no address: ask for it, for it may be one that was invited."""
    async with jobs.database.read() as db:
        workspace = await db.get_one(Workspace, job.details["workspace_id"])
    platform = jobs.platforms.get(workspace.platform)
    if platform is None or workspace.uninstalled_at is not None:
        return
    try:
        profile = await platform.profile(workspace.tenant, str(job.details["user"]), {})
    except (Throttled, Unavailable, Uncertain, WorkspaceRefused):
        raise
    except PlatformError:
        return
    if not profile.is_bot:
        async with jobs.database.write() as db:
            await welcome(db, await db.get_one(Workspace, workspace.id), profile, jobs.clock.now())


async def welcome(db: AsyncSession, workspace: Workspace, profile: Profile, now: datetime) -> None:
    """Give the account to the person of the roster with this address, where `bot.core.vouching` says that it
    is theirs, and have what they were invited to delivered."""
    rows = await db.execute(
        select(Person, Enrollment)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            Person.community_id == workspace.community_id,
            Person.email == profile.email.casefold(),
            col(Person.deleted_at).is_(None),
            Enrollment.status == EnrollmentStatus.INVITED,
        )
        .order_by(col(Enrollment.id))
    )
    invited = rows.all()
    if not invited or not await is_vouched_for(db, invited[0][0], profile):
        return
    person = invited[0][0]
    person.zone = person.zone or profile.zone
    identity = Identity(
        workspace_id=workspace.id, person_id=person.id, platform_user=profile.user, told=profile.told()
    )
    db.add(identity)
    await db.flush()
    record(db, identity, person, "account_vouched", now)
    for _, enrollment in invited:
        await _invite(db, workspace, enrollment)


async def _invite(db: AsyncSession, workspace: Workspace, enrollment: Enrollment) -> None:
    """Only what a facilitator has sent: nobody is invited by this alone."""
    before = f"invite:{enrollment.cohort_id}:{enrollment.id}"
    asked = (await db.scalars(select(Job).where(Job.key == before))).first()
    if asked is None or asked.state != JobState.DONE:
        return
    db.add(
        Job(
            key=f"{before}:found:{workspace.id}",
            community_id=workspace.community_id,
            kind="invite",
            details=asked.details,
            due_at=asked.due_at,
            created_at=asked.created_at,
        )
    )
