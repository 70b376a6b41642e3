"""Text made comparable without moving a letter, so that a place in it is a place in the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

DASH = "[-‐‑‒–—−]"
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def clean(text: str) -> str:
    """`text` without invisible letters, with ordinary spaces and quotation marks."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return text.replace("’", "'").replace("\r\n", "\n").replace("\r", "\n")


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
