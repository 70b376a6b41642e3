"""A finished report: what may be shown, whatever shows it (card, page, CSV, XLSX, print).

It is made once, small numbers already hidden and words already in the reader's language, so that every
surface shows the same numbers. Nothing in it can be traced to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

# None stands for a hidden number.
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline number.

    `shown` is its text in the reader's language, n and interval with it; `number` is the bare value (shares
    as 0 to 1) for a spreadsheet; both are None where it is hidden. A number that is told as a band only
    ("≥ 90%") has a text and no `number`. `low` and `high` end the 95 % interval
    on the same scale, where there is one.
    """

    key: str
    label: str
    definition: str
    shown: str | None
    number: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> Value:
        """For a cell of a file: the number, the text of a band that has none, None where it is hidden."""
        return self.shown if self.number is None else self.number


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading for each column; `plot` says how a page draws its first number column."""

    key: str
    title: str
    definition: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    plot: Literal["bars", "ratios", "lines", "none"] = "none"


@dataclass(frozen=True, slots=True)
class NetworkDrawing:
    """Connections between groups of people (states, organisations), never between persons.

    `groups` are (label, people), `ties` (index, index, distinct pairs who met); hidden ones are left out.
    """

    title: str
    definition: str
    groups: tuple[tuple[str, int], ...]
    ties: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one reader may see of one scope, as of `cut` (a date in the community's zone)."""

    scope: str
    title: str
    cut: date
    k: int
    language: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    network: NetworkDrawing | None = None
    notes: tuple[str, ...] = ()
    to_come: str = ""
    """What was held since the cut and is not counted yet, and from when on; empty where nothing was."""
