"""Whose name in a report is whose: by email for certain, by likeness of names as a proposal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.sessions.meeting_reports.likeness import likeness, plain_name
from bot.tables.names import is_device
from storage.attendance import Entry

LIKELY_FROM = 85.0
"""Of 100: from here on the best proposal is chosen beforehand; a person still confirms it."""

CLEARLY = 3.0
"""How far the best must be before the second."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """Somebody of the cohort; `email` in lower case, or empty."""

    person_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everybody whom an entry may be, likeliest first; `likely` is the first when it is alike enough."""

    entry: int
    people: tuple[Claimant, ...]
    likely: int | None


def match(
    entries: Sequence[Entry], candidates: Sequence[Claimant], confirmed: Mapping[str, int] | None = None
) -> tuple[dict[int, int], tuple[Proposal, ...]]:
    """(person id by index of entry for equal emails, a proposal for each other entry). `confirmed` holds
    what a person said of a name before, by `remembered_as`: it is proposed first, and never taken for
    certain."""
    by_email: Mapping[str, Claimant] = {
        candidate.email: candidate for candidate in candidates if candidate.email
    }
    certain = {
        index: by_email[email].person_id
        for index, entry in enumerate(entries)
        for email in reversed((entry.email, *entry.also))
        if email in by_email
    }
    rest = [
        _proposal(index, entry, candidates, (confirmed or {}).get(remembered_as(entry)))
        for index, entry in enumerate(entries)
        if index not in certain
    ]
    return certain, tuple(rest)


def remembered_as(entry: Entry) -> str:
    """The words by which a confirmed name is found again; empty for a device, which may be anybody's."""
    return "" if is_device(entry.name) else plain_name(f"{entry.name} {entry.original}")[:200]


def _proposal(index: int, entry: Entry, candidates: Sequence[Claimant], before: int | None) -> Proposal:
    scored = sorted(
        ((_score(entry, candidate, before), candidate) for candidate in candidates),
        key=lambda scored: (-scored[0], scored[1].name, scored[1].person_id),
    )
    # Two who are about equally alike are two people: then nobody is chosen beforehand.
    clear = bool(scored) and scored[0][0] >= LIKELY_FROM
    clear = clear and (len(scored) == 1 or scored[0][0] - scored[1][0] >= CLEARLY)
    return Proposal(index, tuple(one for _, one in scored), scored[0][1].person_id if clear else None)


def _score(entry: Entry, one: Claimant, before: int | None) -> float:
    if one.person_id == before:
        return 200.0
    names = [name for name in (entry.name, entry.original) if name and not is_device(name)]
    local = entry.email.partition("@")[0]
    alike = max((likeness(name, one.name) for name in names), default=0.0)
    # A private address often holds the name that the account does not show.
    return max(alike, likeness(local.replace(".", " "), one.name) - 5 if "." in local else 0.0)
