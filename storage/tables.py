"""Every table, imported in one place so that the metadata is whole (migrations, tests)."""

from sqlmodel import SQLModel

from storage import imports, links, nudges, people, series, sessions

METADATA = SQLModel.metadata

__all__ = ["METADATA", "imports", "links", "nudges", "people", "series", "sessions"]
