"""`throughline words update`: a language's `.po` files, made or brought up to date."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel import UnknownLocaleError

from prompts.catalog import FOLDER
from prompts.translating import update_words


def print_update(language: str, translator: str = "", folder: Path = FOLDER) -> int:
    """What was kept, what to look at again, what is new. Returns the exit status: 2 for no language."""
    try:
        update = update_words(language, datetime.now(UTC), folder, translator)
    except (ValueError, UnknownLocaleError) as error:
        print(f"{language!r}: {error}; write it like es", file=sys.stderr)
        return 2
    for message in update.changed:
        print(f"look at it again: {message}")
    print(
        f"{language}: {update.kept} translations kept, {len(update.changed)} to look at again, "
        f"{len(update.new)} to write, {update.obsolete} obsolete; {len(update.files)} files written"
    )
    print(f"throughline words missing {language} lists what is still to do, the library and forms too")
    return 0
