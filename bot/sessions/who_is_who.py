"""Whose name in a report is whose: by email for certain, by likeness of names as a proposal. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.sessions.attendance_reports import Entry

LIKELY_FROM = 85.0
"""Of 100: from here on the best proposal is chosen beforehand; a person still confirms it."""
MOST_PROPOSALS = 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the cohort; `email` in lower case, or empty."""

    person_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """People whom an entry may be, likeliest first; `likely` is the first when it is alike enough."""

    entry: int
    people: tuple[Candidate, ...]
    likely: int | None


def match(
    entries: Sequence[Entry], candidates: Sequence[Candidate]
) -> tuple[dict[int, int], tuple[Proposal, ...]]:
    """(person id by index of entry for equal emails, a proposal for each other entry)."""
    by_email: Mapping[str, Candidate] = {
        candidate.email: candidate for candidate in candidates if candidate.email
    }
    certain = {
        index: by_email[entry.email].person_id
        for index, entry in enumerate(entries)
        if entry.email in by_email
    }
    rest = [
        _proposal(index, entry, candidates) for index, entry in enumerate(entries) if index not in certain
    ]
    return certain, tuple(rest)


def _proposal(index: int, entry: Entry, candidates: Sequence[Candidate]) -> Proposal:
    names = [_plain(name) for name in (entry.name, entry.original) if name]
    scored = sorted(
        (
            (max(_alike(name, _plain(candidate.name)) for name in names), candidate)
            for candidate in candidates
        ),
        key=lambda scored: (-scored[0], scored[1].name, scored[1].person_id),
    )[:MOST_PROPOSALS]
    # Two who are equally alike are two people: then nobody is chosen beforehand.
    clear = bool(scored) and scored[0][0] >= LIKELY_FROM and (len(scored) == 1 or scored[1][0] < scored[0][0])
    return Proposal(index, tuple(one for _, one in scored), scored[0][1].person_id if clear else None)


def _alike(left: str, right: str) -> float:
    return float(fuzz.token_sort_ratio(left, right))


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(one for one in spread if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", bare).strip()
