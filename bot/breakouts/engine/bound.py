"""Repeats, and a lower bound that no plan can beat."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from bot.breakouts.engine.model import Pair, pair, pairs_in

ROUNDS_COMPARED = 200
"""Only so many rounds are compared with each other; a bound for some of the rounds holds for all."""


def repeats(rounds: Sequence[Sequence[Sequence[str]]], meetings: Mapping[Pair, int] | None = None) -> int:
    """Meetings in these rounds between two people who had met already, in them or before them."""
    met = {pair(*two) for two, count in (meetings or {}).items() if count > 0}
    again = 0
    for groups in rounds:
        for group in groups:
            for two in pairs_in(group):
                if two in met:
                    again += 1
                met.add(two)
    return again


@dataclass(frozen=True)
class Bound:
    """No plan has fewer `repeats`, and the count that shows it: "nothing", "people", "pairs", "overlap",
    "squares".
    """

    repeats: int
    by: str


def lower_bound(
    present: Sequence[Sequence[str]],
    sizes: Sequence[Sequence[int]],
    barred: Sequence[Pair] = (),
    meetings: Mapping[Pair, int] | None = None,
    together: Sequence[Collection[str]] = (),
) -> Bound:
    """No plan with these people present and these group sizes, per round, has fewer repeats.

    The largest of four counts. By people: every person needs so many table mates and has so many left to
    meet: ½ Σᵢ max(0, slotsᵢ − eligibleᵢ), where nobody is eligible who is barred, was met before or is never
    present in the same round. By pairs: all groups together need so many and so many are left. By overlap:
    see `_overlap`. By squares: two orthogonal Latin squares of order 6 do not exist (Tarry 1900).

    Keep-together sets repeat among themselves by wish; in the first two counts that is counted first, and
    their members then are neither slots nor eligible.
    """
    met = {pair(*two) for two, count in (meetings or {}).items() if count > 0}
    glued = {two for unit in together for two in pairs_in(sorted(unit))}
    mates = _mates_ever_present(present, met | {pair(*two) for two in barred} | glued)
    slots: dict[str, int] = {}
    for people, round_sizes in zip(present, sizes, strict=True):
        mates_at_least = min(round_sizes, default=1) - 1
        for person in people:
            slots[person] = slots.get(person, 0) + mates_at_least
    pairs_needed = sum(comb(size, 2) for round_sizes in sizes for size in round_sizes)
    wished = 0
    for two in glued:
        times = sum(two[0] in people and two[1] in people for people in map(set, present))
        wished += max(0, times - (two not in met))
        pairs_needed -= times
        for person in two:
            slots[person] = slots.get(person, 0) - times
    per_person = sum(max(0, need - mates.get(person, 0)) for person, need in slots.items())
    counts = {
        "people": wished + -(-per_person // 2),
        "pairs": wished + max(0, pairs_needed - sum(mates.values()) // 2),
        "overlap": _overlap(present, sizes),
        "squares": _squares(present, sizes),
    }
    by = max(counts, key=lambda count: counts[count])
    return Bound(counts[by], by) if counts[by] else Bound(0, "nothing")


def _mates_ever_present(present: Sequence[Sequence[str]], used: set[Pair]) -> dict[str, int]:
    """For each person, how many unused people share at least one round with them."""
    if not present:
        return {}
    if all(set(people) == set(present[0]) for people in present):
        everyone = set(present[0])
        mates = {person: len(everyone) - 1 for person in everyone}
        for a, b in used:
            if a != b and a in everyone and b in everyone:
                mates[a] -= 1
                mates[b] -= 1
        return mates
    masks: dict[str, int] = {}
    for i, people in enumerate(present):
        for person in people:
            masks[person] = masks.get(person, 0) | 1 << i
    by_mask: dict[int, int] = {}
    for mask in masks.values():
        by_mask[mask] = by_mask.get(mask, 0) + 1
    reach = {mask: sum(n for other, n in by_mask.items() if other & mask) - 1 for mask in by_mask}
    mates = {person: reach[mask] for person, mask in masks.items()}
    for a, b in used:
        if a != b and masks.get(a, 0) & masks.get(b, 0):
            mates[a] -= 1
            mates[b] -= 1
    return mates


def _overlap(present: Sequence[Sequence[str]], sizes: Sequence[Sequence[int]]) -> int:
    """What few, large groups force: people of one group, spread over the groups of another round, stay
    together.

    A pair that meets in m rounds is counted on at most m − 1 edges of a tree of rounds, so that the repeats
    are at least the sum of the overlaps along any tree: the heaviest is taken (Prim 1957).
    """
    rounds = range(min(len(sizes), ROUNDS_COMPARED))
    if len(rounds) < 2 or max(map(max, sizes)) <= min(map(len, sizes)):
        return 0
    people = [frozenset(here) for here in present[:ROUNDS_COMPARED]]
    reach = {turn: _shared(people, sizes, 0, turn) for turn in rounds if turn}
    forced = 0
    while reach:
        heaviest = max(reach, key=lambda turn: reach[turn])
        forced += reach.pop(heaviest)
        for turn in reach:
            reach[turn] = max(reach[turn], _shared(people, sizes, heaviest, turn))
    return forced


def _shared(people: Sequence[frozenset[str]], sizes: Sequence[Sequence[int]], one: int, other: int) -> int:
    """The fewest pairs that are together in both of two rounds.

    Only those present in both count; of each round the others are taken to sit where that helps most.
    """
    both = len(people[one] & people[other])

    def spread(of: int, over: int) -> int:
        left = list(sizes[of])
        for _ in range(len(people[of]) - both):
            left[left.index(max(left))] -= 1
        return sum(_pairs_left(size, len(sizes[over])) for size in left)

    return max(spread(one, other), spread(other, one))


def _squares(present: Sequence[Sequence[str]], sizes: Sequence[Sequence[int]]) -> int:
    """Every four rounds of the same six groups of six hold a repeat; a repeat lies in C(w − 2, 2) fours."""
    rounds = len(sizes)
    same = all(set(people) == set(present[0]) for people in present)
    if rounds < 4 or not same or any(tuple(round_sizes) != (6,) * 6 for round_sizes in sizes):
        return 0
    return -(-comb(rounds, 4) // comb(rounds - 2, 2))


def _pairs_left(size: int, groups: int) -> int:
    """The fewest pairs that stay together when so many people spread over so many groups."""
    low, larger = divmod(size, groups)
    return larger * comb(low + 1, 2) + (groups - larger) * comb(low, 2)
