"""Saying, to those who can mend it, which texts lack a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.learning.lookup import shown
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import learning as words


def missing_names(language: str, wanted: Sequence[str], names: Iterable[Mapping[str, str]]) -> Marked:
    """One line for each language of the series that a name lacks; empty when they are complete."""
    all_names = [dict(name) for name in names]
    lines = []
    for code in wanted:
        gaps = [shown(name, language) for name in all_names if not name.get(code, "").strip()]
        if gaps:
            in_language = community_words.language_name(language, code)
            lines.append(words.missing_language(language, language=in_language, names=", ".join(gaps)))
    return Marked("\n").join(lines)
