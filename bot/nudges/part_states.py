"""The parts of a message follow it: they are sent, skipped or unknown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.nudges import Nudge, NudgeState

_TABLE: Table = Nudge.__table__  # type: ignore[attr-defined]
FINAL = frozenset({NudgeState.SENT, NudgeState.SKIPPED, NudgeState.FAILED, NudgeState.UNKNOWN})
_SHARED = ("state", "reason", "sent_at", "message")


@dataclass(frozen=True, slots=True)
class Parts:
    """What became of the parts while composing: those left out, with state and reason, and what each is
    about."""

    left_out: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    about: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


async def settle_parts(
    connection: AsyncConnection, bundle_id: int, values: Mapping[str, Any], parts: Parts | None
) -> None:
    """Write what became of a message's parts, in the transaction that settles the message itself."""
    open_parts = (_TABLE.c.bundle_id == bundle_id) & (_TABLE.c.state == NudgeState.FOLDED)
    for part_id, (state, reason) in (parts.left_out if parts else {}).items():
        left_out = open_parts & (_TABLE.c.id == part_id)
        await connection.execute(update(_TABLE).where(left_out).values(state=state, reason=reason))
    if values.get("state") not in FINAL:
        return
    shared = {name: values[name] for name in _SHARED if name in values}
    for part_id, about in (parts.about if parts else {}).items():
        if about and shared.get("message") is not None:
            message = {**shared["message"], "about": list(about)}
            one = open_parts & (_TABLE.c.id == part_id)
            await connection.execute(update(_TABLE).where(one).values({**shared, "message": message}))
    await connection.execute(update(_TABLE).where(open_parts).values(shared))
