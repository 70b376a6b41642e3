"""How people can be told of their group: in a conversation of it, one by one, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import channels_of
from storage.people import PAGES, Identity, Person, Workspace
from storage.series import CohortChannel

CHATS = ("slack", "teams")
"""Platforms on which people can write to each other; others only answer us."""

Accounts = Mapping[int, Mapping[int, Identity]]
"""The account of each person, by workspace: everybody once."""


@dataclass(frozen=True)
class Ways:
    """`accounts` by workspace, and the cohort's `channels` by workspace. `one_by_one` are the people who are
    written to singly, because no conversation can be opened where they are; `missing` have no account."""

    accounts: Accounts
    workspaces: Mapping[int, Workspace]
    channels: Mapping[int, CohortChannel]
    one_by_one: frozenset[int]
    missing: frozenset[int]


async def ways_of(
    db: AsyncSession, cohort_id: int, person_ids: Collection[int], threads: Collection[str]
) -> Ways:
    """`threads` are the platforms that open a group at a linked channel only."""
    accounts, workspaces = await reachable(db, person_ids)
    channels = {channel.workspace_id: channel for channel in await channels_of(db, cohort_id)}
    singly = {
        person
        for number, people in accounts.items()
        if workspaces[number].platform in threads and number not in channels
        for person in people
    }
    reached = {person for people in accounts.values() for person in people}
    return Ways(accounts, workspaces, channels, frozenset(singly), frozenset(person_ids) - reached)


async def reachable(
    db: AsyncSession, person_ids: Collection[int]
) -> tuple[dict[int, dict[int, Identity]], dict[int, Workspace]]:
    """Each person's account that can be written to, by workspace: on the platform they chose, else the
    newest. Nobody is in two conversations of one group."""
    newest = {
        identity.person_id: (identity, workspace) for identity, workspace in await _open(db, person_ids)
    }
    users: dict[int, dict[int, Identity]] = {}
    for person_id, (identity, workspace) in newest.items():
        users.setdefault(workspace.id, {})[person_id] = identity
    return users, {workspace.id: workspace for _, workspace in newest.values()}


async def chats_of(db: AsyncSession, person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The workspaces in which others can write to each person; people who have none are left out."""
    found: dict[int, frozenset[int]] = {}
    for identity, workspace in await _open(db, person_ids):
        if workspace.platform in CHATS:
            found[identity.person_id] = found.get(identity.person_id, frozenset()) | {workspace.id}
    return found


def cannot_write(chats: Mapping[int, Collection[int]], reader: int, other: int) -> bool:
    """Whether these two share no workspace in which one could write to the other."""
    return not set(chats.get(reader, ())) & set(chats.get(other, ()))


def contact_of(reader: Person, other: Person) -> str:
    """The address by which they reach each other elsewhere; empty unless both agreed to that."""
    agreed = reader.shares_contact and other.shares_contact
    return (other.email or "") if agreed else ""


async def _open(db: AsyncSession, person_ids: Collection[int]) -> list[tuple[Identity, Workspace]]:
    """The accounts that can be written to, the preferred and newest of each person last."""
    rows = await db.execute(
        select(Identity, Workspace)
        .join(Workspace)
        .join(Person, col(Person.id) == Identity.person_id)
        .where(
            col(Identity.person_id).in_(person_ids),
            Workspace.platform != PAGES,
            col(Identity.reachable).is_(True),
            col(Identity.stopped_at).is_(None),
            col(Workspace.uninstalled_at).is_(None),
        )
        .order_by(
            col(Workspace.platform) == Person.preferred, col(Workspace.by_address).desc(), col(Identity.id)
        )
    )
    return [(identity, workspace) for identity, workspace in rows]
