"""From a nudge to the conversation it goes to, and the language and zone of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.platform import Address
from storage.database import Database
from storage.nudges import Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Enrollment, Series


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


async def address_of(db: AsyncSession, nudge: Nudge) -> Recipient | None:
    """Where the nudge goes; None when there is nowhere to write to: `why_nowhere` tells the reason."""
    if nudge.person_id is not None:
        return await _to_person(db, nudge, nudge.person_id)
    if nudge.channel_id is not None:
        return await _to_channel(db, nudge.channel_id)
    return await _to_conversation(db, nudge, nudge.address or {})


async def why_nowhere(db: AsyncSession, nudge: Nudge) -> str:
    """Why there is nowhere to send it: ``bot_removed`` (by them, or from their workspace or channel),
    ``web_only`` (they take part by their personal link), ``nobody_to_write_to`` (no account was ever met)."""
    if nudge.person_id is None:
        return "bot_removed"
    found = await db.scalars(
        select(Workspace.platform).join(Identity).where(Identity.person_id == nudge.person_id)
    )
    platforms = set(found)
    if platforms - {"web"}:
        return "bot_removed"
    return "web_only" if platforms else "nobody_to_write_to"


async def _to_person(db: AsyncSession, nudge: Nudge, person_id: int) -> Recipient | None:
    person = await db.get_one(Person, person_id)
    found = await db.execute(
        select(Identity, Workspace)
        .join(Workspace)
        .where(
            Identity.person_id == person_id,
            Workspace.platform != "web",
            col(Identity.reachable).is_(True),
            col(Workspace.uninstalled_at).is_(None),
        )
        .order_by(
            col(Workspace.platform) != person.preferred,
            col(Identity.direct) == "",
            col(Identity.id).desc(),
        )
    )
    first = found.first()
    if first is None:
        return None
    identity, workspace = first
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id or 0,
        language=person.language,
        zone=person.zone or await zone_of_reader(db, person_id, nudge.cohort_id),
        conversation=identity.direct,
        reference=identity.reference,
        person=person,
        identity_id=identity.id or 0,
        user=identity.platform_user,
    )


async def zone_of_reader(db: AsyncSession, person_id: int, cohort_id: int | None) -> str:
    """The anchor zone of the cohort, for somebody who has not told theirs."""
    query = select(Cohort.zone)
    if cohort_id is not None:
        query = query.where(Cohort.id == cohort_id)
    else:
        query = query.join(Enrollment).where(Enrollment.person_id == person_id)
    return (await db.scalars(query.limit(1))).first() or "America/Los_Angeles"


async def _to_channel(db: AsyncSession, channel_id: int) -> Recipient | None:
    channel = await db.get_one(CohortChannel, channel_id)
    workspace = await db.get_one(Workspace, channel.workspace_id)
    if channel.closed_at is not None or workspace.uninstalled_at is not None:
        return None
    cohort = await db.get_one(Cohort, channel.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id or 0,
        language=series.languages[0],
        zone=cohort.zone,
        conversation=channel.conversation,
        reference=channel.reference,
    )


async def _to_conversation(db: AsyncSession, nudge: Nudge, address: dict[str, object]) -> Recipient | None:
    workspace = await db.get(Workspace, cast(int, address.get("workspace_id", 0)))
    if workspace is None or workspace.uninstalled_at is not None:
        return None
    cohort = await db.get(Cohort, nudge.cohort_id) if nudge.cohort_id else None
    return Recipient(
        platform=workspace.platform,
        tenant=workspace.tenant,
        workspace_id=workspace.id or 0,
        language=str(address.get("language", "en")),
        zone=cohort.zone if cohort else "America/Los_Angeles",
        conversation=str(address["conversation"]),
        reference=cast(dict[str, str], address.get("reference", {})),
    )


async def remember_direct(database: Database, identity_id: int, address: Address) -> None:
    """Keep the address of a one-to-one chat that was just opened."""
    async with database.write() as db:
        identity = await db.get_one(Identity, identity_id)
        identity.direct = address.conversation
        identity.reference = cast(dict[str, Any], address.reference) or identity.reference
