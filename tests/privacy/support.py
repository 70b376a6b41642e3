"""Looking for words where they must not be."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import text

from storage.tables import METADATA
from tests.support.stage import Stage


async def all_that_is_stored(stage: Stage) -> str:
    """Every cell of every table, as text."""
    cells: list[str] = []
    async with stage.database.read() as db:
        for table in METADATA.sorted_tables:
            for row in await db.execute(text(f'SELECT * FROM "{table.name}"')):
                cells += [str(cell) for cell in row]
    return "\n".join(cells)


def whole_words(text: str, *words: str) -> list[str]:
    """Those that stand in `text` by themselves; a random mark may have any three letters in it."""
    return [word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]


def bytes_on_disk(folder: Path) -> bytes:
    """The SQLite file with what stands beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))
