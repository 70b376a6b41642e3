"""Sees every transaction of several databases, and whether one is begun inside another's."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from sqlalchemy import event

from storage.database import Database


class Spans:
    """`begun` counts transactions by database; `across` names the pairs that one task had open at once."""

    def __init__(self, **databases: Database) -> None:
        self.begun: defaultdict[str, int] = defaultdict(int)
        self.across: set[tuple[str, str]] = set()
        self._open: dict[Any, tuple[Any, str]] = {}
        """By connection: who began, and where. A session is closed in a task of its own."""
        for name, database in databases.items():
            self._listen(name, database)

    def _listen(self, name: str, database: Database) -> None:
        def begins(connection: Any) -> None:
            task = asyncio.current_task()
            self.across |= {
                (other, name) for one, other in self._open.values() if one is task and other != name
            }
            self._open[connection] = (task, name)
            self.begun[name] += 1

        def ends(connection: Any) -> None:
            self._open.pop(connection, None)

        for what, hear in (("begin", begins), ("commit", ends), ("rollback", ends)):
            event.listen(database.engine.sync_engine, what, hear)
