"""Small cells: which numbers of a table may be shown, so that nobody can be found in it.

A count n with 0 < n < k is hidden; zero is shown, as in public guidance on small cells. Enough further counts
are hidden for none of them to be worked out (see `protection`), over every margin; percentages, means and
ratios of a hidden count are hidden with it. When no choice of cells is safe, the whole table is withheld,
labels included.

Of several equal counts, which one is hidden beside a small one is drawn with `secret` (one per community, the
same for every publication of a table): a fixed choice would let a reader who knows the rule exclude cases.

What is shown never says which cells were small and which were hidden beside them: that would undo the hiding.

Tables that add up to one another (the series of a project, the roles within states) are safe only when they
are hidden together: put them in one cross table and take its totals for the one-way tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from bot.statistics.protection import SMALLEST_K, Arc, Node, protect

Value = TypeVar("Value")


@dataclass(frozen=True)
class ShownCell:
    """One count as a reader sees it: None is hidden."""

    label: str
    count: int | None
    percent: float | None

    @property
    def hidden(self) -> bool:
        """Whether the count may not be shown."""
        return self.count is None


@dataclass(frozen=True)
class ShownTable:
    """A one-way table as a reader sees it. Withheld: no cells at all and no total."""

    cells: tuple[ShownCell, ...]
    total: int | None
    k: int

    @property
    def withheld(self) -> bool:
        """Whether there was no safe way to show this table."""
        return self.total is None

    @property
    def hidden(self) -> tuple[str, ...]:
        """The labels whose count is hidden, in the table's order."""
        return tuple(cell.label for cell in self.cells if cell.hidden)

    def only_shown(self, values: Mapping[str, Value]) -> dict[str, Value | None]:
        """Means, ratios or results by group, None for each group whose count is hidden or absent."""
        shown = {cell.label for cell in self.cells if not cell.hidden}
        return {label: value if label in shown else None for label, value in values.items()}


@dataclass(frozen=True)
class ShownCrossTable:
    """A two-way table with its totals as a reader sees it: None is hidden; withheld has no rows."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None
    k: int

    @property
    def withheld(self) -> bool:
        """Whether there was no safe way to show this table."""
        return self.total is None

    def by_row(self) -> ShownTable:
        """The row totals as a one-way table; publish this one, not a table hidden on its own."""
        return _one_way(self.rows, self.row_totals, self.total, self.k)

    def by_column(self) -> ShownTable:
        """The column totals as a one-way table; publish this one, not a table hidden on its own."""
        return _one_way(self.columns, self.column_totals, self.total, self.k)


def suppress(counts: Mapping[str, int], k: int, secret: str = "") -> ShownTable:
    """Show a one-way table and its total, hiding what must be hidden. The groups must not overlap."""
    labels, values = tuple(counts), tuple(counts.values())
    total = _checked_total(values)
    costs = costs_of_hiding(labels, values, secret)
    arcs = [Arc("total", "groups", value, cost) for value, cost in zip(values, costs, strict=True)]
    hidden = protect([*arcs, Arc("groups", "total", total)], k)
    if hidden is None:
        return ShownTable((), None, k)
    return _one_way(labels, _without(values, hidden), total, k)


def suppress_cross(
    rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], k: int, secret: str = ""
) -> ShownCrossTable:
    """Show a two-way table with row, column and overall totals; totals are hidden only as a last resort.

    Every person stands in exactly one cell; `counts[i][j]` belongs to `rows[i]` and `columns[j]`.
    """
    if len(counts) != len(rows) or any(len(row) != len(columns) for row in counts):
        raise ValueError("counts must have one row per row label and one number per column label")
    flat = [value for row in counts for value in row]
    total = _checked_total(flat)
    hidden = protect(_cross_arcs(rows, columns, counts, secret), k)
    if hidden is None:
        return ShownCrossTable((), (), (), (), (), None, k)
    width, inner = len(columns), len(flat)
    row_sums = [sum(row) for row in counts]
    column_sums = [sum(row[j] for row in counts) for j in range(width)]
    shown = _without([*flat, *row_sums, *column_sums], hidden)
    return ShownCrossTable(
        rows=tuple(rows),
        columns=tuple(columns),
        cells=tuple(shown[i * width : (i + 1) * width] for i in range(len(rows))),
        row_totals=shown[inner : inner + len(rows)],
        column_totals=shown[inner + len(rows) :],
        total=total,
        k=k,
    )


def enough_respondents(respondents: int, k: int) -> bool:
    """Whether results of an instrument or an item may be shown: at least k people answered it."""
    if k < SMALLEST_K:
        raise ValueError(f"k must be at least {SMALLEST_K}, not {k}")
    return respondents >= k


def shown_comments(comments: Iterable[str], respondents: int, k: int) -> tuple[str, ...]:
    """The comments, or none below k respondents; sorted, because the order of arrival says who wrote them."""
    return tuple(sorted(comments, key=str.casefold)) if enough_respondents(respondents, k) else ()


def costs_of_hiding(labels: Sequence[str], values: Sequence[int], secret: str) -> list[int]:
    """What hiding each count loses: smaller is cheaper, and equal ones are ordered by `secret`."""
    draw = sorted(labels, key=lambda label: blake2b(f"{secret}\n{label}".encode()).digest())
    rank = {label: place for place, label in enumerate(draw, start=1)}
    unit = (len(labels) + 1) ** 2  # more than all ranks together, so that ranks decide between equals only
    return [value * unit + rank[label] for label, value in zip(labels, values, strict=True)]


def _cross_arcs(
    rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], secret: str
) -> list[Arc]:
    """Cells, row totals, column totals, overall total. Hiding a total costs more than any set of cells."""
    width = len(columns)
    cells = [
        (f"{row}\n{column}", ("row", i), ("column", j), counts[i][j])
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]
    row_totals = [(f"row {row}", "rows", ("row", i), sum(counts[i])) for i, row in enumerate(rows)]
    column_totals = [
        (f"column {column}", ("column", j), "columns", sum(row[j] for row in counts))
        for j, column in enumerate(columns)
    ]
    sums: list[tuple[str, Node, Node, int]] = [*cells, *row_totals, *column_totals]
    costs = costs_of_hiding([name for name, *_ in sums], [value for *_, value in sums], secret)
    above_cells = sum(costs[: len(cells)]) + 1
    arcs = [
        Arc(tail, head, value, cost + (above_cells if index >= len(rows) * width else 0))
        for index, ((_, tail, head, value), cost) in enumerate(zip(sums, costs, strict=True))
    ]
    return [*arcs, Arc("columns", "rows", sum(map(sum, counts)))]


def _checked_total(values: Sequence[int]) -> int:
    if any(value < 0 for value in values):
        raise ValueError("counts of people cannot be negative")
    return sum(values)


def _without(values: Sequence[int], hidden: Collection[int]) -> tuple[int | None, ...]:
    return tuple(None if index in hidden else value for index, value in enumerate(values))


def _one_way(labels: Sequence[str], counts: Sequence[int | None], total: int | None, k: int) -> ShownTable:
    cells = (
        ShownCell(label, count, 100 * count / total if count is not None and total else None)
        for label, count in zip(labels, counts, strict=True)
    )
    return ShownTable(tuple(cells), total, k)
