"""The bot is added, or comes back: to a whole workspace, to a channel, to somebody's own chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.lookup import channels_at
from bot.core.message_kinds import MessageKinds
from bot.core.permissions import Role
from bot.core.reply import Reply
from bot.nudges.planner import replan_cohort
from bot.privacy.unserved import UNSERVED_KEPT
from prompts.text import Marked
from prompts.words import installations as words
from storage.people import Duty, Person, Workspace
from storage.series import Cohort, CohortChannel, Series, SeriesStatus


async def added(ctx: Context) -> Reply | None:
    """What waited while the bot was away goes on; whoever added it to a workspace is told what is next. On
    Teams a person for whom it was installed is welcomed, and a team is told how its channel becomes a
    cohort's.
    """
    ctx.workspace.name = ctx.workspace.name or getattr(ctx.event, "name", "")
    await come_back(ctx.db, ctx.kinds, ctx.workspace, ctx.now)
    where = ctx.event.where
    if where.kind == "none":
        await _first_administrator(ctx)
        ctx.audit("bot_installed", f"workspace:{ctx.workspace.id}")
        return Reply(card=await _next_steps(ctx))
    await _reopen_channels(ctx)
    event = ctx.event
    if event.type != "installed" or event.renewed or ctx.workspace.platform != "teams" or not event.who.user:
        return None
    return await _welcome(ctx)


async def _welcome(ctx: Context) -> Reply | None:
    """What it is and how to stop it; in a team, what makes a channel a cohort's."""
    language, kind = ctx.language, ctx.event.where.kind
    if kind == "direct":
        text = Marked("\n\n").join([words.welcome(language), words.welcome_stop(language)])
        return Reply(
            card=Card(text=text, buttons=(Button(label=words.all_commands(language), action="help"),))
        )
    if kind == "channel" and not await channels_at(ctx):
        return Reply(card=Card(text=words.welcome_team(language)), public=True)
    return None


async def _first_administrator(ctx: Context) -> None:
    """Whoever brings the bot to a community that nobody administers may set it up."""
    theirs = await ctx.db.scalars(
        select(Duty.id)
        .join(Person)
        .where(
            Duty.role == Role.ADMINISTRATOR.value,
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
        )
    )
    if theirs.first() is None:
        ctx.db.add(Duty(person_id=ctx.me.id, role=Role.ADMINISTRATOR.value))
        ctx.audit("role_given", f"person:{ctx.me.id}", role=Role.ADMINISTRATOR.value)
        await ctx.db.flush()


async def come_back(db: AsyncSession, kinds: MessageKinds, workspace: Workspace, now: datetime) -> None:
    """The workspace is served again; what is still worth sending of what was skipped is planned again."""
    if workspace.uninstalled_at is None:
        return
    workspace.uninstalled_at = None
    await plan_again(db, kinds, workspace.community_id, now)


async def plan_again(db: AsyncSession, kinds: MessageKinds, community_id: int, now: datetime) -> None:
    """Bring the outbox of every cohort that is not over up to date."""
    cohorts = await db.scalars(
        select(Cohort.id)
        .join(Series)
        .where(Cohort.community_id == community_id, Series.status != SeriesStatus.ARCHIVED)
        .order_by(col(Cohort.id))
    )
    for cohort_id in cohorts.all():
        await replan_cohort(db, kinds, cohort_id or 0, now)


async def _reopen_channels(ctx: Context) -> None:
    """The channels of the team (Teams), or the one conversation, to which the bot was added again."""
    closed = [channel.id for channel in await channels_at(ctx) if channel.closed_at is not None]
    if closed:
        await ctx.db.execute(
            update(CohortChannel).where(col(CohortChannel.id).in_(closed)).values(closed_at=None)
        )
        await plan_again(ctx.db, ctx.kinds, ctx.community.id, ctx.now)


async def _next_steps(ctx: Context) -> Card:
    """For whoever installed the app; an administrator can do what the others are told to ask for."""
    language, name = ctx.language, ctx.workspace.name or ctx.community.name
    if Role.ADMINISTRATOR not in await ctx.roles():
        return Card(
            title=words.installed_title(language), text=words.installed_again(language, workspace=name)
        )
    return Card(
        title=words.installed_title(language),
        text=words.installed(language, workspace=name),
        context=words.data_when_removed(language, days=UNSERVED_KEPT.days),
        buttons=(
            Button(label=words.name_community(language), form="community", style="primary"),
            Button(label=words.start_project(language), form="project-new"),
            Button(label=words.give_roles(language), form="role-give"),
            Button(label=words.all_commands(language), action="help"),
        ),
    )
