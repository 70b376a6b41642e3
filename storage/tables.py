"""Every table, loaded in one place so that the metadata is whole. A new module of `storage/` is found."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from sqlmodel import SQLModel
from sqlmodel.main import default_registry

import storage

METADATA = SQLModel.metadata

_OVER_ALL_TABLES = {"migrating", "moving", "tables"}
"""Modules that declare no table and need all of them to be there."""

for _module in iter_modules(storage.__path__):
    if _module.name not in _OVER_ALL_TABLES:
        import_module(f"storage.{_module.name}")


def row_classes() -> list[type[SQLModel]]:
    """The class of each table; one that points to another comes after it."""
    classes = {mapper.local_table: mapper.class_ for mapper in default_registry.mappers}
    return [classes[table] for table in METADATA.sorted_tables]
