"""`throughline tokens rotate`: every workspace's token under the newest key."""

from __future__ import annotations

import sys

from adapters.cli.databases import open_database
from adapters.settings import read_settings
from adapters.slack.store import reseal_all


async def rotate_tokens() -> int:
    """Returns the exit status: 1 when a token is sealed under a key that is not given."""
    settings = read_settings()
    seal = settings.token_seal()
    count = broken = 0
    for url in settings.cells.values():
        database = open_database(url)
        try:
            here, broken_here = await reseal_all(database, seal)
        finally:
            await database.close()
        count, broken = count + here, broken + broken_here
    print(f"{count - broken} of {count} tokens are under the first key")
    if broken:
        print(
            f"throughline: {broken} could not be opened: add the key that was there before to "
            "THROUGHLINE_TOKEN_KEYS, or install the app in those workspaces again",
            file=sys.stderr,
        )
        return 1
    print("The other keys can be taken out of THROUGHLINE_TOKEN_KEYS now.")
    return 0
