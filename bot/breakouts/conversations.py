"""Opening the conversation of each group: a job, which opens what can be opened and says what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.group_messages import Opened, call_off, plan_messages
from bot.breakouts.missed import note_trouble
from bot.breakouts.ways import Ways, ways_of
from bot.core.identity import switched_off
from bot.core.jobs import JobContext
from bot.core.platform import (
    Address,
    ChatPlatform,
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
    threads_only,
)
from prompts import dates
from prompts.text import plain
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, OpenedIn, RoundStatus
from storage.nudges import Job
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Series

TELL_AFTER = 2
"""Tries at a platform that is away before the facilitator hears of it; it is tried again all the same."""


@dataclass(frozen=True)
class Gathering:
    """A group as a job needs it: its round, cohort, people, and how each of them can be told."""

    group: BreakoutGroup
    round: BreakoutRound
    cohort: Cohort
    language: str
    people: dict[int, Person]
    odd: bool
    ways: Ways
    away: set[int]
    """Whose account is switched off: the others are told."""


@dataclass
class ConversationOutcome:
    """What came of a workspace's part of a group: conversations, who was written to singly and who could not
    be told, with the platform's reason."""

    opened: list[Opened] = field(default_factory=list)
    singly: dict[int, str] = field(default_factory=dict)
    missed: dict[int, str] = field(default_factory=dict)


async def open_conversations(jobs: JobContext, job: Job) -> None:
    """Open the group's conversation in each workspace of its members, then plan what is said in it.

    Each workspace is settled by itself: one that is away or refuses keeps nobody else waiting. Idempotent:
    a workspace that was settled is not asked again. A job for an older version of the group, or for a round
    that is over, does nothing.
    """
    async with jobs.database.read() as db:
        gathering = await _gather(db, jobs, job.details)
    if gathering is None:
        return
    waits: PlatformError | None = None
    for workspace_id in gathering.ways.accounts:
        if workspace_id in _settled(gathering.group):
            continue
        try:
            outcome = await _open_in(jobs, gathering, workspace_id)
        except (Throttled, Unavailable, Uncertain) as error:
            waits = error
            if job.attempts == TELL_AFTER:
                missed = dict.fromkeys(gathering.ways.accounts[workspace_id], str(error))
                await _settle(jobs, gathering, ConversationOutcome(missed=missed))
            continue
        if outcome is None:
            await open_conversations(jobs, job)
            return
        await _settle(jobs, gathering, outcome, workspace_id)
    if waits is not None:
        raise waits


def _settled(group: BreakoutGroup) -> set[int]:
    return {one.workspace_id for one in group.addresses if one.version == group.version}


async def _open_in(jobs: JobContext, gathering: Gathering, workspace_id: int) -> ConversationOutcome | None:
    """One conversation of all who are there; where that cannot be, one with each. None when somebody's
    account turned out to be off: then the group is another one."""
    workspace, people = gathering.ways.workspaces[workspace_id], gathering.ways.accounts[workspace_id]
    platform = jobs.platforms[workspace.platform]
    reason = ""
    if not platform.one_to_one_only and len(people) > 1 and not set(people) & gathering.ways.one_by_one:
        try:
            opened = await _together(gathering, platform, workspace, people)
        except (Throttled, Unavailable):
            raise
        except PlatformError as error:
            if isinstance(error, Uncertain) and platform.can_open_channels:
                raise  # it finds what it may have made, and makes it once
            if isinstance(error, Unreachable) and await _mark_gone(jobs, workspace, people, platform):
                return None
            reason = error.code or str(error)
        else:
            return ConversationOutcome([opened])
    return await _one_by_one(gathering, platform, workspace, people, reason)


async def _together(
    gathering: Gathering, platform: ChatPlatform, workspace: Workspace, people: Mapping[int, Identity]
) -> Opened:
    channel = gathering.ways.channels.get(workspace.id)
    near = (
        Address(workspace.tenant, channel.conversation, channel.reference)
        if channel
        else Address(workspace.tenant, "", workspace.reference)
    )
    users = [account.platform_user for _, account in sorted(people.items())]
    address = await platform.open_group(
        workspace.tenant,
        users,
        name=_conversation_name(gathering),
        near=near,
        language=gathering.language,
    )
    return Opened(workspace.id, address, gathering.language, tuple(sorted(people)))


