"""How often Python looks for garbage."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects made before the first look; Python's own 700 are fewer than one event makes."""
OLDER = 50
"""Looks at the younger before one at the older."""


def look_less_often() -> None:
    """Call it when everything is set up: what stands by then stays until the end and is passed over.

    Else every few events the collector goes through the hundreds of thousands of objects that the libraries
    set up, and holds up whatever is being answered: of events at full speed it took half of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
