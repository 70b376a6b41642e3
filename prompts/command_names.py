"""What each command is called in other languages than English: the name that help shows there.

A command may have further names; all are understood whatever the writer's language is, with or without their
accents. The names stand in each language's ``tables.yaml``.
"""

from __future__ import annotations

from prompts.language_tables import language_tables


def shown(name: str, language: str) -> str:
    """What the command is called in this language."""
    tables = language_tables().get(language)
    return tables.commands.get(name, name) if tables else name


def other_names(name: str) -> tuple[str, ...]:
    """What it is called in any other language, the name that help shows there first."""
    found: list[str] = []
    for tables in language_tables().values():
        found += [tables.commands[name]] if name in tables.commands else []
        found += tables.further_names.get(name, ())
    return tuple(found)
