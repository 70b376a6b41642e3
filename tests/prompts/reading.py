"""Reading grade of a text in English and Spanish, by library.

English: the Flesch-Kincaid grade, at most 8.
Spanish: the Fernández-Huerta score (0-100, higher is easier). Its table puts "normal, 7th or 8th grade"
at 60-70 and "fairly easy, 6th grade" at 70-80, so 60 is the floor for grade 8. The library counts Spanish
syllables by hyphenation, which never leaves a single letter alone (*día* counts as one), and so calls
some texts easier than they are, by two points on average; the floor is therefore 70 here, not 60.

A formula means little on a label of four words: texts shorter than `TOO_SHORT` words are judged together,
joined as sentences.
"""

from __future__ import annotations

from collections.abc import Iterable

import textstat

TOO_SHORT = 10
HIGHEST_GRADE = 8.0
LOWEST_SPANISH_SCORE = 70.0


def count_words(text: str) -> int:
    """Words separated by white space; a lone dash or list mark is no word."""
    return sum(any(character.isalnum() for character in word) for word in text.split())


def too_hard(text: str, language: str, highest: float = HIGHEST_GRADE) -> str:
    """An explanation when `text` is above the grade, 8 unless named, in `language`; empty when it is fine."""
    textstat.set_lang(language)
    plain = text.replace("**", "").replace("\n- ", "\n")
    if language == "es":
        score = float(textstat.fernandez_huerta(plain))
        return f"{score:.0f} < {LOWEST_SPANISH_SCORE:.0f}: {text}" if score < LOWEST_SPANISH_SCORE else ""
    grade = float(textstat.flesch_kincaid_grade(plain))
    return f"grade {grade:.1f} > {highest:.0f}: {text}" if grade > highest else ""


def hard_ones(texts: Iterable[str], language: str) -> list[str]:
    """Explanations for every text that is too hard; short texts are judged together."""
    long: list[str] = []
    short: list[str] = []
    for text in texts:
        (short if count_words(text) < TOO_SHORT else long).append(text)
    together = " ".join(text if text[-1] in ".?!" else f"{text}." for text in short)
    return [found for text in [*long, together] if text and (found := too_hard(text, language))]
