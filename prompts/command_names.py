"""What each command is called in other languages than English: the name that help shows there.

A command may have further names (its aliases); these are understood in every language as well, with or
without their accents. The names stand in each language's ``tables.yaml``.
"""

from __future__ import annotations

from prompts.language_tables import language_tables


def shown(name: str, language: str) -> str:
    """What the command is called in this language."""
    tables = language_tables().get(language)
    return tables.commands.get(name, name) if tables else name


def other_names(name: str) -> tuple[str, ...]:
    """What it is called in any other language."""
    return tuple(tables.commands[name] for tables in language_tables().values() if name in tables.commands)
