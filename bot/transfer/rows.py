"""Making a row or bringing it up to date, and counting which of the two it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, select

from bot.transfer.problems import ImportOutcome


async def keep(
    db: AsyncSession,
    table: type[Any],
    known: Mapping[str, Any],
    values: Mapping[str, Any],
    outcome: ImportOutcome,
) -> Any:
    """The row known by `known`, made or brought to `values`, with its id."""
    row = (await db.scalars(matching(table, known))).first()
    kind = table.__name__.casefold()
    if row is None:
        row = table(**known, **values)
        db.add(row)
        outcome.count(kind, new=True)
    elif update(row, values):
        outcome.count(kind, new=False)
    await db.flush()
    return row


def matching(table: type[Any], known: Mapping[str, Any]) -> Any:
    return select(table).where(*(getattr(table, name) == value for name, value in known.items()))


def update(row: SQLModel, values: Mapping[str, Any]) -> bool:
    """Whether anything changed."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
