"""From the bytes of a file to its text, whatever the program that wrote it."""

from __future__ import annotations

import codecs

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes. A roster of 20,000 people has about 2 MB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Undecodable(ValueError):
    """Not text: `key` names the sentence that says so."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def decode(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252 and Latin-1 (which Excel
    writes). Raises `Undecodable` for a file that is too large, damaged or no text (a spreadsheet)."""
    if len(content) > LARGEST_FILE:
        raise Undecodable("too_large")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Undecodable("not_text")
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    try:
        text = content.decode(marked) if marked else _unmarked(content)
    except UnicodeDecodeError:
        raise Undecodable("damaged") from None
    if "\x00" in text:
        raise Undecodable("not_text")
    return text


def _unmarked(content: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
