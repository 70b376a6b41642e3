"""Letting people into a cohort's channel, and telling its facilitators, by name, who could not be let in."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.core.lookup import staff_of
from bot.core.notes import note
from bot.core.platform import Address, ChatPlatform
from prompts import dates
from prompts.text import Marked
from prompts.words import platforms as words
from storage.nudges import Job, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Series


async def let_in(
    jobs: JobContext,
    job: Job,
    cohort: Cohort,
    platform: ChatPlatform,
    address: Address,
    users: Collection[str],
) -> None:
    """Invite these users; who is refused is told of once for each job."""
    refused = await platform.invite(address, list(users))
    if not refused:
        return
    async with jobs.database.write() as db:
        names = await _names(db, platform.name, address.tenant, refused)
        series = await db.get_one(Series, cohort.series_id)
        for person_id in sorted(await staff_of(db, series, "facilitator")):
            await _tell(db, jobs, job, cohort, await db.get_one(Person, person_id), refused, names)


STEPS = {
    "invite": words.step_invite,
    "channel_invite": words.step_let_in,
    "channel_remove": words.step_take_out,
    "look_into_channel": words.step_look,
}
"""What a job that failed would have done."""


async def step_refused(jobs: JobContext, job: Job, code: str) -> None:
    """The facilitators hear of it once a day for each reason, however many people it concerns."""
    now = jobs.clock.now()
    async with jobs.database.write() as db:
        cohort = await db.get_one(Cohort, job.details["cohort_id"])
        series = await db.get_one(Series, cohort.series_id)
        for person_id in sorted(await staff_of(db, series, "facilitator")):
            person = await db.get_one(Person, person_id)
            key = f"step_refused:{job.kind}:{cohort.id}:{code}:{now:%Y%m%d}:{person.id}"
            if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
                continue
            language = person.language
            text = words.step_failed(
                language,
                cohort=cohort.name,
                step=STEPS[job.kind](language),
                remedy=words.remedy(language, code),
            )
            card = Card(title=words.step_failed_title(language), text=text)
            db.add(note(key, cohort.community_id, now, person_id=person.id, cohort_id=cohort.id, card=card))


async def _tell(
    db: AsyncSession,
    jobs: JobContext,
    job: Job,
    cohort: Cohort,
    facilitator: Person,
    refused: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    key = f"not_let_in:{job.key}:{facilitator.id}"
    if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
        return
    language, now = facilitator.language, jobs.clock.now()
    by_code: dict[str, list[str]] = {}
    for user, code in refused.items():
        by_code.setdefault(code, []).append(names.get(user, user))
    text = Marked("\n").join(
        words.not_let_in(
            language,
            cohort=cohort.name,
            names=dates.series_of(language, sorted(people)),
            remedy=words.remedy(language, code),
        )
        for code, people in by_code.items()
    )
    card = Card(title=words.not_let_in_title(language), text=text)
    db.add(note(key, cohort.community_id, now, person_id=facilitator.id, cohort_id=cohort.id, card=card))


async def _names(db: AsyncSession, platform: str, tenant: str, users: Collection[str]) -> dict[str, str]:
    rows = await db.execute(
        select(Identity.platform_user, Person.name)
        .join(Person, col(Person.id) == Identity.person_id)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .where(
            Workspace.platform == platform,
            Workspace.tenant == tenant,
            col(Identity.platform_user).in_(users),
        )
    )
    return {row[0]: row[1] for row in rows}
