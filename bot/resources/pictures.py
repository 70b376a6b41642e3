"""Pictures that may stand on a page: known by their first bytes, small, with a harmless name."""

from __future__ import annotations

import re

MOST_BYTES = 1024 * 1024
MOST_PICTURES = 20
LONGEST_NAME = 80
_STARTS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


def media_type_of(content: bytes) -> str:
    """By what the file is, not by what it is called; empty for anything that is no picture we serve.
    SVG is none of them: it can carry scripts."""
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def plain_name(given: str) -> str:
    """A file's name without folders, control characters and signs with a meaning."""
    last = re.split(r"[\\/]", given)[-1]
    return re.sub(r"[^\w. -]", "", last).strip(" .")[:LONGEST_NAME] or "picture"
