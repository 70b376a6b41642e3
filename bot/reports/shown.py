"""One published table, and which of its numbers each reader sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.reports.scopes import Scope

PEOPLE = ("state", "role", "setting", "organisation")
"""Tables of people by group: every person of a table stands in one group of it."""
NESTED = (*PEOPLE, "completion", "pairs", "across_states", "across_organisations", "ties")
"""Tables of people, or pairs of them, by group."""
OUTSIDE = ":outside"
"""Ends the name of a table of answers for outside readers: other forms are large enough for them."""
SCALES = "scales"
"""Name of the table of measures whose scale was worded in more than one way."""
Hidden = frozenset[str] | None
"""The groups that readers do not see; None withholds the table."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table at one cut: true counts, and what inside and outside readers do not see of them."""

    counts: Mapping[str, int]
    inside: Hidden = frozenset()
    outside: Hidden = frozenset()
    cut: date | None = field(default=None, compare=False)
    """The day from which on it is published; None while it is being made."""

    def hidden(self, outside: bool) -> Hidden:
        return self.outside if outside else self.inside


Snapshot = dict[tuple[Scope, str], Shown]
Earlier = Mapping[tuple[Scope, str], Sequence[Shown]]
"""Everything published before, oldest first."""
