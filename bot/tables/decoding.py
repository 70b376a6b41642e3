"""From the bytes of a file to its text, whatever the program that wrote it."""

from __future__ import annotations

import codecs
import re
import unicodedata

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes. A roster of 20,000 people has about 2 MB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOST_NULS = 0.02
"""Of the characters: a program may slip a NUL into a name; a file full of them is no text."""


class Undecodable(ValueError):
    """Not text: `key` names the sentence that says so."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def decode(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8 or UTF-16, else what Excel writes on Windows
    (Windows-1252) or on a Mac (Mac Roman), by which of the two makes words of it.

    A stray NUL is left out. Raises `Undecodable` for a file that is too large, damaged or no text.
    """
    if len(content) > LARGEST_FILE:
        raise Undecodable("too_large")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Undecodable("not_text")
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    try:
        text = content.decode(marked or _wide(content) or "utf-8")
    except UnicodeDecodeError:
        if marked:
            raise Undecodable("damaged") from None
        text = _western(content)
    if text.count("\x00") > max(8, _MOST_NULS * len(text)) or (len(text) < 16 and "\x00" in text):
        raise Undecodable("not_text")
    return text.replace("\x00", "")


def _wide(content: bytes) -> str | None:
    """UTF-16 whose mark a mail gateway cut off: every other byte of Western text is NUL."""
    start = content[:400]
    half = len(start) // 2
    if half < 4:
        return None
    low, high = start[1::2].count(0), start[0::2].count(0)
    if low > 0.7 * half and high < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if high > 0.7 * half and low < 0.1 * half else None


def _western(content: bytes) -> str:
    windows = content.decode("cp1252", errors="replace")
    if "�" in windows:
        windows = content.decode("latin-1")
    mac = content.decode("mac_roman")
    return mac if _strangeness(mac) < _strangeness(windows) else windows


_SIGN_IN_WORD = re.compile(r"[^\W\d_][^\w\s.,;:'\"’&/()\-+@|][^\W\d_]")
_CASE_BREAK = re.compile(r"[a-zß-ÿ][À-ÖØ-ÞŠŽŒŸ]|[A-Z][ß-öø-ÿ][A-Z]")
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ºª")


def _strangeness(text: str) -> float:
    """How little the characters beyond ASCII look like those of Western words."""
    beyond = [one for one in text if one > "\x7f"]
    signs = len(_SIGN_IN_WORD.findall(text)) + len(_CASE_BREAK.findall(text))
    odd = sum(1 for one in beyond if unicodedata.category(one) in {"Sm", "Sc", "Sk", "So", "Co", "Cc", "Lm"})
    familiar = sum(1 for one in beyond if one in _SPANISH or (one.isalpha() and one.islower()))
    return 3.0 * signs + 2.0 * odd - 0.5 * familiar
