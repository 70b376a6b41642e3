"""What all tables share: the metadata with stable constraint names, and the column types we use."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, TypeAdapter, ValidationError
from sqlalchemy import JSON, BigInteger, Column, Dialect, Integer, MetaData, Table, TypeDecorator, event
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


class JsonModel(BaseModel):
    """What a JSON column holds. A key that this version does not know is kept; a field that has its default
    is not written."""

    model_config = ConfigDict(frozen=True, extra="allow")


Moment = Annotated[datetime, PlainSerializer(datetime.isoformat, when_used="json")]
"""A date and time of a `JsonModel`, written with its offset: ``2027-02-01T17:00:00+00:00``."""


class UnreadableJson(ValueError):
    """A JSON column holds something of another shape; the message names the fields, not what they hold."""


class JsonOf(TypeDecorator[Any]):
    """A JSON column that is read as a model or a dataclass, or as a list or map of them, and written as its
    JSON.

    Raises `UnreadableJson` for a value of another shape, read or written; what stands in the row stays."""

    impl = JSON
    cache_ok = True
    hashable = False

    def __init__(self, shape: Any) -> None:
        super().__init__(none_as_null=True)
        self.shape = shape
        self._adapter: TypeAdapter[Any] = TypeAdapter(shape)

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return Json

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Takes plain JSON too, as rows are moved between databases. A model may be a copy that nobody
        checked, so what it makes is read once more."""
        if value is None:
            return None
        model = self._read(value)
        written = self._adapter.dump_python(model, mode="json", exclude_defaults=True, warnings=False)
        self._read(written)
        return written

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self._read(value)

    def _read(self, value: Any) -> Any:
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors())
            raise UnreadableJson(f"no {getattr(self.shape, '__name__', self.shape)}: {wrong}") from None


def json_field(default_factory: Any = dict, shape: Any = None) -> Any:
    """A JSON column (JSONB on PostgreSQL); with a `shape` it is read as that. To change it, assign a new
    value: changes inside go unseen."""
    kept = JsonOf(shape) if shape else Json
    return Field(default_factory=default_factory, sa_column=Column(kept, nullable=False))


def optional_json_field(shape: Any = None) -> Any:
    """A JSON column that may be empty; with a `shape` it is read as that."""
    return Field(default=None, sa_column=Column(JsonOf(shape) if shape else Json, nullable=True))


def model_field(model: type[JsonModel]) -> Any:
    """A JSON column that is read as this model, which is whole without any key."""
    return json_field(model, model)


HOME_ZONE = "America/Los_Angeles"
"""The zone of a community and of a cohort that were told none."""


def opaque_id() -> str:
    """A random id that tells nothing and cannot be guessed: 22 URL-safe characters, 128 bits."""
    return secrets.token_urlsafe(16)
