"""What a language still lacks, text by text: the list that a translator works through."""

from __future__ import annotations

from pathlib import Path

from prompts.catalog import FOLDER, SOURCE_LANGUAGE, Message, all_messages, catalog_in, placeholders
from prompts.library import missing_texts, read_library, read_yaml


def missing_words(language: str, folder: Path = FOLDER) -> list[str]:
    """One line for each text that is missing in `language`, or that names a placeholder of no message: which
    file, which entry, and the English. `folder` holds the languages' folders. Empty: it is complete."""
    missing = _missing_messages(language, folder)
    missing += [f"prompts/library: {place.strip('.')}" for place in missing_texts(read_library(), language)]
    return missing + _missing_in_instruments(language)


def _missing_messages(language: str, folder: Path) -> list[str]:
    if language == SOURCE_LANGUAGE:
        return []
    catalog = catalog_in(folder / language, language)
    found = []
    for message in sorted(all_messages().values(), key=lambda one: one.id):
        why = _why_missing(message, catalog.get(message.msgid, context=message.id) if catalog else None)
        if why:
            file = message.id.partition(".")[0]
            found.append(f"{language}/{file}.po: {message.id}: {why}: {message.source}")
    return found


def _why_missing(message: Message[...], entry: object) -> str:
    texts = getattr(entry, "string", None)
    given = [texts] if isinstance(texts, str) else list(texts or ())
    if not given or not all(given):
        return "missing"
    if getattr(entry, "fuzzy", False):
        return "marked fuzzy"
    unknown = {name for text in given for name in placeholders(text)} - set(message.parameters)
    return f"names unknown placeholders {', '.join(sorted(unknown))}" if unknown else ""


def _missing_in_instruments(language: str) -> list[str]:
    """Every text by language in the forms that lacks this one."""
    found: list[str] = []
    for path in sorted((FOLDER / "instruments").glob("*.yaml")):
        _look(read_yaml(path), language, f"prompts/instruments/{path.name}", found)
    return found


def _look(value: object, language: str, place: str, found: list[str]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get(SOURCE_LANGUAGE), str):
            if not str(value.get(language) or "").strip():
                found.append(f"{place}: {value[SOURCE_LANGUAGE]}")
            return
        for key, one in value.items():
            _look(one, language, f"{place} {key}", found)
    elif isinstance(value, list):
        for number, one in enumerate(value, start=1):
            _look(one, language, f"{place} {number}", found)
