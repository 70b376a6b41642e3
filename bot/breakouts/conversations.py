"""The conversation of each group: opened by a job, and what is said in it while the round runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.identity import switched_off
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.core.platform import (
    Address,
    ChatPlatform,
    PlatformError,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, escape, mention, plain
from prompts.words import breakouts as words
from prompts.words import platforms as platform_words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.nudges import Job, Nudge, NudgeState
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Series

TWO_MINUTES = timedelta(minutes=2)
STALE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Gathering:
    """A group as a job needs it: its round, cohort, people, and where each of them can be reached."""

    group: BreakoutGroup
    round: BreakoutRound
    cohort: Cohort
    language: str
    people: dict[int, Person]
    odd: bool
    by_workspace: dict[int, dict[int, str]]
    """Platform users by person, by workspace: everybody once, where they were last met."""
    workspaces: dict[int, Workspace]
    near: dict[int, Address]
    away: set[int]
    """Whose account is switched off: the others are told."""


async def open_conversations(jobs: JobContext, job: Job) -> None:
    """Open the group's conversation in each workspace of its members, then plan what is said in it.

    Idempotent: a platform gives the same conversation for the same people, and keys are unique. A job
    for an older version of the group, or for a round that is over, does nothing.
    """
    async with jobs.database.read() as db:
        gathering = await _gather(db, job.details)
    if gathering is None:
        return
    found: list[dict[str, object]] = []
    for workspace_id, users in gathering.by_workspace.items():
        workspace = gathering.workspaces[workspace_id]
        platform = jobs.platforms[workspace.platform]
        near = gathering.near.get(workspace_id) or Address(workspace.tenant, "", workspace.reference)
        here = [user for _, user in sorted(users.items())]
        try:
            if platform.one_to_one_only:
                addresses = [await platform.open_direct(workspace.tenant, user, {}) for user in here]
            else:
                name = _conversation_name(gathering)
                addresses = [await platform.open_group(workspace.tenant, here, name=name, near=near)]
        except Uncertain as error:
            if platform.can_open_channels:
                raise  # it finds what it may have made, and makes it once
            await _tell_who_made_it(jobs, gathering, set(users), str(error))
            raise PlatformError(str(error)) from error
        except (Throttled, Unavailable):
            raise
        except PlatformError as error:
            if isinstance(error, Unreachable) and await _leave_out(jobs, gathering, workspace_id, platform):
                await open_conversations(jobs, job)
                return
            await _tell_who_made_it(jobs, gathering, set(users), str(error))
            raise
        found += [
            {
                "workspace_id": workspace_id,
                "conversation": address.conversation,
                "reference": address.reference,
                "language": gathering.language,
            }
            for address in addresses
        ]
    async with jobs.database.write() as db:
        group = await db.get_one(BreakoutGroup, gathering.group.id, with_for_update=True)
        one = await db.get_one(BreakoutRound, group.round_id)
        if one.status == RoundStatus.OPEN and group.version == gathering.group.version:
            await call_off(db, group)
            group.addresses = found
            await _plan_messages(db, gathering, found, jobs.clock.now())


async def _leave_out(
    jobs: JobContext, gathering: Gathering, workspace_id: int, platform: ChatPlatform
) -> bool:
    """One of them cannot be written to, and the platform does not say who: mark whose account is off. The
    group is then opened with the others. False when nobody's is."""
    tenant = gathering.workspaces[workspace_id].tenant
    users = gathering.by_workspace[workspace_id]
    gone = [user for user in users.values() if (await platform.profile(tenant, user, {})).gone]
    async with jobs.database.write() as db:
        accounts = await db.scalars(
            select(Identity).where(
                Identity.workspace_id == workspace_id, col(Identity.platform_user).in_(gone)
            )
        )
        for identity in accounts:
            identity.reachable = False
    return bool(gone)


def _conversation_name(gathering: Gathering) -> str:
    """No two rounds share one: where a platform opens a channel for a large group, a name is taken again."""
    language, zone, group = gathering.language, gathering.cohort.zone, gathering.group
    opened = gathering.round.opened_at or gathering.round.made_at
    when = f"{dates.day(language, opened, zone)}, {dates.clock_time(language, opened, zone)}"
    named = words.conversation_name(language, cohort=gathering.cohort.name, number=group.number, when=when)
    return plain(named)


async def _tell_who_made_it(
    jobs: JobContext, gathering: Gathering, person_ids: set[int], reason: str
) -> None:
    """Tell the facilitator, once, that these people have to be told their group by word of mouth."""
    one, group = gathering.round, gathering.group
    key = f"breakout_not_opened:{group.id}:{group.version}"
    async with jobs.database.write() as db:
        maker = await db.get(Person, one.made_by_id) if one.made_by_id else None
        known = await db.scalars(select(Nudge.id).where(Nudge.key == key))
        if maker is None or known.first() is not None:
            return
        names = sorted(gathering.people[person_id].name for person_id in person_ids)
        said = words.not_opened(
            maker.language,
            number=group.number,
            names=dates.series_of(maker.language, names),
            reason=reason.rstrip("."),
        )
        db.add(placed_note(one, maker, Card(text=said), jobs.clock.now(), key))


