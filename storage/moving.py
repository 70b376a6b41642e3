"""One community's rows from one database to another, with their ids, and nobody else's.

The rows are first laid down beside the tables of the other database (`storage.cells.Arriving`), where nothing
acts on them. Then one transaction of this database deletes them and says where they went (`Departed`). Only
then do they become rows over there. Wherever that is cut off, exactly one database is right, and `arrive`
goes on from `Departed`.

Ids stay: they stand in links, buttons and messages that people hold. So that two databases never give out the
same, each numbers its rows from a new place whenever a community has come to it.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    LargeBinary,
    Table,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.type_api import TypeDecorator, TypeEngine
from sqlmodel import col

from storage.cells import MOVING, Arriving, Departed, Tenants, tenants_of
from storage.database import Database
from storage.guarantees import broken
from storage.leases import TAKEN, let_go
from storage.marks import Mark, write_mark
from storage.nudges import InboxEvent, InboxState, Nudge
from storage.people import Workspace
from storage.tables import METADATA

AT_ONCE = 500
"""Rows of one statement, and of one piece that is laid down."""
APART = 2**32
"""Ids between two places where numbering begins."""
CARRYING = timedelta(seconds=60)
"""So long nobody else takes an event that is being carried."""
MOVERS = 64
"""Moves that begin at the same moment draw one of so many places."""
NUMBERED_FROM = "ids"
"""The mark that names the place from which a database numbers its rows."""
STAY = frozenset({"mark", "tokenbucket", "usedstate", "departed", "arriving"})
"""What a database knows of itself: its readiness and leases, the pace of platforms, moves, the states of
installations that are under way."""
SHARED = ("linkrevocation", "latestdeed")
"""Rows that name nobody's community. The other database gets them too: a link that was taken back stays dead,
and what came late stays late."""
_INBOX: Table = InboxEvent.__table__  # type: ignore[attr-defined]
_NUDGE: Table = Nudge.__table__  # type: ignore[attr-defined]
_PIECES: Table = Arriving.__table__  # type: ignore[attr-defined]
_NUMBERED = [one for one in METADATA.sorted_tables if "id" in one.c and isinstance(one.c.id.type, BigInteger)]
_OWN = [one for one in METADATA.sorted_tables if one.name not in {*STAY, *SHARED, _INBOX.name}]


class CannotMove(Exception):
    """The text says why, and nothing was changed."""


class OnItsWay(Exception):
    """A process is posting a message, doing a job or showing an answer; nothing was changed."""


def of_community(table: Table, community_id: int) -> ColumnElement[bool]:
    """The rows that belong to a community, by the shortest chain of parents that each row must have."""
    if table.name == "community":
        return table.c.id == community_id
    parents = {column.name: key.column.table for column in table.columns
               if not column.nullable for key in column.foreign_keys}  # fmt: skip
    name = "community_id" if "community_id" in parents else next(iter(parents))
    if parents[name].name == "community":
        return table.c[name] == community_id
    parent = parents[name]
    return table.c[name].in_(select(parent.c.id).where(of_community(parent, community_id)))


def _events_of(tenants: Tenants) -> ColumnElement[bool]:
    begins = [_INBOX.c.key.startswith(f"{one}:{tenant}:", autoescape=True) for one, tenant in tenants]
    return or_(false(), *begins)


async def new_place(databases: Iterable[Database]) -> int:
    """Where ids go on that none of these databases has given out or holds. It is beyond all of them: SQLite
    numbers from the highest id in a table, whichever database that came from."""
    used = 0
    for database in databases:
        async with database.read() as db:
            mark = await db.get(Mark, NUMBERED_FROM)
            highest = [await db.scalar(select(func.max(table.c.id))) for table in _NUMBERED]
        used = max([used, int(mark.value) if mark else 0, *[number or 0 for number in highest]])
    return (used // APART + 1 + secrets.randbelow(MOVERS)) * APART


async def depart(
    source: Database,
    target: Database,
    community_id: int,
    cell: str,
    first_id: int,
    now: datetime,
    at: Callable[[str], None] = lambda _: None,
    *,
    patient: bool = False,
) -> str:
    """Lay the rows down in `target`, try there that they fit, and delete them here. Returns the move, for
    `arrive`. Raises `CannotMove`, with `patient` `OnItsWay`, or what a database says; then the community is
    where it was. Without `patient`, what is on its way goes on over there when its lease has run out.

    Our own transaction stays open until the other one is committed, so that no row changes in between. On
    PostgreSQL that locks this community's rows; on SQLite, which has one writer, the file's."""
    move = secrets.token_urlsafe(16)
    async with source.write() as db:
        tenants = await tenants_of(db, community_id)
        await _free_what_has_not_begun(db, community_id, tenants)
        if patient and await _has_begun(db, community_id, tenants, now):
            raise OnItsWay
        async with target.write() as there:
            await there.execute(delete(Arriving).where(col(Arriving.community_id) == community_id))
            there.add(_piece(move, community_id, "", [{"first_id": first_id}], now))
            copied: Counter[str] = Counter()
            events: list[int] = []
            async for table, rows in _read(db, community_id, tenants):
                there.add(_piece(move, community_id, table.name, rows, now))
                await there.flush()
                there.expunge_all()
                copied[table.name] += len(rows)
                events += [row["id"] for row in rows if table is _INBOX]
            if not copied["community"]:
                raise CannotMove(f"there is no community {community_id}")
            await _try_out(there, move, community_id, copied, now, await broken(db, now))
        at("laid down")
        for table in reversed(_OWN):
            await db.execute(delete(table).where(of_community(table, community_id)))
        for some in _chunks(events):
            await db.execute(delete(_INBOX).where(_INBOX.c.id.in_(some)))
        db.add(Departed(move=move, community_id=community_id, cell=cell, tenants=tenants, at=now))
    return move


async def _free_what_has_not_begun(db: AsyncSession, community_id: int, tenants: Tenants) -> None:
    """So that nobody over there waits for a lease to run out. Whoever has it in hand here finds it gone, and
    does nothing: a message is marked before it is posted, an event's row is locked before it is handled."""
    here = _NUDGE.c.community_id == community_id
    await db.execute(let_go(_NUDGE).where(here, _NUDGE.c.sending_since.is_(None)))
    in_hand = (_INBOX.c.state == InboxState.RECEIVED) & (_INBOX.c.claimed_by != "")
    await db.execute(
        update(_INBOX).where(_events_of(tenants), in_hand).values(claimed_by="", lease_until=None)
    )


