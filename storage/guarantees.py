"""What always holds of the outbox, by number; where SQL can tell, the question that finds what breaks it.

docs/guarantees.md is written from this, the model in tests/protocol is held against it, and
``throughline db check`` asks it of anybody's database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`sql` counts rows that break it, given ``:now``; empty where the rows alone cannot tell."""

    number: str
    title: str
    meaning: str
    sql: str = ""


GUARANTEES = (
    Guarantee(
        "G1",
        "No message is accepted twice",
        "The platform accepts each message at most once, whatever dies, pauses or breaks.",
        "SELECT count(*) FROM (SELECT mark FROM nudge GROUP BY mark HAVING count(*) > 1) AS doubled",
    ),
    Guarantee(
        "G2",
        "What is written of a message is so",
        "Sent: it stands. Skipped or failed: it does not. Unknown: only where nobody can look.",
        "SELECT count(*) FROM nudge WHERE state = 'sent' AND reason <> 'taken_as_arrived' "
        "AND sent_at IS NULL",
    ),
    Guarantee(
        "G3",
        "Only who holds the lease calls",
        "The platform is called while the row names the caller and the lease runs.",
        "SELECT count(*) FROM nudge WHERE lease_until IS NOT NULL AND state <> 'claimed'",
    ),
    Guarantee(
        "G4",
        "Only who holds the lease settles",
        "A process that has lost its lease writes nothing.",
        "SELECT count(*) FROM nudge WHERE state = 'sent' AND reason = '' AND claimed_by = ''",
    ),
    Guarantee(
        "G5",
        "What is not wanted does not go",
        "Whether a message is still wanted is looked at after the claim, before the call.",
        "SELECT count(*) FROM nudge JOIN person ON person.id = nudge.person_id "
        "WHERE nudge.state = 'sent' AND nudge.kind <> 'note' AND nudge.sending_since > person.deleted_at",
    ),
    Guarantee(
        "G6",
        "One call at a time",
        "No two processes call for one message at the same time.",
    ),
    Guarantee(
        "G7",
        "A call is written down before it is made",
        "From `sending_since` on a message may stand, and is looked for before it is posted again.",
        "SELECT count(*) FROM nudge WHERE state IN ('sent', 'unknown') AND reason <> 'taken_as_arrived' "
        "AND sending_since IS NULL",
    ),
    Guarantee(
        "G8",
        "A claimed row names its holder and an end",
        "So that it is found again when its process is not.",
        "SELECT count(*) FROM nudge WHERE state = 'claimed' AND (claimed_by = '' OR lease_until IS NULL)",
    ),
    Guarantee(
        "G9",
        "Every message comes to an end",
        "From every state a way leads to sent, skipped, failed or unknown.",
        "SELECT count(*) FROM nudge WHERE state NOT IN "
        "('planned', 'held', 'claimed', 'sent', 'skipped', 'failed', 'unknown', 'cancelled')",
    ),
    Guarantee(
        "G10",
        "What is held waits",
        "A message that a facilitator holds is neither claimed nor called for.",
        "SELECT count(*) FROM nudge WHERE state = 'held' AND lease_until > :now",
    ),
)  # fmt: skip


async def check(database: Database, now: datetime) -> list[tuple[Guarantee, int]]:
    """How many rows break each guarantee that SQL can tell."""
    async with database.read() as db:
        rows = await broken(db, now)
    return [(guarantee, rows[guarantee.number]) for guarantee in GUARANTEES if guarantee.sql]


async def broken(db: AsyncSession, now: datetime) -> dict[str, int]:
    """The same by number, as this transaction sees it."""
    found = {}
    for guarantee in GUARANTEES:
        if guarantee.sql:
            given = {"now": now.replace(tzinfo=None) if db.get_bind().dialect.name == "sqlite" else now}
            bound = {name: value for name, value in given.items() if f":{name}" in guarantee.sql}
            found[guarantee.number] = int(await db.scalar(text(guarantee.sql), bound) or 0)
    return found
