"""The file that Zoom reads to assign people to breakout rooms before a meeting."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

HEADER = ("Pre-assign Room Name", "Email Address")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def zoom_csv(rooms: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The file's text for rooms of email addresses; whoever has no address is left out.

    Zoom places people by the address of their account. An address that a spreadsheet would take for a
    formula is left out as well: no mailbox of a learner looks like that.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for name, addresses in rooms:
        writer.writerows((name, address) for address in addresses if fits_zoom(address))
    return out.getvalue()


def fits_zoom(address: str | None) -> bool:
    """Whether Zoom can find somebody by this address."""
    return bool(address) and "@" in (address or "") and not (address or "").startswith(FORMULA_STARTS)
