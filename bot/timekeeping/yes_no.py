"""Yes and no."""

from __future__ import annotations

from bot.timekeeping.misread import Misread, misread, plain

_YES = frozenset(
    {"y", "yes", "yeah", "yep", "sure", "ok", "okay", "true", "on", "1", "s", "si", "claro", "vale"}
)
_NO = frozenset({"n", "no", "nope", "nah", "not", "false", "off", "0", "no gracias", "no thanks"})


def parse_yes_no(said: str) -> bool | Misread:
    """True for yes, False for no, in English or Spanish."""
    word = plain(said)
    if word in _YES:
        return True
    if word in _NO:
        return False
    return misread("yes_no.unclear", said)
