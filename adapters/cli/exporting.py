"""`throughline export`: what another centre can import."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlmodel import select

from adapters.cli.communities import all_databases, found_in, known_communities, of_which
from bot.transfer.exporting import series_as_yaml
from storage.series import Series


async def export_series_file(name: str, file: Path | None, named: str = "") -> int:
    """Write the series with this short name or number, perhaps of the community `named`, to `file`, or print
    it. Returns the exit status. Raises `CannotChoose`."""
    async with all_databases() as databases:
        known = await known_communities(databases)
        series = await found_in(databases, known, named, select(Series.community_id, Series.id, Series.slug))
        found = [one for one in series if name.casefold() in {one[2], str(one[1])}]
        if len(found) != 1:
            slugs = ", ".join(sorted(one[2] for one in series)) or "none"
            print(
                f"{len(found)} series are called {name!r}; there are: {slugs}{of_which(found)}",
                file=sys.stderr,
            )
            return 1
        [(home, series_id, _)] = found
        async with databases[home.cell].read() as db:
            text = await series_as_yaml(db, await db.get_one(Series, series_id))
    if file is None:
        print(text, end="")
        return 0
    _write(file, text)
    print(f"wrote {file}; in the other centre: throughline import series {file.name} --starts DAY")
    return 0


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode())