async def _has_begun(db: AsyncSession, community_id: int, tenants: Tenants, now: datetime) -> bool:
    for table in (_NUDGE, METADATA.tables["job"]):
        here = (table.c.community_id == community_id) & (table.c.state == TAKEN) & (table.c.lease_until > now)
        if await db.scalar(select(table.c.id).where(here).limit(1)) is not None:
            return True
    shown = (
        (_INBOX.c.state == InboxState.HANDLED) & (_INBOX.c.claimed_by != "") & (_INBOX.c.lease_until > now)
    )
    return await db.scalar(select(_INBOX.c.id).where(_events_of(tenants), shown).limit(1)) is not None


def _piece(move: str, community_id: int, of: str, rows: list[dict[str, Any]], at: datetime) -> Arriving:
    written = json.dumps(rows, default=_plain)
    return Arriving(move=move, community_id=community_id, of=of, rows=written, at=at)


async def _read(
    db: AsyncSession, community_id: int, tenants: Tenants
) -> AsyncIterator[tuple[Table, list[dict[str, Any]]]]:
    """Parents before children: who has a parent's row locked lets nobody add a child meanwhile."""
    own = [(table, of_community(table, community_id), True) for table in _OWN]
    shared = [(METADATA.tables[name], true(), False) for name in SHARED]
    connection = await db.connection()
    for table, which, locked in [*own, (_INBOX, _events_of(tenants), True), *shared]:
        asked = select(table).where(which).order_by(*table.primary_key)
        result = await connection.stream(asked.with_for_update() if locked else asked)
        async for some in result.partitions(AT_ONCE):
            yield table, [dict(row._mapping) for row in some]


async def _try_out(
    there: AsyncSession,
    move: str,
    community_id: int,
    copied: Counter[str],
    now: datetime,
    broken_here: Mapping[str, int],
) -> None:
    """Whether the rows fit, and break no guarantee; what was tried is undone."""
    before = await broken(there, now)
    async with there.begin_nested() as trial:
        await _write(there, move)
        for table in _OWN:
            found = select(func.count()).select_from(table).where(of_community(table, community_id))
            if (count := await there.scalar(found)) != copied[table.name]:
                raise CannotMove(f"{copied[table.name]} rows of {table.name} became {count}")
        after = await broken(there, now)
        await trial.rollback()
    for number, rows in after.items():
        if rows > before[number] + broken_here[number]:
            raise CannotMove(f"guarantee {number} would not hold there: see throughline db check")


