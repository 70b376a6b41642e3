"""After a channel was linked: can the bot serve it, and who is there already?"""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.events import EVENT, Joined, Where, Who
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.core.platform import Address, Profile
from prompts.words import communities as words
from prompts.words import subjects
from storage.nudges import InboxEvent, Job, Nudge, NudgeState
from storage.people import Person, Workspace
from storage.series import Cohort, CohortChannel


async def look_into_channel(jobs: JobContext, job: Job) -> None:
    """A channel that cannot be served is given up, and whoever linked it hears why, and the way out. Else the
    people who are there already are asked to take part, as those who come later are."""
    async with jobs.database.read() as db:
        channel = await db.get(CohortChannel, job.details["channel_id"])
        if channel is None or channel.closed_at is not None:
            return
        workspace = await db.get_one(Workspace, channel.workspace_id)
    platform = jobs.platforms[workspace.platform]
    address = Address(workspace.tenant, channel.conversation, channel.reference)
    if code := await platform.can_serve(address):
        await _give_up(jobs, job, channel, code)
        return
    people = await platform.members(address)
    async with jobs.database.write() as db:
        for profile in people:
            await _arrived(db, jobs, workspace, channel, profile)


async def _give_up(jobs: JobContext, job: Job, channel: CohortChannel, code: str) -> None:
    now = jobs.clock.now()
    async with jobs.database.write() as db:
        cohort = await db.get_one(Cohort, channel.cohort_id)
        person = await db.get_one(Person, job.details["person_id"])
        language = person.language
        public = code == "public_channel"
        text = (words.channel_public if public else words.channel_without_me)(language, cohort=cohort.name)
        await db.execute(
            update(Nudge)
            .where(col(Nudge.channel_id) == channel.id)
            .values(channel_id=None, state=NudgeState.CANCELLED, reason=code)
        )
        await db.execute(delete(CohortChannel).where(col(CohortChannel.id) == channel.id))
        db.add(
            note(
                f"not_linked:{job.key}",
                job.community_id,
                now,
                person_id=person.id,
                cohort_id=cohort.id,
                card=Card(subject=subjects.channel(language, cohort=cohort.name), text=text),
            )
        )


async def _arrived(
    db: AsyncSession, jobs: JobContext, workspace: Workspace, channel: CohortChannel, profile: Profile
) -> None:
    """As if they came now: the dispatcher takes it from the inbox."""
    now, key = jobs.clock.now(), f"there already:{channel.id}:{profile.user}"
    if (await db.scalars(select(InboxEvent.id).where(InboxEvent.key == key))).first():
        return
    event = Joined(
        key=key,
        who=Who(
            platform=workspace.platform,
            tenant=workspace.tenant,
            user=profile.user,
            name=profile.name,
            zone=profile.zone,
        ),
        where=Where(
            conversation=channel.conversation,
            kind="channel",
            reference={**channel.reference, "conversation": channel.conversation},
        ),
    )
    written: dict[str, object] = EVENT.dump_python(event, mode="json")
    db.add(InboxEvent(key=key, received_at=now, event=written))
