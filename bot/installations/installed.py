"""The bot is added, or comes back: to a whole workspace, to a channel, to somebody's own chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.cards import Button, Card
from bot.desk import Desk
from bot.feature import Reply
from bot.nudges.planner import replan_cohort
from bot.permissions import Role
from bot.privacy.unserved import UNSERVED_KEPT
from prompts.words import installations as words
from storage.people import Duty, Person, Workspace
from storage.series import Cohort, CohortChannel, Series


async def added(desk: Desk) -> Reply | None:
    """What waited while the bot was away goes on; whoever added it to a workspace is told what is next.

    Nothing is said to somebody who only added it for themselves: an administrator may have done that for
    everybody at once.
    """
    desk.workspace.name = desk.workspace.name or getattr(desk.event, "name", "")
    await come_back(desk.db, desk.workspace, desk.now)
    where = desk.event.where
    if where.kind == "none":
        await _first_administrator(desk)
        desk.audit("bot_installed", f"workspace:{desk.workspace.id}")
        return Reply(card=await _next_steps(desk))
    await _reopen_channels(desk)
    return None


async def _first_administrator(desk: Desk) -> None:
    """Whoever brings the bot to a community that nobody administers may set it up."""
    theirs = await desk.db.scalars(
        select(Duty.id)
        .join(Person)
        .where(
            Duty.role == Role.ADMINISTRATOR.value,
            Person.community_id == desk.community.id,
            col(Person.deleted_at).is_(None),
        )
    )
    if theirs.first() is None:
        desk.db.add(Duty(person_id=desk.me.id or 0, role=Role.ADMINISTRATOR.value))
        desk.audit("role_given", f"person:{desk.me.id}", role=Role.ADMINISTRATOR.value)
        await desk.db.flush()


async def come_back(db: AsyncSession, workspace: Workspace, now: datetime) -> None:
    """The workspace is served again; what is still worth sending of what was skipped is planned again."""
    if workspace.uninstalled_at is None:
        return
    workspace.uninstalled_at = None
    await plan_again(db, workspace.community_id, now)


async def plan_again(db: AsyncSession, community_id: int, now: datetime) -> None:
    """Bring the outbox of every cohort that is not over up to date."""
    cohorts = await db.scalars(
        select(Cohort.id)
        .join(Series)
        .where(Cohort.community_id == community_id, Series.status != "archived")
        .order_by(col(Cohort.id))
    )
    for cohort_id in cohorts.all():
        await replan_cohort(db, cohort_id or 0, now)


async def _reopen_channels(desk: Desk) -> None:
    """The channels of the team (Teams), or the one conversation, to which the bot was added again."""
    closed = [one.id for one in await channels_at(desk) if one.closed_at is not None]
    if closed:
        await desk.db.execute(
            update(CohortChannel).where(col(CohortChannel.id).in_(closed)).values(closed_at=None)
        )
        await plan_again(desk.db, desk.community.id or 0, desk.now)


async def channels_at(desk: Desk) -> list[CohortChannel]:
    """The cohort channels of the place where the event happened: that conversation, or all of its team."""
    place = desk.event.where
    found = await desk.db.scalars(
        select(CohortChannel).where(CohortChannel.workspace_id == desk.workspace.id)
    )
    team = place.reference.get("team", "")
    return [
        one
        for one in found
        if one.conversation == place.conversation or (team and one.reference.get("team") == team)
    ]


async def _next_steps(desk: Desk) -> Card:
    """For whoever installed the app; an administrator can do what the others are told to ask for."""
    say, name = desk.language, desk.workspace.name or desk.community.name
    if Role.ADMINISTRATOR not in await desk.roles():
        return Card(title=words.installed_title(say), text=words.installed_again(say, workspace=name))
    return Card(
        title=words.installed_title(say),
        text=words.installed(say, workspace=name),
        context=words.data_when_removed(say, days=UNSERVED_KEPT.days),
        buttons=(
            Button(label=words.name_community(say), form="community", style="primary"),
            Button(label=words.start_project(say), form="project-new"),
            Button(label=words.give_roles(say), form="role-give"),
            Button(label=words.all_commands(say), action="help"),
        ),
    )
