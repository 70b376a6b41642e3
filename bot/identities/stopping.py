"""Stopping and starting all messages to one account, and what facilitators hear of accounts that cannot be
written to any more.

Bounces, complaints and people who stop come one by one, and may come by the thousand: facilitators get one
message an hour with the names, not one for each.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import staff_of
from bot.core.notes import note
from bot.core.permissions import Role
from bot.core.reachability import Account, open_ways
from bot.core.reply import Reply, Skip
from prompts import dates
from prompts.text import Marked
from prompts.words import identities as words
from storage.nudges import Job, Nudge
from storage.people import PAGES, Identity, Person, Workspace
from storage.series import Cohort, Enrollment, Series, SeriesStatus

KIND = "unreachable_people"
GATHERED_FOR = timedelta(hours=1)
MOST_NAMED = 20


async def stop_pressed(ctx: Context, value: str) -> Reply:
    """No more messages to this account, whatever they are about. `value` tells what made it so."""
    account = await _account(ctx)
    if account is not None and account.stopped_at is None:
        account.stopped_at = ctx.now
        ctx.audit("writing_stopped", f"person:{ctx.me.id}", because=value[:20] or "asked")
        await ctx.db.flush()
        await tell_facilitators(ctx.db, ctx.me.id, ctx.now)
    language = ctx.language
    again = Button(label=words.write_again(language), action="writing.start")
    return Reply(
        card=Card(title=words.stopped_title(language), text=words.stopped(language), buttons=(again,))
    )


async def start_pressed(ctx: Context, value: str) -> Reply:
    account = await _account(ctx)
    if account is not None:
        account.regain()
        account.stopped_at = None
        ctx.audit("writing_started", f"person:{ctx.me.id}")
    return Reply(card=Card(text=words.started_again(ctx.language)))


async def account_gone(ctx: Context) -> Reply | None:
    """A listener: the platform says that this person cannot be written to any more."""
    if ctx.event.where.kind == "direct" and ctx.me.id is not None:
        await tell_facilitators(ctx.db, ctx.me.id, ctx.now)
    return None


async def tell_account_gone(job_ctx: JobContext, job: Job) -> None:
    """The job of a message that found an account closed."""
    async with job_ctx.database.write() as db:
        await tell_facilitators(db, cast(int, job.details["person_id"]), job_ctx.clock.now())


async def tell_facilitators(db: AsyncSession, person_id: int, now: datetime) -> None:
    """Those who run a cohort of this person hear of it, with all others of this hour."""
    rows = await db.execute(
        select(Cohort, Series)
        .join(Series)
        .join(Enrollment)
        .where(
            Enrollment.person_id == person_id,
            col(Enrollment.status).in_(("invited", "active", "paused")),
            Series.status != SeriesStatus.ARCHIVED,
        )
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    for cohort, series in rows.all():
        for facilitator in await staff_of(db, series, Role.FACILITATOR):
            key = f"{KIND}:{cohort.id}:{facilitator}:{hour:%Y%m%d%H}"
            if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is None:
                db.add(
                    note(
                        key,
                        cohort.community_id,
                        now,
                        kind=KIND,
                        person_id=facilitator,
                        cohort_id=cohort.id,
                        due_at=hour + GATHERED_FOR,
                    )
                )
                await db.flush()


async def unreachable_people(reading: ComposeContext) -> Card | Skip:
    """Who of the cohort has no account left that can be written to, as it stands now."""
    db, language = reading.db, reading.language
    cohort = await db.get(Cohort, reading.nudge.cohort_id)
    found = await db.execute(
        select(Person, Identity, Workspace)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .join(Identity, col(Identity.person_id) == Person.id)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .where(
            Enrollment.cohort_id == reading.nudge.cohort_id,
            col(Enrollment.status).in_(("invited", "active", "paused")),
            col(Person.deleted_at).is_(None),
            Workspace.platform != PAGES,
        )
        .order_by(Person.name)
    )
    accounts: dict[int, list[Account]] = {}
    people, stopped = {}, set()
    for person, account, workspace in found:
        people[person.id] = person
        accounts.setdefault(person.id, []).append((account, workspace))
        if account.stopped_at is not None:
            stopped.add(person.id)
    gone = [number for number, one in people.items() if not open_ways(one, accounts[number])]
    if cohort is None or not gone:
        return Skip("all_reached")
    parts = []
    for heading, named in (
        (words.addresses_refused, [one for one in gone if one not in stopped]),
        (words.people_stopped, [one for one in gone if one in stopped]),
    ):
        if named:
            shown = dates.series_of(language, [people[one].name for one in named[:MOST_NAMED]])
            parts.append(heading(language, names=shown, n=len(named)))
    return Card(
        title=words.unreachable_title(language, cohort=cohort.name, n=len(gone)),
        text=Marked("\n\n").join(parts),
        context=words.unreachable_remedy(language),
    )


async def _account(ctx: Context) -> Identity | None:
    found = await ctx.db.scalars(
        select(Identity).where(
            Identity.workspace_id == ctx.workspace.id, Identity.platform_user == ctx.event.who.user
        )
    )
    return found.first()
