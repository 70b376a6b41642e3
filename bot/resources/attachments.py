"""Pictures and files that a page may have: known by what is in them, small, with a harmless name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

MOST_PICTURE_BYTES = 1024 * 1024
MOST_FILE_BYTES = 3 * 1024 * 1024
MOST_ATTACHED = 20
LONGEST_NAME = 80
MOST_UNPACKED = 100 * 1024 * 1024
"""An office file that would unfold to more is none that somebody wrote."""
MOST_PARTS = 3000

SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}
"""By media type. What can carry a script into a browser (HTML, SVG) is not among them."""
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_OFFICE = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}


def media_type_of(content: bytes, name: str = "") -> str:
    """By what the file is, not by what it is called; empty for anything that is not served. Only plain text
    needs its name, to tell a table from a text."""
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return _text_type(content, name)


def _office_type(content: bytes) -> str:
    """A document, slides or a workbook without macros. Nothing is unpacked: the list of parts is enough."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        return ""
    if "[Content_Types].xml" not in names or any("vbaproject" in name.casefold() for name in names):
        return ""
    found = [suffix for main, suffix in _OFFICE.items() if main in names]
    return _TYPES[found[0]] if len(found) == 1 else ""


def _text_type(content: bytes, name: str) -> str:
    suffix = PurePosixPath(name.casefold()).suffix
    if suffix not in {".csv", ".txt"}:
        return ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    unseen = any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text)
    return "" if unseen or not text.strip() else _TYPES[suffix]


def is_picture(media_type: str) -> bool:
    return media_type.startswith("image/")


def most_bytes(media_type: str) -> int:
    return MOST_PICTURE_BYTES if is_picture(media_type) else MOST_FILE_BYTES


def plain_name(given: str) -> str:
    """A file's name without folders, control characters and signs with a meaning."""
    last = re.split(r"[\\/]", given)[-1]
    return re.sub(r"[^\w. -]", "", last).strip(" .")[:LONGEST_NAME] or "file"


def own_name(given: str, media_type: str, taken: Collection[str]) -> str:
    """The plain name with the suffix of what it is; a name that is taken gets a number."""
    plain, suffix = PurePosixPath(plain_name(given)), SUFFIXES[media_type]
    alike = {suffix, plain.suffix} <= {".jpg", ".jpeg"}
    keeps = plain.suffix.casefold() == suffix or alike
    stem = plain.stem if plain.suffix else plain.name
    suffix = plain.suffix if keeps else suffix
    names = [f"{stem}{suffix}", *(f"{stem} {number}{suffix}" for number in range(2, len(taken) + 3))]
    lowered = {name.casefold() for name in taken}
    return next(name for name in names if name.casefold() not in lowered)
