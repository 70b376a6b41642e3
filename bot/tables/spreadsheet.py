"""Workbooks (XLSX, XLS, ODS) as the text of a table; anything else is text already."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

from bot.tables import workbook
from bot.tables.decoding import LARGEST_FILE, Undecodable, decode

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED = 40 * LARGEST_FILE
"""Bytes. A small file may unpack into a huge one."""
LONGEST_SECONDS = 60.0
"""Until the other process is ended, however little of the processor it gets."""


def text_of(content: bytes) -> str:
    """The text of an uploaded file. A workbook's fullest sheet is told in lines of comma-separated cells, so
    that a line's number is its row's; it is read by a process of its own. Raises `Undecodable`."""
    if len(content) > LARGEST_FILE:
        raise Undecodable("too_large")
    if not content.startswith((ZIP, OLD)):
        return decode(content)
    if content.startswith(ZIP):
        _check_size(content)
    return _read_apart(content)


def _check_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Undecodable("not_text") from None
    if size > LARGEST_UNPACKED:
        raise Undecodable("too_large")


def _read_apart(content: bytes) -> str:
    command = [sys.executable, "-I", workbook.__file__]
    try:
        told = subprocess.run(  # noqa: S603 - our own program; the file is its input
            command, input=content, capture_output=True, check=False, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Undecodable("too_large") from None
    if told.returncode:
        raise Undecodable("not_text" if told.returncode == 1 else "too_large")
    return told.stdout.decode()
