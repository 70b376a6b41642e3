"""From a nudge to the conversation it goes to, and the language and zone of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.core.platform import Address
from bot.core.reachability import Account, Way, open_ways
from bot.nudges.prefetch import Facts
from bot.timekeeping.zones import zone_for
from storage.cells import MOVING
from storage.database import Database
from storage.nudges import Job, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import CohortChannel

LOOK_AGAIN = timedelta(hours=1)
"""While a message waits for a fallback: the chat may be back."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """`conversation` is empty for a person whose one-to-one chat was never opened."""

    platform: str
    tenant: str
    workspace_id: int
    language: str
    zone: str
    conversation: str = ""
    reference: dict[str, str] = field(default_factory=dict)
    person: Person | None = None
    identity_id: int = 0
    user: str = ""
    held_until: datetime | None = None
    """Nothing is sent there before: the workspace refused everything when it was last tried, or it is a
    fallback whose time has not come."""
    held_because: str = "workspace_held"


def address_of(facts: Facts, nudge: Nudge, now: datetime) -> Recipient | None:
    """Where the nudge goes; None when there is nowhere to write to: `why_nowhere` tells the reason."""
    if nudge.person_id is not None:
        return _to_person(facts, nudge, facts.people[nudge.person_id], now)
    if nudge.channel_id is not None:
        return _to_channel(facts, facts.channels[nudge.channel_id])
    return _to_conversation(facts, nudge, nudge.address or {})


def why_nowhere(facts: Facts, nudge: Nudge) -> str:
    """Why there is nowhere to send it: ``bot_removed`` (by them, or from their workspace or channel),
    ``web_only`` (they take part by their personal link), ``nobody_to_write_to`` (no account was ever met)."""
    if nudge.person_id is None:
        return "bot_removed"
    platforms = {workspace.platform for _, workspace in facts.accounts.get(nudge.person_id, ())}
    if platforms - {"web"}:
        return "bot_removed"
    return "web_only" if platforms else "nobody_to_write_to"


def _to_person(facts: Facts, nudge: Nudge, person: Person, now: datetime) -> Recipient | None:
    ways = open_ways(person, facts.accounts.get(person.id, ()))
    if not ways:
        return None
    way = min(ways, key=lambda one: _how_far(person, one, now))
    identity, workspace = way.identity, way.workspace
    held = _hold(workspace)
    if _waits(way, now):
        held = {"held_until": min(way.not_before or now, now + LOOK_AGAIN), "held_because": "chat_lost"}
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id,
        language=person.language,
        zone=_zone_of_reader(facts, person, nudge),
        conversation=identity.direct,
        reference=identity.reference,
        person=person,
        identity_id=identity.id,
        user=identity.platform_user,
        **held,
    )


def _hold(workspace: Workspace) -> dict[str, Any]:
    moving = {"held_because": MOVING} if workspace.held_because == MOVING else {}
    return {"held_until": workspace.held_until, **moving}


def _waits(way: Way, now: datetime) -> bool:
    return way.not_before is not None and now < way.not_before


def _how_far(person: Person, way: Way, now: datetime) -> tuple[bool, bool, bool, bool, bool, int]:
    """No fallback before its time; then where the platform answers; then the preferred one, then a chat, then
    an open one, then the newest account."""
    return (
        _waits(way, now),
        way.workspace.held_because != "",
        way.workspace.platform != person.preferred,
        way.workspace.by_address,
        way.identity.direct == "",
        -(way.identity.id),
    )


def _zone_of_reader(facts: Facts, person: Person, nudge: Nudge) -> str:
    """Theirs; of their cohorts the one that the nudge is about, else the newest."""
    enrolled = [cohort_id for person_id, cohort_id in facts.enrollments if person_id == person.id]
    cohort = facts.cohorts.get(nudge.cohort_id or (enrolled[-1] if enrolled else 0))
    community = facts.communities[nudge.community_id]
    return zone_for(person.zone, cohort.zone if cohort else "", community.zone)


def _to_channel(facts: Facts, channel: CohortChannel) -> Recipient | None:
    workspace, cohort = facts.workspaces[channel.workspace_id], facts.cohorts[channel.cohort_id]
    if channel.closed_at is not None or workspace.uninstalled_at is not None:
        return None
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id,
        language=facts.series[cohort.series_id].languages[0],
        zone=cohort.zone,
        conversation=channel.conversation,
        reference=channel.reference,
        **_hold(workspace),
    )


def _to_conversation(facts: Facts, nudge: Nudge, address: dict[str, object]) -> Recipient | None:
    workspace = facts.workspaces.get(cast(int, address.get("workspace_id", 0)))
    if workspace is None or workspace.uninstalled_at is not None:
        return None
    cohort = facts.cohorts.get(nudge.cohort_id or 0)
    community = facts.communities[nudge.community_id]
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id,
        language=str(address.get("language", "en")),
        zone=zone_for("", cohort.zone if cohort else "", community.zone),
        conversation=str(address["conversation"]),
        reference=cast(dict[str, str], address.get("reference", {})),
        **_hold(workspace),
    )


async def remember_direct(database: Database, identity_id: int, address: Address) -> None:
    """Keep the address of a one-to-one chat that was just opened."""
    async with database.write() as db:
        identity = await db.get_one(Identity, identity_id)
        identity.direct = address.conversation
        identity.reference = cast(dict[str, Any], address.reference) or identity.reference


async def account_gone(database: Database, nudge: Nudge, recipient: Recipient, now: datetime) -> bool:
    """The platform says that this account cannot be written to any more. Who runs the person's cohorts hears
    of it (the job); once, however many messages find it out. Whether another account of theirs is left."""
    async with database.write() as db:
        identity = await db.get_one(Identity, recipient.identity_id, with_for_update=True)
        person = await db.get_one(Person, identity.person_id)
        if not identity.reachable:
            return bool(open_ways(person, await _accounts_of(db, person)))
        identity.lose(now)
        identity.direct = ""
        details: dict[str, object] = {"person_id": identity.person_id}
        key = f"account_gone:{identity.id}:{int(now.timestamp())}"
        db.add(Job(key=key, community_id=nudge.community_id, kind="account_gone", details=details,
                   due_at=now, created_at=now))  # fmt: skip
        await db.flush()
        return bool(open_ways(person, await _accounts_of(db, person)))


async def _accounts_of(db: AsyncSession, person: Person) -> list[Account]:
    rows = await db.execute(
        select(Identity, Workspace).join(Workspace).where(Identity.person_id == person.id)
    )
    return [(identity, workspace) for identity, workspace in rows]