async def arrive(target: Database, move: str, now: datetime) -> bool:
    """Make rows of what was laid down, after the other database let go of it; nothing
    waits for the move any more. Whoever comes second finds it done: False."""
    async with target.write() as db:
        first = (
            await db.scalars(
                select(Arriving).where(col(Arriving.move) == move, col(Arriving.of) == "").with_for_update()
            )
        ).first()
        if first is None:
            return False
        await _write(db, move)
        await db.execute(delete(Arriving).where(col(Arriving.move) == move))
        await db.execute(delete(Departed).where(col(Departed.community_id) == first.community_id))
        await go_on(db, first.community_id)
        first_id = int(json.loads(first.rows)[0]["first_id"])
        await begin_numbering(db, first_id, now)
    return True


async def _write(db: AsyncSession, move: str) -> None:
    """Piece by piece, parents before children, as they were laid down."""
    connection = await db.connection()
    into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    pieces = (_PIECES.c.move == move) & (_PIECES.c.of != "")
    for number in list(await db.scalars(select(_PIECES.c.id).where(pieces).order_by(_PIECES.c.id))):
        piece = (await db.execute(select(_PIECES).where(_PIECES.c.id == number))).one()
        table = METADATA.tables[piece.of]
        written = into(table).on_conflict_do_nothing() if piece.of in SHARED else into(table)
        if table is _INBOX:  # what came here as well, and was not carried away yet
            ours = {one.name: one for one in written.excluded if one.name not in {"id", "key"}}
            written = written.on_conflict_do_update(index_elements=["key"], set_=ours)
        await connection.execute(written, [_typed(table, row) for row in json.loads(piece.rows)])


async def begin_numbering(db: AsyncSession, first_id: int, now: datetime) -> None:
    """The next row of each table gets this id, which is from `new_place`."""
    await write_mark(db, NUMBERED_FROM, str(first_id), now)
    for table in _NUMBERED:
        if db.get_bind().dialect.name == "postgresql":
            asked = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :at, false)")
            await db.execute(asked, {"name": table.name, "at": first_id})
            continue
        given = {"name": table.name, "at": first_id - 1}
        await db.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), given)
        await db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :at)"), given)


async def wait_for_move(db: AsyncSession, community_id: int, until: datetime) -> None:
    """Its messages and events wait until then, unless `go_on` comes sooner."""
    values = {"held_until": until, "held_because": MOVING}
    await db.execute(update(Workspace).where(col(Workspace.community_id) == community_id).values(**values))


async def go_on(db: AsyncSession, community_id: int) -> None:
    """Nothing waits for a move any more."""
    here = col(Workspace.community_id) == community_id
    held = update(Workspace).where(here, col(Workspace.held_because) == MOVING)
    await db.execute(held.values(held_until=None, held_because="", held_since=None))


async def carry_on(source: Database, target: Database, gone: Departed, now: datetime) -> int:
    """Events that came here after their community had left, into the inbox over there; an event that stands
    there already is not written twice. Returns how many.

    Their community may come back at any moment, and bring one of them along, which writes over the row here:
    so only a row that is still ours is deleted."""
    carrier = f"carried.{secrets.token_hex(8)}"
    left = _events_of(gone.tenants) & (_INBOX.c.state != InboxState.DONE)
    some = select(_INBOX.c.id).where(left).limit(AT_ONCE)
    async with source.read() as db:  # this is asked every few seconds; nobody's writes wait for that
        if await db.scalar(some.limit(1)) is None:
            return 0
    still_gone = exists().where(col(Departed.move) == gone.move)
    taken = update(_INBOX).where(_INBOX.c.id.in_(some), still_gone)
    async with source.write() as db:
        found = await db.execute(
            taken.values(claimed_by=carrier, lease_until=now + CARRYING).returning(_INBOX)
        )
        rows = [dict(row._mapping) for row in found]
    if not rows:
        return 0
    async with target.write() as db:
        connection = await db.connection()
        into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        fresh = [{name: value for name, value in row.items() if name != "id"} for row in rows]
        waits = {"claimed_by": "", "lease_until": None}
        await connection.execute(into(_INBOX).on_conflict_do_nothing(), [row | waits for row in fresh])
    async with source.write() as db:
        these = _INBOX.c.id.in_([row["id"] for row in rows])
        await db.execute(delete(_INBOX).where(these, _INBOX.c.claimed_by == carrier))
    return len(rows)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel) or is_dataclass(value):
        return to_jsonable_python(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a column holds {type(value).__name__}, which nobody wrote down how to move")


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(inner, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(inner, Date):
        return date.fromisoformat(value)
    if isinstance(inner, Enum) and inner.enum_class is not None:
        return inner.enum_class(value)
    return b64decode(value) if isinstance(inner, LargeBinary) else value


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