async def _one_by_one(
    gathering: Gathering,
    platform: ChatPlatform,
    workspace: Workspace,
    people: Mapping[int, Identity],
    reason: str,
) -> ConversationOutcome:
    """A message to each in their own chat and language."""
    outcome = ConversationOutcome()
    for person_id, account in sorted(people.items()):
        try:
            address = await platform.open_direct(workspace.tenant, account.platform_user, account.reference)
        except (Throttled, Unavailable, Uncertain):
            raise
        except PlatformError as error:
            outcome.missed[person_id] = str(error)
            if isinstance(error, WorkspaceRefused):
                outcome.missed = dict.fromkeys(people, str(error))
                break
        else:
            language = gathering.people[person_id].language
            outcome.opened.append(Opened(workspace.id, address, language, (person_id,)))
            if reason:
                outcome.singly[person_id] = reason
    return outcome


async def _mark_gone(
    jobs: JobContext, workspace: Workspace, people: Mapping[int, Identity], platform: ChatPlatform
) -> bool:
    """One of them cannot be written to, and the platform does not say who: mark whose account is off. The
    group is then opened with the others. False when nobody's is."""
    gone = [
        account.id
        for account in people.values()
        if (await platform.profile(workspace.tenant, account.platform_user, {})).gone
    ]
    async with jobs.database.write() as db:
        for account_id in gone:
            (await db.get_one(Identity, account_id)).lose(jobs.clock.now())
    return bool(gone)


async def _settle(
    jobs: JobContext, gathering: Gathering, outcome: ConversationOutcome, workspace_id: int = 0
) -> None:
    """Keep what came of a workspace, plan what is said there, and have the facilitator told of the rest.

    Without a workspace its people are only told of: it is tried again."""
    now = jobs.clock.now()
    async with jobs.database.write() as db:
        group = await db.get_one(BreakoutGroup, gathering.group.id, with_for_update=True)
        one = await db.get_one(BreakoutRound, group.round_id, with_for_update=True)
        if one.status != RoundStatus.OPEN or group.version != gathering.group.version:
            return
        if not _settled(group):
            await call_off(db, group)
            group.addresses = []
        if workspace_id:
            nowhere = [OpenedIn(workspace_id=workspace_id, version=group.version)]
            rows = [opened.as_row(group.version) for opened in outcome.opened] or nowhere
            group.addresses = [*group.addresses, *rows]
        for place, opened in enumerate(outcome.opened):
            plan_messages(db, gathering, opened, place, now)
        await _mark_reached(db, group, outcome)
        if outcome.singly or outcome.missed:
            await note_trouble(db, one, outcome.singly, outcome.missed, now)


async def _mark_reached(db: AsyncSession, group: BreakoutGroup, outcome: ConversationOutcome) -> None:
    told = {person_id for opened in outcome.opened for person_id in opened.people}
    for member in await db.scalars(select(GroupMember).where(GroupMember.group_id == group.id)):
        if member.person_id in told:
            member.reached = True
        elif member.person_id in outcome.missed:
            member.reached = False


def _conversation_name(gathering: Gathering) -> str:
    """No two rounds share one: where a platform opens a channel for a large group, a name is taken again."""
    language, zone, group = gathering.language, gathering.cohort.zone, gathering.group
    opened = gathering.round.opened_at or gathering.round.made_at
    when = f"{dates.day(language, opened, zone)}, {dates.clock_time(language, opened, zone)}"
    named = words.conversation_name(language, cohort=gathering.cohort.name, number=group.number, when=when)
    return plain(named)


async def _gather(db: AsyncSession, jobs: JobContext, details: dict[str, object]) -> Gathering | None:
    group = await db.get(BreakoutGroup, details["group_id"])
    if group is None or group.version != details["version"]:
        return None
    one = await db.get_one(BreakoutRound, group.round_id)
    if one.status != RoundStatus.OPEN:
        return None
    cohort = await db.get_one(Cohort, one.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    rows = (
        await db.execute(
            select(GroupMember, Person)
            .join(Person, col(Person.id) == GroupMember.person_id)
            .where(GroupMember.group_id == group.id, col(GroupMember.present).is_not(False))
        )
    ).all()
    people = {person.id: person for _, person in rows}
    return Gathering(
        group,
        one,
        cohort,
        series.languages[0],
        people,
        odd=any(member.odd for member, _ in rows),
        ways=await ways_of(db, cohort.id, set(people), threads_only(jobs.platforms)),
        away=await switched_off(db, set(people)),
    )
