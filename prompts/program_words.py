"""What other programs write in each language: ``prompts/<language>/programs.yaml``, read once.

A language may have this file and no other: meeting tools and mail programs speak it, though the bot does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Literal

import yaml

from prompts import language_tables
from prompts.library import Strict
from prompts.word_lists import Names, longest_first

ReportColumn = Literal[
    "name", "first", "last", "email", "upn", "action", "moment", "attended", "registration_email", "role"
]
ReportPart = Literal[
    "email", "registered", "waiting", "duration", "seconds", "joined", "left", "first", "last"
]


class ReportWords(Strict):
    """Words in a report of who was in a meeting. By what a column is about: whole `headings`, and words
    `within` one. The language is told by `telling`; yes and no, and units of time, stand here beside those
    of the language's tables."""

    headings: Mapping[ReportColumn, Names]
    within: Mapping[ReportPart, Names]
    telling: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    seconds: Names
    joins: tuple[str, ...] = ()
    o_clock: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()


class ProgramWords(Strict):
    """One language's file. `remarks` stand in brackets behind a name and are none."""

    remarks: Names
    reports: ReportWords


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