async def _gather(db: AsyncSession, details: dict[str, object]) -> Gathering | None:
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
    by_workspace, workspaces = await reachable(db, set(people))
    channels = await db.scalars(
        select(CohortChannel).where(
            CohortChannel.cohort_id == cohort.id, col(CohortChannel.closed_at).is_(None)
        )
    )
    near = {
        channel.workspace_id: Address(
            workspaces[channel.workspace_id].tenant, channel.conversation, channel.reference
        )
        for channel in channels
        if channel.workspace_id in workspaces
    }
    odd = any(member.odd for member, _ in rows)
    away = await switched_off(db, set(people))
    return Gathering(
        group, one, cohort, series.languages[0], people, odd, by_workspace, workspaces, near, away
    )


async def reachable(
    db: AsyncSession, person_ids: set[int]
) -> tuple[dict[int, dict[int, str]], dict[int, Workspace]]:
    """Each person's account that can be written to, by workspace: on the platform they chose, else the
    newest. Nobody is in two conversations of one group."""
    rows = await db.execute(
        select(Identity, Workspace)
        .join(Workspace)
        .join(Person, col(Person.id) == Identity.person_id)
        .where(
            col(Identity.person_id).in_(person_ids),
            Workspace.platform != "web",
            col(Identity.reachable).is_(True),
            col(Identity.stopped_at).is_(None),
            col(Workspace.uninstalled_at).is_(None),
        )
        .order_by(col(Workspace.platform) == Person.preferred, col(Identity.id))
    )
    newest = {identity.person_id: (identity, workspace) for identity, workspace in rows}
    users: dict[int, dict[int, str]] = {}
    for person_id, (identity, workspace) in newest.items():
        users.setdefault(workspace.id, {})[person_id] = identity.platform_user
    return users, {workspace.id: workspace for _, workspace in newest.values()}


# --- what is said -------------------------------------------------------------------------------------


async def _plan_messages(
    db: AsyncSession, gathering: Gathering, addresses: list[dict[str, object]], now: datetime
) -> None:
    """Start at once, two minutes left, and back, in each conversation of the group."""
    ends = gathering.round.ends_at or now
    for place, address in enumerate(addresses):
        start = start_card(gathering)
        _say(db, gathering, address, f"{place}:start", start, now, expires=max(ends, now + TWO_MINUTES))
        if ends - TWO_MINUTES > now:
            text = words.two_minutes_left(gathering.language)
            card = Card(text=text, buttons=(share_button(gathering.language, gathering.group),))
            _say(db, gathering, address, f"{place}:two", card, ends - TWO_MINUTES, expires=ends)
        back = Card(
            text=words.come_back(gathering.language),
            buttons=(share_button(gathering.language, gathering.group),),
        )
        _say(db, gathering, address, f"{place}:back", back, ends, expires=ends + STALE_AFTER)


def start_card(gathering: Gathering) -> Card:
    """Who is here, the prompt, until when, and why this is the odd group where it is."""
    language, one = gathering.language, gathering.round
    here = {one: person for one, person in gathering.people.items() if one not in gathering.away}
    names = [mention(person.name, person_id) for person_id, person in sorted(here.items())]
    parts = [words.you_are_together(language, names=Marked(", ").join(names))]
    if one.prompt:
        parts.append(Marked("> ") + escape(" ".join(one.prompt.split())))
    if one.ends_at is not None:
        parts.append(words.until(language, when=dates.when(language, one.ends_at, gathering.cohort.zone)))
    if gathering.away:
        missing = sorted(gathering.people[one].name for one in gathering.away)
        names_away = dates.series_of(language, missing)
        parts.append(platform_words.partner_unreachable(language, names=names_away))
    if gathering.odd:
        parts.append(words.odd_here(language, n=len(gathering.people)))
    return Card(
        title=words.group_name(language, number=gathering.group.number),
        text=Marked("\n").join(parts),
        buttons=(share_button(language, gathering.group),),
        context=read_library().notice("no_client_information").title.say(language),
    )


def share_button(language: str, group: BreakoutGroup) -> Button:
    return Button(label=words.share_insight(language), form="harvest", value=str(group.id))


def _say(
    db: AsyncSession,
    gathering: Gathering,
    address: dict[str, object],
    which: str,
    card: Card,
    at: datetime,
    *,
    expires: datetime,
) -> None:
    group, one = gathering.group, gathering.round
    db.add(
        note(
            f"{nudge_group(group)}:{group.version}:{address['workspace_id']}:{which}",
            one.community_id,
            at,
            group=nudge_group(group),
            cohort_id=one.cohort_id,
            session_id=one.session_id,
            subject_id=one.id,
            address=address,
            card=card,
            expires_at=expires,
        )
    )


def nudge_group(group: BreakoutGroup) -> str:
    return f"breakout:{group.round_id}:{group.number}"


async def call_off(db: AsyncSession, group: BreakoutGroup, *, keep: str = "") -> list[Nudge]:
    """Call off what was planned for the group; returns those whose key ends with `keep`, untouched."""
    planned = await db.scalars(
        select(Nudge)
        .where(Nudge.group == nudge_group(group), Nudge.state == NudgeState.PLANNED)
        .with_for_update()
    )
    kept = []
    for nudge in planned:
        if keep and nudge.key.endswith(keep):
            kept.append(nudge)
        else:
            nudge.state, nudge.reason = "skipped", "round_changed"
    return kept


def placed_note(one: BreakoutRound, person: Person, card: Card, now: datetime, key: str) -> Nudge:
    """A direct message about a round."""
    return note(
        key,
        one.community_id,
        now,
        card=card,
        cohort_id=one.cohort_id,
        person_id=person.id,
        expires_at=one.ends_at,
    )
