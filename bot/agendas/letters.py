"""Text made comparable without moving a letter, so that a place in it is a place in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

DASH = "[-‐‑‒–—−]"
CAPITAL = "[A-ZÀ-ÖØ-Þ]"
SMALL = "a-zß-öø-ÿ"
"""Letters of a set."""
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_RUN = re.compile(r"([^\w\n])\1{40,}+")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*+\n){4,}+")
LONGEST_LINE = 2_000
"""Letters. Patterns that look for what may stand anywhere take time with the square of a line's length."""
_LONG_LINE = re.compile(rf"[^\n]{{{LONGEST_LINE // 2}}}(?=[^\n])")


def clean(text: str) -> str:
    """`text` without invisible letters, with ordinary spaces and quotation marks, and with no line longer than
    `LONGEST_LINE` or run of the same sign longer than 40."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = text.replace("’", "'").replace("\r\n", "\n").replace("\r", "\n")
    text = _BLANK_LINES.sub("\n\n\n", _RUN.sub(lambda hit: hit[1] * 40, text))
    return _LONG_LINE.sub(_broken, text)


def _broken(line: re.Match[str]) -> str:
    """A long line in two, where a sentence or at least a word ends."""
    at = line[0].rfind(". ") + 1 or max(line[0].rfind(" "), 0) or LONGEST_LINE
    return f"{line[0][:at]}\n{line[0][at:]}"


def flat(text: str) -> str:
    """`text` in lower case without accents, letter by letter: of the same length."""
    return "".join(_flat_letter(letter) for letter in text)


def _flat_letter(letter: str) -> str:
    bare = unicodedata.normalize("NFKD", letter)[:1].lower()
    return bare[:1] or letter


def blank(text: str, spans: Iterable[tuple[int, int]], by: str = "\x00") -> str:
    """`text` with each span overwritten by as many `by`."""
    letters = list(text)
    for begin, end in spans:
        letters[begin:end] = by * (end - begin)
    return "".join(letters)


def squeeze(text: str) -> str:
    """One line, single spaces, nothing but words at its ends."""
    return " ".join(text.split()).strip(" \t-‐‑‒–—−:;,|·•*.").strip()
