"""Hiding one table beside the others that a reader may hold: wider and narrower reports, and earlier cuts.

A series is part of its year, its year of everything, and this month's report holds last month's people. So
whoever holds two of them can subtract one from the other, group by group. One rule keeps every pair of them
safe; it is checked against an attacker with linear programming in the tests.

Of a table, some groups are hidden (the *block*); the others and the total are shown. For every pair of
tables, with the same groups, one counting part of the other's people:

1. the blocks are nested: one holds the other. So no group is shown here by hiding another there;
2. every group shown in both differs by nobody, or by k people or more; and so does the sum of the larger
   block, and the total.

In each table by itself, every shown count is nought or k and more, and a block has at least two groups that
are not empty, k people or more together, and more people than groups.

Why that is enough for a pair: what the larger table has more of is known as a whole for the larger block
only. It is nought (then the block's counts are the same unknown ones in both), or k or more people who may
be spread over its groups in more than one way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.statistics.protection import SMALLEST_K
from bot.statistics.suppression import costs_of_hiding


@dataclass(frozen=True, slots=True)
class Known:
    """A table as somebody may hold it: its true counts, and the groups that were hidden."""

    counts: Mapping[str, int]
    hidden: frozenset[str] = frozenset()


def hide_beside(
    counts: Mapping[str, int],
    known: Sequence[Known],
    k: int,
    secret: str = "",
    already: Collection[str] = (),
) -> frozenset[str] | None:
    """The groups to hide, those `already` hidden from closer readers among them; None: withhold the table.

    `known` are the tables shown of wider scopes, of narrower ones at earlier cuts, and of this one before.
    """
    if k < SMALLEST_K:
        raise ValueError(f"k must be at least {SMALLEST_K}, not {k}")
    named = (group for one in known for group in (*one.counts, *one.hidden))
    groups = tuple(dict.fromkeys([*counts, *already, *named]))
    mine = {group: counts.get(group, 0) for group in groups}
    total = sum(mine.values())
    if _small(total, k) or any(_small(total - sum(one.counts.values()), k) for one in known):
        return None
    cheapest = _by_cost(mine, secret)
    hidden = set(already) | {group for group, count in mine.items() if _small(count, k)}
    while True:
        hidden |= _needed(mine, hidden, known, k)
        if _safe(mine, hidden, known, k):
            break
        more = next((group for group in cheapest if group not in hidden), None)
        if more is None:
            return None
        hidden.add(more)
    return (
        None
        if hidden and not any(mine[group] for group in groups if group not in hidden)
        else frozenset(hidden)
    )


def _needed(mine: Mapping[str, int], hidden: set[str], known: Sequence[Known], k: int) -> set[str]:
    """Groups that no choice can show beside the `hidden` ones."""
    found = set(hidden)
    grown = True
    while grown:
        before = len(found)
        for one in known:
            if not (found <= one.hidden or found >= one.hidden):
                found |= one.hidden
            shown = [group for group in mine if group not in found and group not in one.hidden]
            found |= {group for group in shown if _small(mine[group] - one.counts.get(group, 0), k)}
        grown = len(found) > before
    return found


def _safe(mine: Mapping[str, int], hidden: set[str], known: Sequence[Known], k: int) -> bool:
    full = [mine[group] for group in hidden if mine[group]]
    if full and (len(full) < 2 or sum(full) < k or sum(full) <= len(full)):
        return False
    for one in known:
        block = hidden | one.hidden
        if _small(sum(mine[group] - one.counts.get(group, 0) for group in block), k):
            return False
    return True


def _small(difference: int, k: int) -> bool:
    return 0 < abs(difference) < k


def _by_cost(mine: Mapping[str, int], secret: str) -> list[str]:
    """The groups that are not empty, the one to hide first in front."""
    groups = [group for group, count in mine.items() if count]
    costs = costs_of_hiding(groups, [mine[group] for group in groups], secret)
    return [group for _, group in sorted(zip(costs, groups, strict=True))]
