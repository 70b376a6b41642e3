"""Two communities in one database, each with one row in every table there is, so that a new table, command,
form, button or page is tried with the other one's rows without anybody having to think of it.

Every row of the other tenant has the id `THEIRS`; ours have `OURS`. What can be typed as a name of theirs is
``zebra``; everything else that they wrote holds ``quagga``, which nobody of ours may ever read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, insert, select, types
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from bot.core.permissions import Role
from storage.base import JsonOf
from storage.database import Database
from storage.tables import METADATA
from tests.support.databases import sqlite_pattern
from tests.support.stage import START

OURS, THEIRS = 5, 77
CONTENT, NAME = "quagga", "zebra"
OUR_TENANT, THEIR_TENANT = "TOURS", "TTHEIRS"
OUR_USER, THEIR_USER = "UOURS", "UTHEIRS"
THEIR_CHANNEL = "CTHEIRS"
IDENTIFIERS = frozenset(
    {
        "community.name", "workspace.name", "project.title", "projectyear.label", "series.slug",
        "cohort.name", "person.name",
    }
)  # fmt: skip
"""What is typed to mean a row; told back to whoever typed it."""
SAID: Mapping[str, object] = {
    "zone": "America/Boise",
    "language": "en",
    "platform": "slack",
    "duty.role": Role.ADMINISTRATOR.value,
    "enrollment.status": "active",
    "series.status": "running",
    "session.status": "scheduled",
    "nudge.kind": "note",
    "nudge.state": "planned",
    "cohort.capacity": 40,
    "person.deleted_at": None,
    "workspace.uninstalled_at": None,
    "cohortchannel.closed_at": None,
    "session.starts_at": START + timedelta(days=3),
    "nudge.due_at": START + timedelta(days=3),
    "nudge.sent_at": None,
    "nudge.expires_at": None,
    "inboxevent.failure": "",
    "breakoutround.explanation": {},
    "inboxevent.state": "done",
}
"""Columns in which not every value makes sense."""


def _value(column: Column[Any], row_id: int, theirs: bool) -> object:
    """What stands in a column of one tenant's row."""
    where = f"{column.table.name}.{column.name}"
    if column.name == "id" or column.foreign_keys or column.name.endswith("_id"):
        return row_id
    if where in SAID or column.name in SAID:
        return SAID.get(where, SAID.get(column.name))
    known = {
        "workspace.tenant": THEIR_TENANT if theirs else OUR_TENANT,
        "identity.platform_user": THEIR_USER if theirs else OUR_USER,
        "cohortchannel.conversation": THEIR_CHANNEL if theirs else "COURS",
        "person.email": f"{NAME if theirs else 'ours'}@example.org",
        "cohort.join_code": NAME.upper() if theirs else "OURS",
        "nudge.message": {"conversation": THEIR_CHANNEL, "message": str(row_id)},
        "attendancedraft.said": {"absent": [_written(where, theirs)]},
        "attendancedraft.entries": [_entry(_written(where, theirs))],
        "keyidea.text": {"en": dict.fromkeys(("idea", "question", "use"), _written(where, theirs))},
    }
    if where in known:
        return known[where]
    return _by_type(column, where, theirs)


def _entry(name: str) -> dict[str, object]:
    """A line of a meeting report."""
    return {"name": name, "original": "", "email": "", "joins": []}


def _written(where: str, theirs: bool) -> str:
    return f"{CONTENT} {where}" if theirs else f"ours {where}"


def _by_type(column: Column[Any], where: str, theirs: bool) -> object:
    written = _written(where, theirs)
    kind = column.type
    if isinstance(kind, types.Boolean):
        return False
    if isinstance(kind, types.DateTime) or "DateTime" in type(kind).__name__:
        return None if column.nullable else START
    if isinstance(kind, types.Date):
        return None if column.nullable else date(2027, 2, 1)
    if isinstance(kind, types.Integer | types.Float | types.Numeric):
        return 1
    if isinstance(kind, types.LargeBinary):
        return written.encode()
    if isinstance(kind, types.JSON | JsonOf):
        return _json(column, written)
    if where in IDENTIFIERS:
        return NAME if theirs else "ours"
    default = _default(column)
    return default if isinstance(default, str) and default else written


def _json(column: Column[Any], written: str) -> object:
    """Titles and texts say something; lists and settings are what a new row has."""
    default = _default(column)
    if default == {} and column.name != "reference" and not isinstance(column.type, JsonOf):
        return {"en": written}
    return default


def _default(column: Column[Any]) -> object:
    field = _models()[column.table.name].model_fields.get(column.name)
    if field is None or field.is_required():
        return {} if isinstance(column.type, types.JSON) else None
    return field.get_default(call_default_factory=True)


def _models() -> dict[str, type[SQLModel]]:
    return {str(mapper.local_table): mapper.class_ for mapper in SQLModel._sa_registry.mappers}


def furnished(file: Path) -> str:
    """The address of an SQLite database in a new `file`, with a row of each tenant in every table; our person
    may do everything in our community. Made once in each test process."""
    file.write_bytes(sqlite_pattern(_furnished))
    return f"sqlite:///{file}"


async def _furnished(url: str) -> None:
    database = Database(url, durable=False)
    await furnish(database)
    await database.close()


