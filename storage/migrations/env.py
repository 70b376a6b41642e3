"""Alembic's entry: runs on the connection that `storage.migrating` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from storage.base import JsonOf
from storage.tables import METADATA


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Scripts name our JSON type by the constant at their top."""
    return "JSON" if kind == "type" and isinstance(item, JSON | JsonOf) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
