"""A file in a form's answer: its name and its bytes as one text, for files that are no text themselves."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from urllib.parse import quote, unquote

_ATTACHED = re.compile(r"data:;name=([^;,]*);base64,([A-Za-z0-9+/=]*)")


def attached(name: str, content: bytes) -> str:
    """The answer that carries this file."""
    return f"data:;name={quote(name)};base64,{b64encode(content).decode()}"


def attachment(answer: str) -> tuple[str, bytes] | None:
    """(name, bytes) of a file that an answer carries; None for text that was typed."""
    found = _ATTACHED.fullmatch(answer)
    if found is None:
        return None
    try:
        return unquote(found[1]), b64decode(found[2], validate=True)
    except (binascii.Error, ValueError):
        return None
