"""Lists of words in the languages' files, and the patterns that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

Names = Annotated[tuple[str, ...], Field(min_length=1)]


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Each word once, the longer before the shorter, as an alternation wants them."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


def one_pattern(told: Iterable[str]) -> str:
    """A pattern that matches one of these, the first that fits, and nothing where there is none."""
    return f"(?:{'|'.join(told) or '(?!)'})"


def either(words: Iterable[str]) -> str:
    """A pattern that matches one of the words, the longest that fits, and nothing where there is none."""
    return one_pattern(map(re.escape, longest_first(words)))


def among(words: Iterable[str]) -> str:
    """A pattern that finds one of the words, where it is a whole word. ``join*`` may go on, ``*join`` may
    be the end of a longer one."""
    return one_pattern(map(_bounded, longest_first(words)))


def _bounded(word: str) -> str:
    before, after = ("" if word.startswith("*") else r"\b"), ("" if word.endswith("*") else r"\b")
    return f"{before}{re.escape(word.strip('*'))}{after}"
