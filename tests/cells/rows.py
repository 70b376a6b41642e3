"""A row in every table for a community, and what stands there, to compare."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Enum, Integer, Table, func, insert, select
from sqlalchemy.sql.type_api import TypeDecorator

from storage.attendance import Entry, Join, ReportRemarks, StoodBefore, Unread
from storage.base import Json
from storage.breakouts import OpenedIn
from storage.database import Database
from storage.moving import of_community
from storage.series import ToldLoad
from storage.tables import METADATA

NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
KEEP = {
    "mark",
    "tokenbucket",
    "usedstate",
    "departed",
    "arriving",
    "linkrevocation",
    "latestdeed",
    "inboxevent",
}
OWNED = [table for table in METADATA.sorted_tables if table.name not in KEEP]


async def fill(database: Database, name: str) -> int:
    """One row in each table for a new community `name`, with a workspace of that name. Its number."""
    ids: dict[str, Any] = {}
    async with database.write() as db:
        for table in OWNED:
            values = {column.name: _value(table, column, name, ids) for column in table.columns}
            values = {key: value for key, value in values.items() if value is not ...}
            written = await db.execute(insert(table).values(values))
            ids[table.name] = values.get("id") or written.inserted_primary_key[0]  # type: ignore[attr-defined]
        event = {"key": f"slack:{name}:1", "received_at": NOW, "event": {"said": name}, "state": "received"}
        more = {"attempts": 0, "failure": "", "claimed_by": ""}
        await db.execute(insert(METADATA.tables["inboxevent"]).values(event | more))
    return int(ids["community"])


def _value(table: Table, column: Any, name: str, ids: dict[str, Any]) -> Any:
    told: dict[tuple[str, str], Any] = {
        ("workspace", "platform"): "slack",
        ("workspace", "tenant"): name,
        ("community", "name"): name,
    }
    told |= {("nudge", "state"): "planned", ("workspace", "held_because"): "", ("nudge", "key"): f"{name}-1"}
    told |= {("nudge", "claimed_by"): "", ("job", "claimed_by"): "", ("nudge", "reason"): ""}
    told |= {
        ("workspace", "held_until"): None,
        ("workspace", "held_since"): None,
        ("nudge", "lease_until"): None,
    }
    told["enrollment", "told_load"] = ToldLoad(since=NOW, until=date(2027, 3, 1), during=9, after=4)
    stay = Join(NOW, None, 12.5)
    told["attendance", "stays"] = (stay,)
    told["attendancedraft", "entries"] = (Entry(name, "ä", "a@example.org", (stay,), ("b@example.org",)),)
    told["attendancedraft", "said"] = ReportRemarks((Unread(3, "no_name"),), absent=(name,))
    told["attendancedraft", "chosen"] = {0: 7}
    told["attendancedraft", "before"] = {7: StoodBefore(30, None), 8: None}
    told["breakoutgroup", "addresses"] = [OpenedIn(workspace_id=1, version=2, conversation=name)]
    if (table.name, column.name) in told:
        return told[table.name, column.name]
    for key in column.foreign_keys:
        return ids.get(key.column.table.name)
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if column.name == "id":
        return ... if isinstance(kind, Integer) else f"{name}-{table.name}"
    if isinstance(kind, type(Json)):
        return {"said": [name, "ä", None, 1.5]}
    if isinstance(kind, Enum):
        return list(kind.enum_class or [])[-1]
    for types, value in ((DateTime, NOW), (Date, date(2027, 2, 1)), (Integer, 7)):
        if isinstance(kind, types):
            return value
    known = {bool: True, float: 0.25, bytes: b"\0\xff" + name.encode()}
    return known.get(getattr(kind, "python_type", str), f"{name} {table.name}.{column.name}")


async def rows_of(database: Database, community_id: int, *but: str) -> dict[str, list[dict[str, Any]]]:
    """By table, without the columns named."""
    found = {}
    async with database.read() as db:
        for table in OWNED:
            asked = select(table).where(of_community(table, community_id)).order_by(*table.primary_key)
            rows = [dict(row._mapping) for row in await db.execute(asked)]
            found[table.name] = [{key: row[key] for key in row if key not in but} for row in rows]
    return found


async def counts(database: Database) -> dict[str, int]:
    """How many rows stand in each table."""
    async with database.read() as db:
        return {
            table.name: await db.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }
