"""What each command, its arguments and its choices are called in other languages than English.

A command may have further names; all are understood whatever the writer's language is, with or without their
accents. The names stand in each language's ``tables.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from prompts.language_tables import in_every_language, language_tables


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


def example(name: str, english: str, language: str) -> str:
    """What an example of the command types after its name; `english` where this language needs no other."""
    tables = language_tables().get(language)
    return tables.examples.get(name, english) if tables else english


def argument_shown(name: str, language: str) -> str:
    """What an argument is called in this language."""
    tables = language_tables().get(language)
    return tables.arguments.get(name, name) if tables else name


def argument_names(name: str) -> tuple[str, ...]:
    """Its own name, and what it is called in each other language."""
    tables = language_tables().values()
    return (name, *(one.arguments[name] for one in tables if name in one.arguments))


def chosen(said: str, choices: Iterable[str]) -> str | None:
    """Which of these words is meant; `said` in lower case without accents."""
    return next((one for one in choices if said == one or said in _words_for(one)), None)


@cache
def _words_for(choice: str) -> frozenset[str]:
    said = set(in_every_language(lambda tables: tables.choices.get(choice, ())))
    if choice in ("yes", "no"):
        said.update(in_every_language(lambda tables: tables.yes if choice == "yes" else tables.no))
    return frozenset(said)
