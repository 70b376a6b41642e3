"""A word that is no command: which commands may have been meant. Only those that the asker may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rapidfuzz import fuzz, process

from bot.core.feature import CommandSpec
from bot.core.permissions import Role, may
from prompts.command_names import shown
from prompts.text import Marked
from prompts.words import core as words

NEAR = 65.0
"""Of 100: from here on a command is worth naming."""
ALIKE = 75.0
"""Of 100: from here on words look like a command that was mistyped."""
LONGEST = 60
"""Characters of what was typed that are shown again."""


def usable(commands: Mapping[str, CommandSpec], roles: Collection[Role]) -> dict[str, CommandSpec]:
    """Those by name (and other name) that somebody with these roles may use."""
    return {name: spec for name, spec in commands.items() if may(roles, spec.may)}


def unknown(language: str, text: str, commands: Mapping[str, CommandSpec]) -> Marked:
    """What is answered to a word that is none of these commands: the nearest three of them, or `help`."""
    said = " ".join(text.split()[:2])[:LONGEST]
    near = process.extract(said.casefold(), list(commands), scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
    if not near:
        return words.unknown_command_at_all(language, text=said)
    names = list(dict.fromkeys(shown(commands[name].name, language) for name, _, _ in near))
    return words.unknown_command(
        language, text=said, nearest=Marked(", ".join(f"`{name}`" for name in names))
    )


def mistyped(text: str, commands: Mapping[str, CommandSpec]) -> bool:
    """Whether the first word or two look like one of these commands."""
    first = text.casefold().split()[:2]
    begins = [first[0], " ".join(first)]
    alike = (process.extractOne(begin, commands.keys(), scorer=fuzz.ratio) for begin in begins)
    return any(found is not None and found[1] >= ALIKE for found in alike)
