"""Sessions in a person's own calendar, as invitations to their confirmed address: asked for, never assumed.

Each change of a session is one message with the same UID and a higher sequence number; calendars move or
remove the entry by it. What a change did not queue at once, the hourly round finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import TAKES_PART
from bot.core.notes import note
from bot.core.reply import Refusal, Reply
from bot.sessions.calendar import entry_of
from bot.sessions.lookup import sessions_of
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import sessions as words
from storage.nudges import Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Enrollment
from storage.sessions import Session, SessionStatus


async def invitations_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Yes: invitations to what is to come, and to every change. No: none any more; the entries stay."""
    language, wanted = ctx.language, typed["wanted"] == "yes"
    account = await _address_of(ctx.db, ctx.me, (await ctx.address_workspace()).platform)
    if wanted and account is None:
        raise Refusal(words.invitations_need_address(language))
    ctx.me.calendar_invitations = wanted
    await ctx.db.flush()
    if wanted and account is not None:
        await _queue_for(ctx.db, ctx.me, *account, ctx.now)
    said = words.invitations_on if wanted else words.invitations_off
    return Reply(card=Card(text=said(language)))


async def queue_changed(ctx: Context, session: Session, people: Sequence[Person]) -> None:
    """A session was moved, cancelled, restored or edited: those who want invitations get the new one."""
    for person in people:
        account = await _address_of(ctx.db, person, ctx.address_platform)
        if person.calendar_invitations and account is not None:
            await _queue(ctx.db, person, [session], *account, ctx.now)


async def keep_up(job_ctx: JobContext) -> None:
    """Housekeeping: whatever somebody who wants invitations has not got yet (a new cohort, a new session)."""
    platform = next((name for name, one in job_ctx.platforms.items() if one.one_to_one_only), "")
    async with job_ctx.database.write() as db:
        found = await db.scalars(
            select(Person).where(col(Person.calendar_invitations).is_(True), col(Person.deleted_at).is_(None))
        )
        for person in found.all():
            account = await _address_of(db, person, platform)
            if account is not None:
                await _queue_for(db, person, *account, job_ctx.clock.now())


async def _address_of(db: AsyncSession, person: Person, platform: str) -> tuple[Identity, Workspace] | None:
    """The person's confirmed address that may be written to."""
    found = await db.execute(
        select(Identity, Workspace)
        .join(Workspace)
        .where(
            Identity.person_id == person.id,
            Workspace.platform == platform,
            col(Identity.reachable).is_(True),
            col(Identity.proven_at).is_not(None),
            col(Identity.stopped_at).is_(None),
            col(Workspace.uninstalled_at).is_(None),
        )
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def _queue_for(
    db: AsyncSession, person: Person, account: Identity, workspace: Workspace, now: datetime
) -> None:
    cohorts = await db.scalars(
        select(Enrollment.cohort_id).where(
            Enrollment.person_id == person.id, col(Enrollment.status).in_(TAKES_PART)
        )
    )
    for cohort_id in cohorts.all():
        await _queue(db, person, await sessions_of(db, cohort_id), account, workspace, now)


async def _queue(
    db: AsyncSession,
    person: Person,
    sessions: Sequence[Session],
    account: Identity,
    workspace: Workspace,
    now: datetime,
) -> None:
    """One message for each session to come and each of its revisions; a cancelled one only for who was
    invited before."""
    for session in sessions:
        if session.starts_at <= now:
            continue
        about = f"calendar:{session.id}:{person.id}:"
        sent = set(await db.scalars(select(Nudge.key).where(col(Nudge.key).startswith(about))))
        key = f"{about}{session.revision}"
        if key in sent or (session.status == SessionStatus.CANCELLED and not sent):
            continue
        db.add(_message(person, session, account, workspace, now, key))
    await db.flush()


def _message(
    person: Person, session: Session, account: Identity, workspace: Workspace, now: datetime, key: str
) -> Nudge:
    language, zone = person.language, zone_for(person.zone, session.zone)
    entry = entry_of(session, person)
    when = dates.when(language, session.starts_at, zone)
    card = Card(title=entry.title, text=words.invitation_text(language, when=when), entry=entry)
    return note(
        key,
        session.community_id,
        now,
        cohort_id=session.cohort_id,
        session_id=session.id,
        address={
            "workspace_id": workspace.id,
            "conversation": account.platform_user,
            "language": language,
        },
        card=card,
        expires_at=session.starts_at + timedelta(minutes=session.minutes),
    )
