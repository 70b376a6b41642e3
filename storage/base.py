"""What all tables share: the metadata with stable constraint names, and the column types we use."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import JSON, Column, MetaData
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

LARGEST_ID = 2**31 - 1
"""What an integer column of PostgreSQL holds: a larger id is nobody's, and no error either."""

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
