"""Which further cells must be hidden so that no hidden cell can be worked out from those shown.

A table with its totals is a circulation: each cell is an arc between two of the sums that it takes part in,
and every sum says that what flows in flows out. A reader who knows the shown cells can shift a hidden cell
by one only round a cycle of hidden cells, so protecting a cell means hiding a cheapest such cycle (Kelly,
Golden and Assad 1992, "Cell suppression: disclosure protection for sensitive tabular data", Networks 22).

Two readers are kept out at once:

* one who knows that a hidden count is at least one (zeros are shown): each hidden cell keeps at least two
  possible values for that reader;
* one who does not: each hidden cell below k could, for that reader, be k or more. In one margin this is the
  rule "the hidden cells together come to k or more".
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Node = Hashable

SMALLEST_K = 3
"""With 2, whoever is one of a group of two knows the other."""


@dataclass(frozen=True)
class Arc:
    """One number of a table: `value` flows from sum `tail` to sum `head`.

    `cost` is what hiding it loses; None means that it stays shown. An `unpublished` number (a difference
    between two published ones) is hidden from the start and costs nothing.
    """

    tail: Node
    head: Node
    value: int
    cost: int | None = None
    unpublished: bool = False

    def small(self, k: int) -> bool:
        """Whether this number by itself says too much about too few people: 0 < |n| < k."""
        return 0 < abs(self.value) < k

    def floor(self, at_least_one: bool) -> int:
        """The least this number could be, for a reader who knows (or not) that hidden counts are not zero."""
        lowest = 1 if at_least_one and not self.unpublished else 0
        return min(lowest, self.value)


def protect(arcs: Sequence[Arc], k: int, already_hidden: Iterable[int] = ()) -> frozenset[int] | None:
    """Indices of the arcs to hide so that every small number is safe; None when no choice makes it so.

    The smallest counts are hidden first. Deterministic; k must be at least 3.
    """
    if k < SMALLEST_K:
        raise ValueError(f"k must be at least {SMALLEST_K}, not {k}")
    kept_shown = {index for index, arc in enumerate(arcs) if arc.cost is None and not arc.unpublished}
    hidden = {index for index, arc in enumerate(arcs) if arc.unpublished or arc.small(k)} | set(
        already_hidden
    )
    if any(arcs[index].small(k) for index in kept_shown - set(already_hidden)):
        return None
    while True:
        before = len(hidden)
        for index in sorted(hidden, key=lambda each: (arcs[each].value, arcs[each].cost or 0)):
            more = _cells_to_protect(arcs, k, hidden, index)
            if more is None:
                return None
            hidden |= more
        if len(hidden) == before:
            return frozenset(index for index in hidden if not arcs[index].unpublished)


def _cells_to_protect(arcs: Sequence[Arc], k: int, hidden: set[int], index: int) -> set[int] | None:
    arc = arcs[index]
    if arc.unpublished and not arc.small(k):
        return set()
    needed = _cells_that_move(arcs, hidden, index)
    if needed is None:
        return None
    if arc.small(k):
        reach = _cells_that_reach(arcs, hidden | needed, index, k)
        if reach is None:
            return None
        needed |= reach
    return needed - hidden


def _cells_that_move(arcs: Sequence[Arc], hidden: set[int], index: int) -> set[int] | None:
    """The cheapest cells that leave this one two possible values, hidden counts being 1 or more."""
    arc = arcs[index]
    values = [each.value for each in arcs]
    floors = [each.floor(at_least_one=True) for each in arcs]
    ways = [_cheapest(arcs, hidden, values, floors, arc.head, arc.tail, index)]
    if arc.value > floors[index]:
        ways.append(_cheapest(arcs, hidden, values, floors, arc.tail, arc.head, index))
    found = [way for way in ways if way is not None]
    if not found:
        return None
    cheapest = min(found, key=lambda way: way.cost)
    return {step for step, _ in cheapest.steps}


def _cells_that_reach(arcs: Sequence[Arc], hidden: set[int], index: int, k: int) -> set[int] | None:
    """The cheapest cells with which this one could be k, where hidden counts may be 0 (successive paths)."""
    arc = arcs[index]
    values = [each.value for each in arcs]
    floors = [each.floor(at_least_one=False) for each in arcs]
    used: set[int] = set()
    missing = k - arc.value
    while missing > 0:
        way = _cheapest(arcs, hidden | used, values, floors, arc.head, arc.tail, index)
        if way is None:
            return None
        room = min((values[step] - floors[step] for step, sign in way.steps if sign < 0), default=missing)
        amount = min(missing, room)
        for step, sign in way.steps:
            values[step] += sign * amount
            used.add(step)
        missing -= amount
    return used


@dataclass(frozen=True)
class _Way:
    cost: int
    steps: tuple[tuple[int, int], ...]


def _cheapest(
    arcs: Sequence[Arc],
    hidden: set[int],
    values: Sequence[int],
    floors: Sequence[int],
    start: Node,
    goal: Node,
    without: int,
) -> _Way | None:
    """The cheapest chain of changes (+1 along an arc, -1 against it) from one sum to another (Dijkstra)."""
    steps = _possible_steps(arcs, hidden, values, floors, without)
    best: dict[Node, int] = {start: 0}
    came: dict[Node, tuple[Node, int, int]] = {}
    queue: list[tuple[int, int, Node]] = [(0, 0, start)]
    pushed = 0
    while queue:
        cost, _, node = heapq.heappop(queue)
        if node == goal:
            return _Way(cost, _walk_back(came, start, goal))
        if cost > best[node]:
            continue
        for index, sign, to, price in steps.get(node, ()):
            if to not in best or cost + price < best[to]:
                best[to] = cost + price
                came[to] = (node, index, sign)
                pushed += 1
                heapq.heappush(queue, (cost + price, pushed, to))
    return None


def _possible_steps(
    arcs: Sequence[Arc], hidden: set[int], values: Sequence[int], floors: Sequence[int], without: int
) -> dict[Node, list[tuple[int, int, Node, int]]]:
    steps: dict[Node, list[tuple[int, int, Node, int]]] = {}
    for index, arc in enumerate(arcs):
        if index == without:
            continue
        if index in hidden:
            price = 0
        elif arc.cost is None or arc.value == 0:
            continue  # zeros are shown, and so is whatever may not be hidden
        else:
            price = arc.cost
        steps.setdefault(arc.tail, []).append((index, 1, arc.head, price))
        if values[index] > floors[index]:
            steps.setdefault(arc.head, []).append((index, -1, arc.tail, price))
    return steps


def _walk_back(
    came: dict[Node, tuple[Node, int, int]], start: Node, goal: Node
) -> tuple[tuple[int, int], ...]:
    steps: list[tuple[int, int]] = []
    node = goal
    while node != start:
        node, index, sign = came[node]
        steps.append((index, sign))
    return tuple(reversed(steps))
