"""By which of their accounts a person can be written to, and from when on.

An address is used for people who have no chat, for people who chose it, and as a fallback: when every chat of
theirs has been unreachable for a while, and they have proven that the address is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.people import PAGES, Identity, Person, Workspace

FALLBACK_AFTER = timedelta(days=3)
"""A chat comes back after a forgotten bill or a wrong click; so long messages wait for it."""
Account = tuple[Identity, Workspace]


@dataclass(frozen=True, slots=True)
class Way:
    """An account that may be written to; as a fallback not before a moment."""

    identity: Identity
    workspace: Workspace
    not_before: datetime | None = None


def open_ways(person: Person, accounts: Sequence[Account]) -> list[Way]:
    """Every account that takes messages, in no order."""
    chats = [one for one in accounts if one[1].platform != PAGES and not one[1].by_address]
    ways = [_way(person, account, chats) for account in accounts]
    return [way for way in ways if way is not None]


def _way(person: Person, account: Account, chats: Sequence[Account]) -> Way | None:
    identity, workspace = account
    if workspace.platform == PAGES or identity.stopped_at is not None:
        return None
    if not identity.reachable or workspace.uninstalled_at is not None:
        return None
    if not workspace.by_address or not chats:
        return Way(identity, workspace)
    if identity.proven_at is None:
        return None
    if workspace.platform == person.preferred:
        return Way(identity, workspace)
    lost = _lost_since(chats)
    return None if lost is None else Way(identity, workspace, lost + FALLBACK_AFTER)


def _lost_since(chats: Sequence[Account]) -> datetime | None:
    """Since when none of these reaches them; None while one does, and for who asked for no messages there."""
    moments = []
    for identity, workspace in chats:
        since = identity.unreachable_since or workspace.uninstalled_at or workspace.held_since
        if since is None or identity.stopped_at is not None:
            return None
        moments.append(since)
    return max(moments, default=None)