async def furnish(database: Database) -> None:
    """Makes all tables, with a row of each tenant in every one."""
    async with database.write() as db:
        connection = await db.connection()
        await connection.run_sync(METADATA.create_all)
        for table in METADATA.sorted_tables:
            for row_id, theirs in ((OURS, False), (THEIRS, True)):
                row = {column.name: _value(column, row_id, theirs) for column in table.columns}
                await connection.execute(insert(table).values(_unique(table, row, theirs)))
        duty = METADATA.tables["duty"]
        others = [Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR]
        for number, role in enumerate(others, start=1):
            for person, base in ((OURS, 10), (THEIRS, 80)):
                await connection.execute(
                    insert(duty).values(id=base + number, person_id=person, role=role.value)
                )
        await connection.execute(
            duty.update().where(duty.c.id.in_((OURS, THEIRS))).values(project_id=None, series_id=None)
        )


def _unique(table: Table, row: dict[str, object], theirs: bool) -> dict[str, object]:
    """Both tenants hold the same in a column that must differ: tell them apart."""
    for column in table.columns:
        alone = column.unique or column.primary_key
        if alone and not column.foreign_keys and isinstance(row[column.name], str):
            row[column.name] = f"{row[column.name]} {'theirs' if theirs else 'ours'}"
    return row


async def their_rows(connection: AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    """Everything of theirs, as it stands: their one row of each table, and whatever hangs on their rows."""
    found = {}
    for table in METADATA.sorted_tables:
        if table.name == "inboxevent":
            continue  # what came in, by our own hand
        rows = (await connection.execute(select(table))).all()
        mine = [
            tuple(row) for row in rows if getattr(row, "id", None) in _their_ids(table) or _hangs(table, row)
        ]
        found[table.name] = sorted(mine, key=str)
    return found


def their_rows_in(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """The same of an SQLite file, as its cells stand there: cheaper where it is asked hundreds of times."""
    found = {}
    with closing(sqlite3.connect(file)) as connection:
        for table in METADATA.sorted_tables:
            if table.name == "inboxevent":
                continue
            names = [column.name for column in table.columns]
            told = ", ".join(f'"{name}"' for name in names)
            rows = connection.execute(f'SELECT {told} FROM "{table.name}"').fetchall()
            places = [place for place, name in enumerate(names) if _points(table, name)]
            own = names.index("id") if "id" in names else -1
            mine = [
                row
                for row in rows
                if (own >= 0 and row[own] in _their_ids(table))
                or any(row[place] == THEIRS for place in places)
            ]
            found[table.name] = sorted(mine, key=str)
    return found


def _points(table: Table, name: str) -> bool:
    return bool(table.columns[name].foreign_keys) or name.endswith("_id")


def _their_ids(table: Table) -> tuple[int, ...]:
    return (THEIRS, 81, 82, 83) if table.name == "duty" else (THEIRS,)


def _hangs(table: Table, row: Any) -> bool:
    """Whether a row points to one of theirs."""
    pointing = [column.name for column in table.columns if _points(table, column.name)]
    return any(getattr(row, name) == THEIRS for name in pointing)


VALUES = (
    f"{THEIRS}",
    f"{THEIRS}:{THEIRS}",
    f"{THEIRS}:{THEIRS}:{THEIRS}",
    f"{THEIRS}:{THEIRS}:{THEIRS}:{THEIRS}",
    f"{THEIRS}:1",
    f"{THEIRS}:yes",
    f"{THEIRS}:done",
    f"{THEIRS}:en",
    f"{THEIRS}:en:1",
    f"{THEIRS}:facilitator:{THEIRS}",
    f"{THEIRS}|{THEIRS}",
    f"{THEIRS}|en",
    f"{OURS}:{THEIRS}",
    f"{OURS}:{THEIRS}:{THEIRS}",
    f"idea:{THEIRS}",
    f"session:{THEIRS}",
    f"cohort:{THEIRS}",
    f"series:{THEIRS}",
    f"project:{THEIRS}",
    f"year:{THEIRS}",
    f"person:{THEIRS}",
    f"user:{THEIR_USER}",
    NAME,
)
"""What a button or a link could carry to mean a row of theirs, in the shapes that ours have."""
TYPED = (f"{THEIRS}", f"user:{THEIR_USER}", f"cohort:{THEIRS}", NAME, f"{NAME}@example.org")
"""What could be typed."""


def lines(kinds: Mapping[str, tuple[str, tuple[str, ...]]], command: str) -> Iterator[str]:
    """Lines of a command that mean rows of theirs wherever its arguments let them: `kinds` gives the kind and
    the choices of each argument by name. By name, and by position."""
    for typed in TYPED:
        given = {name: _typed(kind, choices, typed) for name, (kind, choices) in kinds.items()}
        yield command + "".join(f' {name}="{value}"' for name, value in given.items())
        yield command + "".join(f" {value}" for value in given.values())


def _typed(kind: str, choices: tuple[str, ...], typed: str) -> str:
    return {
        "number": str(THEIRS),
        "date": "2027-03-01",
        "time": "12:00",
        "duration": "60",
        "choice": choices[0] if choices else "",
    }.get(kind, typed)
