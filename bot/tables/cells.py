"""What a cell says, without what nobody sees; and the words of a heading."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from prompts.language_tables import in_every_language

_NOBODY_SEES = dict.fromkeys(
    (0x0, 0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
"""NUL, the soft hyphen, zero-width spaces and the marks of writing direction."""
_JOINERS = re.compile(r"(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f]|$)|^[\u200c\u200d]")
"""Joiners beside plain letters. Between Persian letters and in emoji they mean something."""
_NEUTRALISED = re.compile(r"^'(?=[=+\-@])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_]+")
_BLANK = frozenset(
    {"", "-", "--", "---", "–", "—", "n/a", "na", "n.a.", "null", "nan", "(blank)", "#n/a", "nil"}
)
"""What programs write for nothing in every language."""


@cache
def _blank() -> frozenset[str]:
    return _BLANK | frozenset(in_every_language(lambda tables: tables.rosters.blank))


def clean(cell: str) -> str:
    """One line of text in composed form: letters of every script stay, invisible characters go.

    A formula that was made harmless with an apostrophe is what it was. Other control characters stay: who
    reads the cell decides what they are worth.
    """
    seen = unicodedata.normalize("NFC", cell.translate(_NOBODY_SEES))
    return _NEUTRALISED.sub("", " ".join(_JOINERS.sub("", seen).split()))


def is_blank(cell: str) -> bool:
    """Whether a cleaned cell says nothing: empty, a dash, "N/A", "prefer not to say"."""
    return bare(cell) in _blank()


def bare(text: str) -> str:
    """Lower case without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in spread if not unicodedata.combining(one))


def heading_words(heading: str) -> str:
    """The words of a heading in lower case without accents and signs: ``e mail address``, ``user
    language``."""
    return _NO_WORD.sub(" ", bare(_CAMEL.sub(" ", clean(heading)))).strip()
