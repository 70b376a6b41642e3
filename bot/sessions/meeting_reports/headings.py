"""What a column of a meeting report is about, in every language that has a ``programs.yaml``.

A heading is read by the words in it, so that next year's wording of a tool is read as well.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import get_args

from bot.tables import heading_words
from prompts.program_words import ReportPart, in_every_program, program_words
from prompts.word_lists import among

_UPN = re.compile(r"\bupn\b")
_IN_ORDER: tuple[ReportPart, ...] = ("duration", "left", "joined")


@cache
def _by_whole() -> dict[str, str]:
    every = (pair for one in program_words().values() for pair in one.reports.headings.items())
    return {heading: column for column, headings in every for heading in headings}


@cache
def _parts() -> dict[ReportPart, re.Pattern[str]]:
    """By what a heading is about, the words that say so within it."""

    def pattern(part: ReportPart) -> re.Pattern[str]:
        return re.compile(among(in_every_program(lambda one: one.reports.within.get(part, ()))))

    return {part: pattern(part) for part in get_args(ReportPart)}


@cache
def _telling() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(among(one.reports.telling)) for code, one in program_words().items()}


@lru_cache(maxsize=2048)
def about(heading: str) -> str:
    """The column's meaning: name, first, last, email, registration_email, upn, joined, left, duration,
    action, moment, attended, waiting, role; empty for one that we do not need."""
    words = heading_words(heading)
    if not words or len(words) > 70:
        return ""
    if column := _by_whole().get(words):
        return column
    if _UPN.search(words):
        return "upn"
    parts = _parts()
    if parts["waiting"].search(words):
        return "waiting"
    if parts["email"].search(words):
        return "registration_email" if parts["registered"].search(words) else "email"
    if parts["registered"].search(words):
        return ""
    return next((part for part in _IN_ORDER if parts[part].search(words)), "")


def is_first_or_last(heading: str) -> bool:
    """Whether a column tells the first join or the last leave: one line a person, not one a join."""
    words = heading_words(heading)
    said = _parts()["first"].search(words) or _parts()["last"].search(words)
    return bool(said) and about(heading) in {"joined", "left"}


def counts_seconds(heading: str) -> bool:
    """Whether a column of lengths counts seconds and not minutes."""
    return _parts()["seconds"].search(heading_words(heading)) is not None


def tells_leaving(action: str) -> bool:
    """Whether somebody left, where a column tells what they did."""
    return _parts()["left"].search(heading_words(action)) is not None


def language_of(headings: list[str]) -> str:
    """The language that the headings are in; ``en`` where none of the others shows."""
    words = " ".join(map(heading_words, headings))
    counts = [(len(pattern.findall(words)), language) for language, pattern in _telling().items()]
    most, language = max(counts, key=lambda one: one[0])
    return language if most >= 2 else "en"
