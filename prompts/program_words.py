"""What other programs write in each language: ``prompts/<language>/programs.yaml``, read once.

A language may have this file and no other: meeting tools and mail programs speak it, though the bot does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from prompts.catalog import FOLDER
from prompts.language_tables import PROGRAMS
from prompts.library import Strict, read_yaml
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


class ReplyWords(Strict):
    """What a mail program adds to a reply: the line above a quotation (`on` … `wrote`, or the verb before
    the name), a quoted message's headings, what it says of itself (`sent_by` `my`, `get`), and how an
    out-of-office begins (`away`)."""

    on: Names
    wrote: tuple[str, ...] = ()
    wrote_before_name: tuple[str, ...] = ()
    from_: Annotated[Names, Field(alias="from")]
    sent: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    sent_by: tuple[str, ...] = ()
    my: tuple[str, ...] = ()
    get: tuple[str, ...] = ()
    away: Names


class ProgramWords(Strict):
    """One language's file. `remarks` stand in brackets behind a name and are none."""

    remarks: Names
    reports: ReportWords
    replies: ReplyWords


@cache
def program_words() -> Mapping[str, ProgramWords]:
    """By language. Raises `pydantic.ValidationError` for a malformed file."""
    files = sorted(FOLDER.glob(f"*/{PROGRAMS}"))
    return {path.parent.name: ProgramWords.model_validate(read_yaml(path)) for path in files}


def in_every_program(words: Callable[[ProgramWords], Iterable[str]]) -> tuple[str, ...]:
    """The words of every language together, the longer before the shorter."""
    return longest_first(word for one in program_words().values() for word in words(one))
