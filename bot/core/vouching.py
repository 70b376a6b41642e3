"""When an address that a platform tells makes an account somebody of the roster, and when it does not.

It does for a person who has no account yet, and has no role: there is nothing to take over but a place. What
staff may do, and what people wrote, no address opens; that takes the code of `link`, or a word of staff.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, or_, select

from bot.core.cards import Button, Card, pack
from bot.core.lookup import staff_of
from bot.core.notes import note
from bot.core.permissions import Role
from bot.core.platform import Profile
from bot.core.reachability import open_ways
from prompts.words import identities as words
from prompts.words import subjects
from storage.nudges import Nudge
from storage.people import PAGES, AuditEvent, Duty, Identity, Person, Workspace
from storage.series import Cohort, Enrollment, Series

MOST_A_DAY = 3
"""So many accounts with one person's address are told of in a day; the audit has all of them."""


async def owner_of(db: AsyncSession, community_id: int, email: str, *, but: int = 0) -> Person | None:
    """Whose address this is in the community, leaving out one person."""
    if not email:
        return None
    found = await db.scalars(
        select(Person).where(
            Person.community_id == community_id,
            Person.email == email.casefold(),
            Person.id != but,
            col(Person.deleted_at).is_(None),
        )
    )
    return found.first()


async def is_vouched_for(db: AsyncSession, owner: Person, profile: Profile) -> bool:
    """Whether the address in `profile` makes that account `owner`'s."""
    return profile.vouched and not await has_role(db, owner.id) and not await has_chat(db, owner.id)


async def has_role(db: AsyncSession, person_id: int) -> bool:
    return (await db.scalars(select(Duty.id).where(Duty.person_id == person_id))).first() is not None


async def has_chat(db: AsyncSession, person_id: int) -> bool:
    """Whether they ever had an account of their own: a page that was handed to them is none, nor is an
    address from which nobody has spoken."""
    found = await db.scalars(
        select(Identity.id)
        .join(Workspace)
        .where(
            Identity.person_id == person_id,
            Workspace.platform != PAGES,
            or_(col(Workspace.by_address).is_(False), col(Identity.proven_at).is_not(None)),
        )
    )
    return found.first() is not None


def record(db: AsyncSession, identity: Identity, owner: Person, action: str, now: datetime) -> None:
    """``account_vouched``: an address made the account `owner`'s. ``address_claimed``: it did not."""
    db.add(
        AuditEvent(
            community_id=owner.community_id,
            at=now,
            actor_id=identity.person_id,
            action=action,
            subject=f"person:{owner.id}",
            details={"identity_id": identity.id, "workspace_id": identity.workspace_id},
        )
    )


async def claimed(db: AsyncSession, identity: Identity, owner: Person, now: datetime) -> None:
    """An account has `owner`'s address and is not theirs by that: it is audited, and the owner is told how to
    link it; where they cannot be written to, those who may speak for them are asked."""
    await db.flush()
    record(db, identity, owner, "address_claimed", now)
    workspace = await db.get_one(Workspace, identity.workspace_id)
    today = f"address_claimed:{owner.id}:{now:%Y%m%d}:"
    told = select(func.count(func.distinct(Nudge.subject_id))).where(col(Nudge.key).startswith(today))
    if (await db.scalar(told) or 0) >= MOST_A_DAY:
        return
    reached = await _reached(db, owner)
    for reader in [owner] if reached else await may_speak_for(db, owner):
        card = _to_owner(owner, workspace) if reached else _to_staff(reader, owner, identity, workspace)
        key = f"{today}{identity.id}:{reader.id}"
        db.add(note(key, owner.community_id, now, card=card, person_id=reader.id, subject_id=identity.id))


async def _reached(db: AsyncSession, person: Person) -> bool:
    rows = await db.execute(
        select(Identity, Workspace)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .where(Identity.person_id == person.id)
    )
    return bool(open_ways(person, [(account, workspace) for account, workspace in rows]))


async def may_speak_for(db: AsyncSession, owner: Person) -> Collection[Person]:
    """Who can say that an account is `owner`'s: administrators; who runs a cohort of theirs, unless `owner`
    has a role."""
    people = {
        *await db.scalars(
            select(Duty.person_id).where(
                Duty.role == Role.ADMINISTRATOR, col(Duty.series_id).is_(None), col(Duty.project_id).is_(None)
            )
        )
    }
    if not await has_role(db, owner.id):
        running = select(Series).join(Cohort).join(Enrollment).where(Enrollment.person_id == owner.id)
        for series in (await db.scalars(running)).unique():
            people |= await staff_of(db, series, Role.FACILITATOR)
    found = await db.scalars(
        select(Person)
        .where(
            col(Person.id).in_(people - {owner.id}),
            Person.community_id == owner.community_id,
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Person.id))
    )
    return found.all()


def _to_owner(owner: Person, workspace: Workspace) -> Card:
    platform = words.PLATFORMS[workspace.platform]
    text = words.address_claimed(owner.language, platform=platform, workspace=workspace.name)
    return Card(subject=subjects.account(owner.language), text=text)


def _to_staff(reader: Person, owner: Person, identity: Identity, workspace: Workspace) -> Card:
    language = reader.language
    button = Button(
        label=words.theirs_button(language), action="link.theirs", value=pack(identity.id, owner.id)
    )
    text = words.ask_whose(
        language,
        name=owner.name,
        shown=identity.told.get("name", "") or identity.platform_user,
        platform=words.PLATFORMS[workspace.platform],
        workspace=workspace.name,
    )
    return Card(subject=subjects.whose_account(language), text=text, buttons=(button,))
