"""Cells that a spreadsheet opens as text, never as a formula.

Source: OWASP, "CSV Injection". A text that starts with `=`, `+`, `-` or `@`, in any width, or hides one
behind tabs, returns, NUL or invisible characters, gets a leading apostrophe. So does one after a separator
or line break inside the text, because a spreadsheet with other separators would start a new cell there.
Numbers, dates and truth values are not text and stay what they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TypeVar

Cell = TypeVar("Cell")

# NFKC folds full-width and small forms to the plain sign; U+2212 is the minus that it leaves alone.
_SIGNS = frozenset("=+-@\u2212")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AFTER_SEPARATOR = re.compile(r"(?<=[;|\n])([^\S\n]*)(\S)")


def neutral_cell(value: Cell) -> Cell | str | None:
    """The value as it may be written to a CSV or XLSX cell; None (an empty cell) for nan and infinities.

    Text loses control characters (a tab or return becomes a space); applying this twice changes nothing more.
    """
    if isinstance(value, str):
        return neutral_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def neutral_text(text: str) -> str:
    """The text without anything that a spreadsheet would run."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", " ").replace("\t", " "))
    first = _first_seen(plain)
    led = f"'{plain}" if first is not None and _is_sign(first) else plain
    return _AFTER_SEPARATOR.sub(_with_apostrophe, led)


def _with_apostrophe(found: re.Match[str]) -> str:
    blank, first = found.groups()
    rest = found.string[found.start(2) :]
    seen = _first_seen(rest)
    return f"{blank}'{first}" if seen is not None and _is_sign(seen) else f"{blank}{first}"


def _first_seen(text: str) -> str | None:
    """The first character that a reader would see: neither blank nor invisible (a byte order mark)."""
    return next((c for c in text if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"}), None)


def _is_sign(character: str) -> bool:
    return unicodedata.normalize("NFKC", character)[:1] in _SIGNS
