"""What other programs write in each language: ``prompts/<language>/programs.yaml``, read once.

A language may have this file and no other: meeting tools and mail programs speak it, though the bot does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import yaml

from prompts import language_tables
from prompts.library import Strict
from prompts.word_lists import Names, longest_first


class ProgramWords(Strict):
    """One language's file. `remarks` stand in brackets behind a name and are none."""

    remarks: Names


@cache
def program_words() -> Mapping[str, ProgramWords]:
    """By language. Raises `pydantic.ValidationError` for a malformed file."""
    files = sorted(language_tables.FOLDER.glob(f"*/{language_tables.PROGRAMS}"))
    return {
        path.parent.name: ProgramWords.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in files
    }


def in_every_program(words: Callable[[ProgramWords], Iterable[str]]) -> tuple[str, ...]:
    """The words of every language together, the longer before the shorter."""
    return longest_first(word for one in program_words().values() for word in words(one))
