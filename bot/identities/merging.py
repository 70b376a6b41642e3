"""Two rows of one human made one, so that it can be undone.

Every column of every table that names a person is found in the tables themselves, so a new table is carried
over without anybody having to think of it. A row that both have (an enrollment in the same cohort) takes the
better of the two; the other is set aside, whole. Nothing is lost, and `undo` puts everything back that stands
as the merge left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, Date, DateTime, Table, UniqueConstraint, and_, delete, insert, select, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.sessions.attendance_reports import minutes_present
from storage.attendance import Join
from storage.identities import PersonMerge
from storage.people import Person
from storage.tables import METADATA

Row = dict[str, Any]

APART = frozenset({"personmerge", "linkcode"})
"""Tables that say who was who: they stay as they are."""
FILLED_IN = (
    "email", "zone", "quiet_from", "quiet_to", "state", "job_role", "setting", "organisation", "pronouns",
    "country", "preferred",
)  # fmt: skip
"""What a person takes over from the other where they have said nothing themselves."""
STANDING = ("left", "waiting", "invited", "paused", "active")
"""Enrollment statuses, the better one last."""


async def merge(db: AsyncSession, keep: Person, gone: Person, now: datetime) -> PersonMerge:
    """Make everything of `gone` belong to `keep`; `gone` stays as an empty, deleted row."""
    await db.flush()
    done = PersonMerge(person_id=keep.id, merged_id=gone.id, at=now)
    work = _Work(db, keep.id, gone.id)
    await work.messages()
    for table, column in _naming_people():
        await work.carry(table, column)
    done.moved, done.set_aside = work.moved, work.set_aside
    done.before = {**work.before, "person": [_plain(_as_row(keep)), _plain(_as_row(gone))]}
    _fill_in(keep, gone)
    gone.email, gone.deleted_at = None, now
    await db.flush()
    await _reread(db)
    db.add(done)
    await db.flush()
    return done


async def undo(db: AsyncSession, done: PersonMerge, now: datetime) -> Person:
    """Two people again. What either did since stays with whom it was done as: the one who had stayed."""
    await db.flush()
    for name, kept in done.set_aside.items():
        table = METADATA.tables[name]
        for row in kept:
            await db.execute(insert(table).values(_typed(table, row)))
    for name, rows in done.moved.items():
        table_name, _, column = name.partition(".")
        for key in rows:
            await _give_back(db, METADATA.tables[table_name], column, key, done)
    for name, changed in done.before.items():
        for row in changed if name != "person" else ():
            await _put_back(db, METADATA.tables[name], row)
    return await _two_again(db, done, now)


async def _two_again(db: AsyncSession, done: PersonMerge, now: datetime) -> Person:
    table = METADATA.tables["person"]
    rows = [_typed(table, row) for row in done.before["person"]]
    kept, merged = ({row["id"]: row for row in rows}[each] for each in (done.person_id, done.merged_id))
    person = await db.get_one(Person, done.person_id)
    other = await db.get_one(Person, done.merged_id)
    for name in FILLED_IN:
        if getattr(person, name) == merged[name] and kept[name] != merged[name]:
            setattr(person, name, kept[name])
    await db.flush()
    other.email, other.deleted_at = merged["email"], None
    done.undone_at = now
    await db.flush()
    await _reread(db)
    return other


async def _reread(db: AsyncSession) -> None:
    """What is loaded as objects was changed behind their back, or set aside."""
    for one in list(db.sync_session):
        try:
            await db.refresh(one)
        except InvalidRequestError:
            db.expunge(one)


def _fill_in(keep: Person, gone: Person) -> None:
    for name in FILLED_IN:
        if getattr(keep, name) in ("", None):
            setattr(keep, name, getattr(gone, name))


def _naming_people() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that refers to a person."""
    person = METADATA.tables["person"].c.id
    for table in METADATA.sorted_tables:
        if table.name in APART:
            continue
        for column in table.columns:
            if any(key.column is person for key in column.foreign_keys):
                yield table, column


