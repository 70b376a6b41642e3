"""Repeats, and a lower bound that no plan can beat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations_with_replacement
from math import comb

from bot.breakouts.engine.model import Pair, pair, pairs_in


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


def lower_bound(
    present: Sequence[Sequence[str]],
    sizes: Sequence[Sequence[int]],
    barred: Sequence[Pair] = (),
    meetings: Mapping[Pair, int] | None = None,
    together: Sequence[Collection[str]] = (),
) -> int:
    """No plan with these people present and these group sizes, per round, has fewer repeats.

    Keep-together sets repeat among themselves by wish; that is counted first, and their members then are
    neither slots nor eligible.

    The largest of three counts. Every person needs so many table mates and has so many left to meet:
    ½ Σᵢ max(0, slotsᵢ − eligibleᵢ), where nobody is eligible who is barred, was met before or is never
    present in the same round. All groups together need so many pairs and so many are left. And two rounds of
    few, large groups must overlap (see `_overlap`), or two orthogonal Latin squares of order 6 would be
    needed, which Tarry showed in 1900 not to exist.
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
    counted = wished + max(0, -(-per_person // 2), pairs_needed - sum(mates.values()) // 2)
    return max(counted, _overlap(present, sizes))


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
    """What the shape alone forces, when the same people are present in every round.

    A group of s people spread over g groups of another round leaves pairs together when s > g. Over w rounds
    a pair that meets m times is counted C(m, 2) ≤ (m − 1)·w/2 times, hence the factor 2/w.
    """
    rounds = len(sizes)
    if rounds < 2 or any(set(people) != set(present[0]) for people in present):
        return 0
    kinds = Counter(tuple(sorted(round_sizes)) for round_sizes in sizes)
    forced = 0
    for one, other in combinations_with_replacement(sorted(kinds), 2):
        times = comb(kinds[one], 2) if one == other else kinds[one] * kinds[other]
        forced += times * sum(_pairs_left(size, len(other)) for size in one)
    shape = -(-2 * forced // rounds)
    if all(tuple(round_sizes) == (6,) * 6 for round_sizes in sizes) and rounds >= 4:
        shape = max(shape, -(-comb(rounds, 4) // comb(rounds - 2, 2)))
    return shape


def _pairs_left(size: int, groups: int) -> int:
    """The fewest pairs that stay together when so many people spread over so many groups."""
    low, larger = divmod(size, groups)
    return larger * comb(low + 1, 2) + (groups - larger) * comb(low, 2)
