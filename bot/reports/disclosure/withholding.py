"""Which tables of a cut cannot be published: those without which every hidden number has its witness."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

from bot.reports.disclosure.worlds import Column

NARROWEST = ("series", "project", "year", "all")


class Model(Protocol):
    """All that a reader holds of one kind of numbers, and which must not be worked out from it."""

    @property
    def columns(self) -> Sequence[Column]: ...

    def with_less(self, place: int) -> Self:
        """With a column as it would be published instead."""

    def with_column(self, place: int, column: Any) -> Self: ...

    def targets(self, k: int) -> list[Any]:
        """Numbers below k, each with its `column`, and `less` where it is the difference to another."""

    def unproved(self, targets: Sequence[Any], k: int, end: float) -> list[Any]:
        """Those without a witness. After `end` (monotonic seconds) nothing that takes long is tried."""


M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Settled:
    """What of each column is hidden then, and whether everything is proved."""

    hidden: tuple[frozenset[str] | None, ...]
    poorer: int
    """How many columns hide more."""
    proved: bool
    targets: int
    """How many numbers were looked at."""
    at_first: tuple[Any, ...] = ()
    """Those that had no witness before more was hidden."""


def settle(held: Model, k: int, seconds: float) -> Settled:
    """Hide more of new columns, of the narrowest that helps most first, until every target has its witness.

    What has none when the time is up counts as having none.
    """
    end = time.monotonic() + seconds
    targets, before = held.targets(k), held
    failing, steps = held.unproved(targets, k, end), 0
    at_first = tuple(failing)
    while failing:
        candidates = [place for place, column in enumerate(held.columns) if column.instead]
        if not candidates:
            break
        helps = {place: _help(held, failing, place, k) for place in candidates}
        best = max(candidates, key=lambda place: helps[place])
        if not helps[best][0] and not _helps_together(held, failing, candidates, k, end):
            break  # not for what is published now
        held, steps = held.with_less(best), steps + 1
        more = [one for one in held.targets(k) if one not in targets]
        targets += more
        failing = held.unproved([one for one in (*failing, *more) if _published(held, one)], k, end)
    if steps > 1 and not failing:
        held = _given_back(before, held, k, end)
    poorer = sum(one.hidden != other.hidden for one, other in zip(before.columns, held.columns, strict=True))
    hidden = tuple(column.hidden for column in held.columns)
    return Settled(hidden, poorer, not failing, len(targets), at_first)


def _given_back(before: M, held: M, k: int, end: float) -> M:
    """With each column that need not hide more after all, now that others do; the narrowest first."""
    hiding = [
        place for place, column in enumerate(held.columns) if column.hidden != before.columns[place].hidden
    ]
    for place in sorted(hiding, key=lambda place: NARROWEST.index(held.columns[place].scope.kind)):
        richer = held.with_column(place, before.columns[place])
        if time.monotonic() < end and not richer.unproved(richer.targets(k), k, end):
            held = richer
    return held


def _help(held: Model, failing: Sequence[Any], place: int, k: int) -> tuple[int, int, int]:
    """How many more numbers are safe without a column; then the narrower, then that of fewer people."""
    without = held.with_less(place)
    left = without.unproved([one for one in failing if _published(without, one)], k, 0.0)
    column = held.columns[place]
    return len(failing) - len(left), -NARROWEST.index(column.scope.kind), -column.people.bit_count()


def _helps_together(
    held: Model, failing: Sequence[Any], candidates: Sequence[int], k: int, end: float
) -> bool:
    """Whether anything more is safe when none of the candidates is published."""
    for place in candidates:
        while held.columns[place].instead:
            held = held.with_less(place)
    wanted = [one for one in failing if _published(held, one)]
    return len(held.unproved(wanted, k, end)) < len(failing)


def _published(held: Model, target: Any) -> bool:
    """A difference from a table that is withheld is nobody's to work out."""
    places = [target.column] if target.less is None else [target.column, target.less]
    return target.less is None or all(held.columns[place].hidden is not None for place in places)
