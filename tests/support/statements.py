"""SQLAlchemy compiles a statement once for each engine; the tests have an engine each. Here what one test has
compiled serves the next: an eighth of the time of all tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from storage.database import Database

MOST_STATEMENTS = 5_000


def share_statements() -> None:
    """The dialect is part of what a compiled statement is found by, so two of one class count as the same:
    every database of one kind here has the same driver and the same server."""
    shared: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)
    alone = Database.__init__

    def sharing(self: Database, *args: Any, **options: Any) -> None:
        alone(self, *args, **options)
        self.engine.sync_engine.update_execution_options(compiled_cache=shared)

    dialect: Any = DefaultDialect
    dialect.__eq__ = lambda self, other: type(self) is type(other)
    dialect.__hash__ = lambda self: hash(type(self))
    database: Any = Database
    database.__init__ = sharing
