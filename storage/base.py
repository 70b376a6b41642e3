"""What all tables share: the metadata with stable constraint names, and the column types we use."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMING).naming_convention

LARGEST_ID = 2**53 - 1
"""A larger id is nobody's, and no error either: columns hold it, and so does JSON wherever it is read."""
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
"""Each database numbers its rows from a place of its own (`storage.moving`), so ids are long."""


@event.listens_for(Column, "after_parent_attach")
def _long_id(column: Column[Any], table: Table) -> None:
    """Of all our tables. SQLite remembers the last id that it gave, so that the next can be set."""
    ours = table.metadata is SQLModel.metadata and type(column.type) is Integer
    if ours and (column.name == "id" or column.name.endswith("_id")):
        column.type = ROW_ID
        if column.name == "id":
            table.dialect_options["sqlite"]["autoincrement"] = True


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def json_field(default_factory: Any = dict, **more: Any) -> Any:
    """A JSON column (JSONB on PostgreSQL). Assign a new value to change it; changes inside go unseen."""
    return Field(default_factory=default_factory, sa_column=Column(Json, nullable=False), **more)


def optional_json_field() -> Any:
    """A JSON column that may be empty."""
    return Field(default=None, sa_column=Column(Json, nullable=True))


HOME_ZONE = "America/Los_Angeles"
"""The zone of a community and of a cohort that were told none."""


def opaque_id() -> str:
    """A random id that tells nothing and cannot be guessed: 22 URL-safe characters, 128 bits."""
    return secrets.token_urlsafe(16)
