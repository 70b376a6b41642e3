"""Suggesting themes from what people shared: a word count, no more. A facilitator decides.

Only texts that were shared may be given here: what comes out repeats their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

MOST_SUGGESTIONS = 5
MOST_TEXTS, MOST_CHARACTERS = 300, 600
"""Texts read, and characters read of each."""
LONGEST_PHRASE = 3
"""Words."""
VOICES = 2
"""A phrase comes up when so many people used it; the words of one person alone are not suggested."""
ALIKE = 85
"""Of 100: from here on two names mean the same."""
_NOT_A_THEME = re.compile(r"\d|@|https?:")


def suggest_themes(texts: Sequence[str], language: str, known: Iterable[str] = ()) -> list[str]:
    """Names of themes that these shared texts seem to be about, the likeliest first, five at most.

    `known` are the names of earlier themes in `language`: those that two people or more touched on come
    first, so that a theme keeps its name over the years; then phrases that are new. Keyphrases are found by
    YAKE (Campos et al. 2020), which needs no training and no network.
    """
    read = [" ".join(text[:MOST_CHARACTERS].split()) for text in texts[:MOST_TEXTS]]
    again = [name for name in known if _voices(name, read) >= VOICES]
    suggestions: list[str] = []
    for name in [*again, *_phrases(read, language)]:
        if not any(
            fuzz.token_set_ratio(name.casefold(), suggestion.casefold()) >= ALIKE
            for suggestion in suggestions
        ):
            suggestions.append(name)
    return suggestions[:MOST_SUGGESTIONS]


def _phrases(read: Sequence[str], language: str) -> list[str]:
    if not any(read):
        return []
    from yake import KeywordExtractor  # takes half a second to import, and is needed rarely

    extractor = KeywordExtractor(lan=language, n=LONGEST_PHRASE, top=40)
    found = [str(phrase) for phrase, _ in extractor.extract_keywords(". ".join(read))]
    return [
        phrase
        for phrase in sorted(found, key=lambda phrase: -len(phrase.split()))
        if not _NOT_A_THEME.search(phrase) and len(phrase) > 3 and _voices(phrase, read) >= VOICES
    ]


def _voices(name: str, read: Iterable[str]) -> int:
    """How many of the texts hold all the words of a name that are longer than three letters."""
    wanted = {word for word in _words(name) if len(word) > 3} or set(_words(name))
    return sum(bool(wanted) and wanted <= set(_words(text)) for text in read)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())
