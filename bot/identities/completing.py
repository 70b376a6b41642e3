"""Who somebody is, asked again where the platform did not tell at first, and what it tells of changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.jobs import JobContext
from bot.core.platform import PlatformError, Profile, Throttled, Unavailable, Uncertain, WorkspaceRefused
from bot.core.vouching import claimed, is_vouched_for, owner_of, record
from bot.identities.merging import merge
from storage.nudges import Job
from storage.people import Community, Identity, Person, Workspace


async def complete_identity(jobs: JobContext, job: Job) -> None:
    """Ask the platform once more. Where it still refuses, the next contact asks again."""
    async with jobs.database.read() as db:
        identity = await db.get(Identity, job.details["identity_id"])
        if identity is None or identity.complete:
            return
        workspace = await db.get_one(Workspace, identity.workspace_id)
    platform = jobs.platforms.get(workspace.platform)
    if platform is None:
        return
    try:
        profile = await platform.profile(workspace.tenant, identity.platform_user, identity.reference)
    except (Throttled, Unavailable, Uncertain, WorkspaceRefused):
        raise
    except PlatformError:
        return
    if not profile.complete:
        return
    async with jobs.database.write() as db:
        identity = await db.get_one(Identity, identity.id)
        identity.complete = True
        await take_over(db, identity, profile, jobs.clock.now())


async def take_over(db: AsyncSession, identity: Identity, profile: Profile, now: datetime) -> Person:
    """Learn what the platform now tells. Whoever turns out to be somebody of the roster, where
    `bot.core.vouching` says so, becomes one person with them; nothing is lost."""
    person = await db.get_one(Person, identity.person_id)
    other = await owner_of(db, person.community_id, profile.email, but=person.id)
    if other is not None and not person.email and await is_vouched_for(db, other, profile):
        await merge(db, other, person, now)
        person = other
        record(db, identity, other, "account_vouched", now)
    else:
        if other is not None and identity.told.get("email") != profile.email:
            await claimed(db, identity, other, now)
        await _follow(db, person, identity, profile, keep_email=other is not None or not profile.vouched)
    person.zone = person.zone or profile.zone
    identity.told = {**identity.told, **profile.told()}
    return person


async def _follow(
    db: AsyncSession, person: Person, identity: Identity, profile: Profile, *, keep_email: bool
) -> None:
    """What stands as the platform told it before changes with it; what the person chose stays."""
    before = identity.told
    if profile.name and person.name in ("", identity.platform_user, before.get("name")):
        person.name = profile.name
    if profile.email and not keep_email and person.email in (None, before.get("email", "").casefold()):
        person.email = profile.email.casefold()
    if profile.zone and person.zone in ("", before.get("zone")):
        person.zone = profile.zone
    community = await db.get_one(Community, person.community_id)
    if profile.language in community.languages and person.language == before.get("language", "en"):
        person.language = profile.language
