"""`throughline words missing`: what a translator still has to write."""

from __future__ import annotations

import re
import sys

from prompts.missing import missing_words


def print_missing(language: str) -> int:
    """One line for each text; the count last. Returns the exit status: 1 when anything is missing."""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language):
        print(f"{language!r} is no language code; write it like es", file=sys.stderr)
        return 2
    missing = missing_words(language)
    for line in missing:
        print(line.replace("\n", " "))
    print(f"{len(missing)} texts are missing in {language}" if missing else f"{language} is complete")
    return 1 if missing else 0
