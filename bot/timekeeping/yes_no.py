"""Yes and no."""

from __future__ import annotations

from functools import cache

from bot.timekeeping.misread import Misread, misread, plain
from prompts.language_tables import in_every_language


@cache
def _yes() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.yes))


@cache
def _no() -> frozenset[str]:
    return frozenset(in_every_language(lambda tables: tables.no))


def parse_yes_no(said: str) -> bool | Misread:
    """True for yes, False for no, in any of our languages."""
    word = plain(said)
    if word in _yes():
        return True
    if word in _no():
        return False
    return misread("yes_no.unclear", said)
