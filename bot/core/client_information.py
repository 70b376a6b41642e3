"""Signs of client information and of a crisis in a text. Pure, local, and far from complete.

A detector says only *that* something stands in the text, never what: callers have nothing to store or log.
It knows United States phone numbers, Social Security and record numbers, dates of birth, and a named client,
in the words of every language's ``guarded.yaml``. It promises no compliance with any law.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal

from prompts.language_tables import GuardedWords, alternation, in_every_language
from prompts.word_lists import among, either

Sign = Literal["phone", "ssn", "record_number", "date_of_birth", "named_client"]
A_DOCUMENT: frozenset[Sign] = frozenset({"phone", "ssn", "record_number", "date_of_birth", "named_client"})
"""What a list that a platform or an office wrote may hold: Zoom tells who dialled in by their number."""
AN_OFFICE: frozenset[Sign] = frozenset({"phone"})
"""What staff may publish: an office's or a hotline's number."""

_DIGIT = re.compile(r"\d")
_PHONE = re.compile(
    r"(?<![\d.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ]?)[2-9]\d\d[-. ]?\d{4}(?![\d-])"
    r"|(?<![\d.-])[2-9]\d\d[-.]\d{4}(?![\d-])"
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
"""Meeting links are full of digits."""
_NO_NAMES = frozenset(
    {"medicaid", "medicare", "zoom", "teams", "slack", "alaska", "idaho", "oregon", "washington"}
)
_LONGEST = 20_000
"""Characters looked at; no chat message is longer."""


def _every(words: Callable[[GuardedWords], Iterable[str]]) -> tuple[str, ...]:
    return in_every_language(lambda tables: words(tables.guarded))


@cache
def _ssn() -> re.Pattern[str]:
    named = among(_every(lambda one: one.social_security))
    return re.compile(
        rf"(?<![\d-])\d{{3}}[- ]\d{{2}}[- ]\d{{4}}(?![\d-])|{named}\D{{0,15}}\d{{9}}\b", re.IGNORECASE
    )


@cache
def _record() -> re.Pattern[str]:
    record, number = among(_every(lambda one: one.records)), either(_every(lambda one: one.number))
    return re.compile(rf"{record}(?: {number})?\W{{0,3}}[a-z]{{0,3}}-?\d{{4,}}", re.IGNORECASE)


@cache
def _born() -> re.Pattern[str]:
    born, was = among(_every(lambda one: one.born)), either(_every(lambda one: one.was))
    of, of_year = alternation(lambda one: one.dates.of), alternation(lambda one: one.dates.of_year)
    th = alternation(lambda one: one.dates.ordinals)
    day = (
        r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}-\d{2}-\d{2}"
        rf"|(?:\d{{1,2}}{th}? (?:{of} )?)?[a-z]{{3,10}}\.?(?: \d{{1,2}}{th}?)?,? (?:{of_year} )?\d{{4}})"
    )
    return re.compile(rf"{born}(?: {was})?\W{{0,3}}{day}", re.IGNORECASE)


@cache
def _client() -> re.Pattern[str]:
    whose, client = among(_every(lambda one: one.whose)), either(_every(lambda one: one.clients))
    called = either(_every(lambda one: one.called))
    return re.compile(rf"(?i:{whose} {client}(?:,? ?{called})?),? (?P<name>[A-Z][a-z]+)")


@cache
def _no_names() -> frozenset[str]:
    return _NO_NAMES | frozenset(_every(lambda one: one.no_names))


@cache
def _crisis() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_every(lambda one: one.crisis))})\b", re.IGNORECASE)


def signs_of_client_information(text: str) -> frozenset[Sign]:
    """Which kinds of client details the text may hold; empty when none was found. Total."""
    read = _readable(text)
    found = _signs_with_digits(read) if _DIGIT.search(read) else set()
    if any(name["name"].casefold() not in _no_names() for name in _client().finditer(read)):
        found.add("named_client")
    return frozenset(found)


def _signs_with_digits(read: str) -> set[Sign]:
    """Apart, since most of what people write has no digit, and looking for these takes longest."""
    spoken = _ADDRESS.sub(" ", read)
    found: set[Sign] = set()
    if _ssn().search(spoken):
        found.add("ssn")
    if _PHONE.search(spoken):
        found.add("phone")
    if _record().search(spoken):
        found.add("record_number")
    if _born().search(read):
        found.add("date_of_birth")
    return found


def sounds_like_crisis(text: str) -> bool:
    """Whether the words may mean that somebody is in danger. Total; meant to err on the side of offering."""
    return _crisis().search(_readable(text)) is not None


def _readable(text: str) -> str:
    """Full-width digits, curly quotes, long dashes and letters with accents as their plain forms; blanks as
    single spaces."""
    folded = text[:_LONGEST]
    if not folded.isascii():
        spread = unicodedata.normalize("NFKD", folded)
        folded = "".join(one for one in spread if unicodedata.category(one) not in {"Cf", "Mn"})
        folded = re.sub(r"[‐-―−]", "-", folded).replace("’", "'")
    folded = folded.replace("*", "").replace("_", " ")
    return " ".join(folded.split())
