"""Every real change of a row of the outbox, one line each, and whether the model accepts it.

The lines are written by triggers of the database, in the same transaction as the change: their order is the
one in which the changes happened, whichever processes made them, and no code of the bot takes part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import text

from bot.nudges.outbox import LEASE
from storage.database import Database
from tests.protocol.drawing import Transition
from tests.protocol.kept import steps_of_rows

SLACK_OF_CLOCKS = timedelta(seconds=1)
COLUMNS = ("state", "reason", "claimed_by", "lease_until", "sending_since")
_NAMES = ", ".join(("nudge_id", *(f"{side}_{one}" for side in ("old", "new") for one in COLUMNS)))
_VALUES = ", ".join(("NEW.id", *(f"{side}.{one}" for side in ("OLD", "NEW") for one in COLUMNS)))
_CHANGED = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in COLUMNS)
_INSERT = f"INSERT INTO nudge_history ({_NAMES}) VALUES ({_VALUES})"
_TYPES = ", ".join(f"{side}_{one} TEXT" for side in ("old", "new") for one in COLUMNS)


async def write_history(database: Database) -> None:
    """From now on every change is written down."""
    number = "INTEGER PRIMARY KEY" if database.is_sqlite else "BIGSERIAL PRIMARY KEY"
    statements = [f"CREATE TABLE nudge_history (id {number}, nudge_id BIGINT, {_TYPES})"]
    if database.is_sqlite:
        changed = _CHANGED.replace("IS DISTINCT FROM", "IS NOT")
        statements.append(
            f"CREATE TRIGGER nudge_history AFTER UPDATE ON nudge WHEN {changed} BEGIN {_INSERT}; END"
        )
    else:
        statements += [
            "CREATE FUNCTION nudge_history() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {_INSERT}; RETURN NEW; END $$",
            f"CREATE TRIGGER nudge_history AFTER UPDATE ON nudge FOR EACH ROW WHEN ({_CHANGED}) "
            "EXECUTE FUNCTION nudge_history()",
        ]
    async with database.write() as db:
        for statement in statements:
            await db.execute(text(statement))


@dataclass
class Line:
    """One change."""

    nudge_id: int
    old: dict[str, str]
    new: dict[str, str]

    def __str__(self) -> str:
        return f"{self.nudge_id}: {_name(self.old)} {self.old} -> {_name(self.new)} {self.new}"


@dataclass
class Accepted:
    """How many changes there were, of which kinds, and those that the model does not know."""

    lines: int = 0
    kinds: Counter[Transition] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


async def accept(database: Database) -> Accepted:
    """Hold the whole history against the model."""
    found, known = Accepted(), known_transitions()
    async with database.read() as db:
        rows = await db.execute(text(f"SELECT {_NAMES} FROM nudge_history ORDER BY id"))
        for row in rows.mappings():
            old, new = ({one: str(row[f"{side}_{one}"] or "") for one in COLUMNS} for side in ("old", "new"))
            line = Line(int(row["nudge_id"]), old, new)
            found.lines += 1
            found.kinds[_name(old), _name(new)] += 1
            found.refused += [f"{why}: {line}" for why in _wrong(line, known)]
    return found


def _wrong(line: Line, known: frozenset[Transition]) -> Iterator[str]:
    old, new = line.old, line.new
    if (_name(old), _name(new)) not in known:
        yield "no such step"
    taken = new["state"] == "claimed" and new["claimed_by"] != old["claimed_by"]
    doubted = _name(new) == "doubted"  # by an operator's hand, or a new timeline: nobody's lease stands there
    if (
        taken
        and not doubted
        and old["state"] == "claimed"
        and not _claimed_at(new) + SLACK_OF_CLOCKS >= _when(old)
    ):
        yield "two leases overlap"
    if _begins_to_send(line) and not taken and _when(old) <= _moment(new["sending_since"]):
        yield "a call after the end of the lease"
    ended = old["state"] == "claimed" and new["state"] not in {"claimed", "planned"}
    if ended and new["claimed_by"] != old["claimed_by"]:
        yield "a settle by another than the holder"


def _overlap(old: dict[str, str], new: dict[str, str]) -> bool:
    return _claimed_at(new) + SLACK_OF_CLOCKS < _when(old)


def _begins_to_send(line: Line) -> bool:
    since = line.new["sending_since"]
    return line.new["state"] == "claimed" and bool(since) and since != line.old["sending_since"]


def _claimed_at(row: dict[str, str]) -> datetime:
    """When the claimer's clock said that it claimed."""
    return _when(row) - LEASE


def _when(row: dict[str, str]) -> datetime:
    return _moment(row["lease_until"])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.removesuffix("+00:00").removesuffix("+00"))


def _name(row: dict[str, str]) -> str:
    if row["state"] != "claimed":
        return row["state"]
    if row["reason"] == "not_found_once":
        return "looked_once"
    if row["claimed_by"] in {"restored", "promoted"}:
        return "doubted"
    return "sending" if row["sending_since"] else "claimed"


@cache
def known_transitions() -> frozenset[Transition]:
    """All that the model does to a row, and what changes no step of it: a lease that is renewed, a reason."""
    found = set(steps_of_rows())
    states = {state for pair in found for state in pair}
    return frozenset(found | DECIDED | {(state, state) for state in states})


DECIDED = frozenset({("unknown", "planned"), ("unknown", "sent")})
"""What a facilitator does with a message that may or may not have arrived, on their own responsibility."""
