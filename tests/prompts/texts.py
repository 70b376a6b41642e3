"""Collects every text of a model read from our YAML, and what no text of ours may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from prompts.library import Words

EMAIL = re.compile(r"[\w.+-]+@([\w-]+\.)+\w+")
PHONE = re.compile(r"\+?\(?\d{3}\)?[\s.-]?\d{3,4}([\s.-]?\d{4})?\b")
EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")


def all_words(entry: object) -> Iterator[Words]:
    """Every `Words` in a model, in file order."""
    if isinstance(entry, Words):
        yield entry
    elif isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from all_words(getattr(entry, name))
    elif isinstance(entry, tuple):
        for item in entry:
            yield from all_words(item)
    elif isinstance(entry, dict):
        for item in entry.values():
            yield from all_words(item)


def faults(text: str, language: str) -> list[str]:
    """What is wrong with the manner of one text; empty when nothing is."""
    found = [name for name, pattern in (("phone number", PHONE), ("emoji", EMOJI)) if pattern.search(text)]
    found += ["address"] if EMAIL.search(text) else []
    found += ["exclamation"] if "!" in text else []
    found += ["two spaces"] if "  " in text or text != text.strip() else []
    found += ["no ¿"] if language == "es" and text.count("?") != text.count("¿") else []
    found += (
        ["ventures to tú"] if language == "es" and re.search(r"\b(tú|tu|tus|tienes|puedes)\b", text) else []
    )
    return [f"{fault}: {text}" for fault in found]