class _Work:
    """One merge under way: ids only, rows as plain dictionaries."""

    def __init__(self, db: AsyncSession, keep: int, gone: int) -> None:
        self.db = db
        self.keep = keep
        self.gone = gone
        self.moved: dict[str, list[dict[str, object]]] = {}
        self.set_aside: dict[str, list[dict[str, object]]] = {}
        self.before: dict[str, list[dict[str, object]]] = {}

    async def carry(self, table: Table, column: Column[Any]) -> None:
        """All rows in which `column` names who goes."""
        for row in await _rows(self.db, table, column == self.gone):
            twin = await self._twin(table, column, row)
            if twin is not None or self._with_oneself(table, column, row):
                await self._aside(table, row)
            else:
                await self._move(table, column, row)
            if twin is not None:
                await self._better(table, twin, row)

    async def _move(self, table: Table, column: Column[Any], row: Row) -> None:
        await self.db.execute(update(table).where(_is(table, row)).values({column.name: self.keep}))
        key = {one.name: row[one.name] for one in table.primary_key}
        if column.name in key:
            key[column.name] = self.keep
        self.moved.setdefault(f"{table.name}.{column.name}", []).append(_plain(key))

    async def _aside(self, table: Table, row: Row) -> None:
        await self.db.execute(delete(table).where(_is(table, row)))
        self.set_aside.setdefault(table.name, []).append(_plain(row))

    async def _twin(self, table: Table, column: Column[Any], row: Row) -> Row | None:
        """The row of who stays that a moved row would collide with."""
        for names in _unique_together(table):
            if column.name not in names:
                continue
            wanted = {name: self.keep if name == column.name else row[name] for name in names}
            if any(value is None for value in wanted.values()) and table.name != "duty":
                continue  # NULLs never collide
            same = and_(*(table.c[name] == value for name, value in wanted.items()))
            found = await _rows(self.db, table, same)
            if found:
                return found[0]
        return None

    def _with_oneself(self, table: Table, column: Column[Any], row: Row) -> bool:
        """A rule between two people who turn out to be one."""
        return (
            table.name == "pairrule"
            and self.keep in {row[name] for name in ("first_id", "second_id") if name != column.name}
            and column.name in {"first_id", "second_id"}
        )

    async def _better(self, table: Table, kept: Row, other: Row) -> None:
        """The row that stays takes what is better in the one that was set aside."""
        change = _COMBINED.get(table.name, _nothing)(kept, other)
        change = {name: value for name, value in change.items() if kept[name] != value}
        if change:
            self._remember(table, kept, change)
            await self.db.execute(update(table).where(_is(table, kept)).values(change))

    def _remember(self, table: Table, row: Row, change: Row) -> None:
        """What a changed row held, by its primary key."""
        names = {*change, *(one.name for one in table.primary_key)}
        self.before.setdefault(table.name, []).append(_plain({name: row[name] for name in names}))

    async def messages(self) -> None:
        """A message is the same one when its step and anchor are: whoever stays never gets it twice."""
        table = METADATA.tables["nudge"]
        for row in await _rows(self.db, table, table.c.person_id == self.gone):
            head, _, target = row["key"].rpartition("|")
            if target != f"person:{self.gone}":
                continue
            key = f"{head}|person:{self.keep}"
            twins = await _rows(self.db, table, table.c.key == key)
            if not twins:
                await self.db.execute(update(table).where(table.c.id == row["id"]).values(key=key))
                self._remember(table, row, {"key": key})
                continue
            await self._aside(table, row)
            if row["state"] in {"sent", "unknown", "claimed"} and twins[0]["state"] in {"planned", "held"}:
                change = {"state": "skipped", "reason": "sent_on_other_account"}
                self._remember(table, twins[0], change)
                await self.db.execute(update(table).where(_is(table, twins[0])).values(change))


def _enrollment(kept: Row, other: Row) -> Row:
    status = max((kept["status"], other["status"]), key=STANDING.index)
    moments = [one for one in (kept["joined_at"], other["joined_at"]) if one]
    agreed = [one for one in (kept["consented_at"], other["consented_at"]) if one]
    return {
        "status": status,
        "joined_at": min(moments, default=None),
        "consented_at": min(agreed, default=None),
        "left_at": kept["left_at"] if status == "left" else None,
        "stick_opt_in": kept["stick_opt_in"] and other["stick_opt_in"],
        "follow_up_opt_in": kept["follow_up_opt_in"] and other["follow_up_opt_in"],
        "partners_opt_in": kept["partners_opt_in"] or other["partners_opt_in"],
        "introduction": kept["introduction"] or other["introduction"],
    }


def _attendance(kept: Row, other: Row) -> Row:
    """Minutes on both accounts add up, those at one time once. A report that told no times is one stay."""
    stays: list[Join] = []
    for row in (kept, other):
        told = [Join(None, None, row["minutes"])] if row["minutes"] is not None else []
        stays += row["stays"] or told
    marked = {kept["marked"], other["marked"]} - {None}
    return {
        "minutes": minutes_present(stays) if stays else None,
        "stays": tuple(stays) or None,
        "marked": any(marked) if marked else None,
    }


def _ledger(kept: Row, other: Row) -> Row:
    return {"answered": kept["answered"] or other["answered"]}


def _nothing(kept: Row, other: Row) -> Row:
    return {}


_COMBINED = {"enrollment": _enrollment, "attendance": _attendance, "ledgerentry": _ledger}


async def _give_back(
    db: AsyncSession, table: Table, column: str, key: Mapping[str, Any], done: PersonMerge
) -> None:
    """Only what still belongs to who stayed."""
    where = and_(_is(table, _typed(table, dict(key))), table.c[column] == done.person_id)
    await db.execute(update(table).where(where).values({column: done.merged_id}))


async def _put_back(db: AsyncSession, table: Table, row: Mapping[str, Any]) -> None:
    typed = _typed(table, dict(row))
    keys = {one.name for one in table.primary_key}
    values = {name: value for name, value in typed.items() if name not in keys}
    await db.execute(update(table).where(_is(table, typed)).values(values))


def _unique_together(table: Table) -> Iterable[tuple[str, ...]]:
    yield tuple(one.name for one in table.primary_key)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(one.name for one in constraint.columns)


async def _rows(db: AsyncSession, table: Table, where: Any) -> list[Row]:
    found = await db.execute(select(table).where(where))
    return [dict(row._mapping) for row in found]


def _is(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(one == row[one.name] for one in table.primary_key))


def _as_row(person: Person) -> Row:
    return {column.name: getattr(person, column.name) for column in METADATA.tables["person"].columns}


def _plain(row: Mapping[str, Any]) -> dict[str, object]:
    """As JSON keeps it."""
    return {
        name: one.isoformat() if isinstance(one, date) else to_jsonable_python(one)
        for name, one in row.items()
    }


def _typed(table: Table, row: Mapping[str, Any]) -> Row:
    """Back from JSON, by the column's type."""
    return {name: _read(table.c[name], value) for name, value in row.items()}


def _read(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, DateTime | UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
