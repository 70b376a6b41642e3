"""Invitations: preview, then one direct message each with a Join button."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import cohort_by_id, enrollment_of, title_in
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.platform import Profile
from bot.core.reply import Refusal, Reply, Skip
from bot.core.vouching import has_role, record
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words
from prompts.words import subjects
from storage.nudges import Job, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series

KIND = "invitations_not_found"
LOOKED_FOR = timedelta(minutes=5)
"""After so long everybody was looked for on the platforms."""
MOST_NAMED = 20


async def invite_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await preview(ctx, await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def invite_previewed(ctx: Context, value: str) -> Reply:
    return await preview(ctx, await cohort_by_id(ctx, value))


async def preview(ctx: Context, cohort: Cohort) -> Reply:
    """Who would get a message, and the message."""
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    language = ctx.language
    fresh, before = await invited(ctx.db, cohort)
    if not fresh and not before:
        raise Refusal(words.nobody_to_invite(language, cohort=cohort.name))
    series = await ctx.db.get_one(Series, cohort.series_id)
    buttons = []
    if fresh:
        buttons.append(
            Button(
                label=words.invite_them(language, n=len(fresh)),
                action="invite.send",
                value=str(cohort.id),
                style="primary",
            )
        )
    if before:
        buttons.append(
            Button(
                label=words.remind_them(language, n=len(before)), action="invite.again", value=str(cohort.id)
            )
        )
    message = words.invitation(language, series=title_in(series.title, language), cohort=cohort.name)
    return Reply(
        card=Card(
            title=words.invite_title(language),
            text=words.invite_preview(language, fresh=len(fresh), before=len(before), message=message),
            buttons=tuple(buttons),
        )
    )


async def invite_sent(ctx: Context, value: str) -> Reply:
    """Invite everybody who has not been yet. A second press finds nobody left."""
    cohort = await _mine(ctx, value)
    fresh, _ = await invited(ctx.db, cohort)
    return await _queue(ctx, cohort, fresh, "invite")


async def invited_again(ctx: Context, value: str) -> Reply:
    """Remind those who were invited and have not joined; at most once a day each."""
    cohort = await _mine(ctx, value)
    _, before = await invited(ctx.db, cohort)
    return await _queue(ctx, cohort, before, f"invite.{ctx.now:%Y%m%d}")


async def _mine(ctx: Context, value: str) -> Cohort:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def invited(db: AsyncSession, cohort: Cohort) -> tuple[list[Enrollment], list[Enrollment]]:
    """Those with the status ``invited``: not asked yet, and asked before."""
    rows = list(
        await db.scalars(
            select(Enrollment)
            .where(Enrollment.cohort_id == cohort.id, Enrollment.status == EnrollmentStatus.INVITED)
            .order_by(col(Enrollment.id))
        )
    )
    asked = set(await db.scalars(select(Job.key).where(col(Job.key).startswith(f"invite:{cohort.id}:"))))
    return (
        [row for row in rows if _key("invite", row) not in asked],
        [row for row in rows if _key("invite", row) in asked],
    )


def _key(kind: str, enrollment: Enrollment) -> str:
    return f"{kind}:{enrollment.cohort_id}:{enrollment.id}"


async def _queue(ctx: Context, cohort: Cohort, enrollments: list[Enrollment], kind: str) -> Reply:
    """One job a person: it finds them on a platform if need be, and writes the message."""
    keys = [_key(kind, one) for one in enrollments]
    queued = set(await ctx.db.scalars(select(Job.key).where(col(Job.key).startswith(f"{kind}:{cohort.id}:"))))
    fresh = [(one, key) for one, key in zip(enrollments, keys, strict=True) if key not in queued]
    for one, key in fresh:
        ctx.job("invite", key, {"cohort_id": cohort.id, "person_id": one.person_id})
    if not fresh:
        return Reply(card=Card(text=words.all_invited(ctx.language, cohort=cohort.name)), replace=True)
    ctx.audit("invited", f"cohort:{cohort.id}", count=len(fresh))
    known = await _have_accounts(ctx.db, {one.person_id for one, _ in fresh})
    sought = len(fresh) - len(known)
    if sought:
        ctx.db.add(
            note(
                f"{KIND}:{kind}:{cohort.id}:{ctx.me.id}:{ctx.now.isoformat()}",
                ctx.community.id,
                ctx.now,
                kind=KIND,
                due_at=ctx.now + LOOKED_FOR,
                person_id=ctx.me.id,
                cohort_id=cohort.id,
            )
        )
    lines = [words.inviting(ctx.language, n=len(known))] if known else []
    lines += [words.looking_for(ctx.language, n=sought)] if sought else []
    return Reply(card=Card(text=Marked("\n").join(lines)), replace=True)


async def _have_accounts(db: AsyncSession, people: Collection[int]) -> set[int]:
    """Those of them who were met on some platform."""
    return set(await db.scalars(select(Identity.person_id).where(col(Identity.person_id).in_(people))))


async def not_found(reading: ComposeContext) -> Card | Skip:
    """A little later: who has no account here, and so got no invitation."""
    people = await reading.db.execute(
        select(Person.id, Person.name)
        .join(Enrollment)
        .where(
            Enrollment.cohort_id == reading.nudge.cohort_id,
            Enrollment.status == EnrollmentStatus.INVITED,
            col(Person.deleted_at).is_(None),
        )
        .order_by(Person.name)
    )
    names = {row[0]: row[1] for row in people}
    known = await _have_accounts(reading.db, names.keys())
    missing = [name for number, name in names.items() if number not in known]
    cohort = await reading.db.get(Cohort, reading.nudge.cohort_id)
    if not missing or cohort is None:
        return Skip("all_found")
    shown = dates.series_of(reading.language, missing[:MOST_NAMED])
    return Card(
        title=words.not_found_title(reading.language, cohort=cohort.name, n=len(missing)),
        text=words.not_found_text(reading.language, names=shown, code=cohort.join_code),
    )


# --- the job -------------------------------------------------------------------------------------------


async def send_invitation(jobs: JobContext, job: Job) -> None:
    """Find the person by their address where no platform knows them yet, and write the invitation.

    Somebody who cannot be found gets none: ``members`` counts them, and the join code works for them.
    """
    person_id = job.details["person_id"]
    async with jobs.database.read() as db:
        person = await db.get_one(Person, person_id)
        met = (await db.scalars(select(Identity.id).where(Identity.person_id == person.id))).first()
        workspaces = list(
            await db.scalars(
                select(Workspace).where(
                    Workspace.community_id == person.community_id, col(Workspace.uninstalled_at).is_(None)
                )
            )
        )
    if person.deleted_at is not None:
        return
    found: list[tuple[Workspace, Profile]] = []
    if met is None and person.email:
        for workspace in sorted(workspaces, key=lambda one: _is_last(jobs, one)):
            if found and _is_last(jobs, workspace):
                break
            platform = jobs.platforms.get(workspace.platform)
            profile = await platform.find_by_email(workspace.tenant, person.email) if platform else None
            if profile is not None and not profile.is_bot:
                found.append((workspace, profile))
    async with jobs.database.write() as db:
        now = jobs.clock.now()
        met_now = [await _meet(db, person_id, workspace, profile, now) for workspace, profile in found]
        if met is not None or any(met_now):
            await _write(db, job, now)


def _is_last(jobs: JobContext, workspace: Workspace) -> bool:
    """Whether it is a platform that knows every address: only for who is on no other."""
    platform = jobs.platforms.get(workspace.platform)
    return platform is not None and platform.one_to_one_only


async def _meet(
    db: AsyncSession, person_id: object, workspace: Workspace, profile: Profile, now: datetime
) -> bool:
    """Keep the identity; False when the account already belongs to somebody, or the address does not say that
    it is this person's."""
    taken = select(Identity.id).where(
        Identity.workspace_id == workspace.id, Identity.platform_user == profile.user
    )
    if (await db.scalars(taken)).first():
        return False
    person = await db.get_one(Person, person_id)
    if not profile.vouched or await has_role(db, person.id):
        return False
    person.zone = person.zone or profile.zone
    identity = Identity(workspace_id=workspace.id, person_id=person.id, platform_user=profile.user)
    db.add(identity)
    await db.flush()
    record(db, identity, person, "account_vouched", now)
    return True


async def _write(db: AsyncSession, job: Job, now: datetime) -> None:
    cohort = await db.get_one(Cohort, job.details["cohort_id"])
    person = await db.get_one(Person, job.details["person_id"])
    enrollment = await enrollment_of(db, cohort.id, person.id)
    key = f"invitation:{job.key}"
    if enrollment is None or enrollment.status != EnrollmentStatus.INVITED:
        return
    if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
        return
    series = await db.get_one(Series, cohort.series_id)
    language = person.language
    join = Button(label=words.join(language), action="join", value=str(cohort.id), style="primary")
    text = words.invitation(language, series=title_in(series.title, language), cohort=cohort.name)
    db.add(
        note(
            key,
            cohort.community_id,
            now,
            person_id=person.id,
            cohort_id=cohort.id,
            card=Card(subject=subjects.invitation(language, cohort=cohort.name), text=text, buttons=(join,)),
        )
    )
