"""An independent check of a finished plan, from first principles.

It shares no code with the search: plain sets and loops over the ids, so that a fault in the engine's
arithmetic cannot hide in the same arithmetic here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

from bot.breakouts.engine.model import History, Rules


def count_repeats(rounds: Sequence[Sequence[Sequence[str]]], history: History | None = None) -> int:
    """Meetings between people who had met before, counted with a set of frozensets."""
    met = {frozenset(two) for two, count in (history.meetings if history else {}).items() if count}
    total = 0
    for groups in rounds:
        for group in groups:
            for a, b in combinations(group, 2):
                total += frozenset((a, b)) in met
                met.add(frozenset((a, b)))
    return total


def faults(
    rounds: Sequence[Sequence[Sequence[str]]],
    present: Sequence[Collection[str]],
    rules: Rules | None = None,
) -> list[str]:
    """What is wrong with the rounds; an empty list when nothing is.

    The texts name no people: a fault may concern a confidential pair.
    """
    found: list[str] = []
    if len(rounds) != len(present):
        return [f"{len(rounds)} rounds for {len(present)} lists of people"]
    for turn, (groups, here) in enumerate(zip(rounds, present, strict=True)):
        seated = [person for group in groups for person in group]
        if sorted(seated) != sorted(here):
            found.append(f"round {turn}: not everyone present sits in exactly one group")
        sizes = [len(group) for group in groups]
        if not sizes or min(sizes) == 0 or max(sizes) - min(sizes) > 1:
            found.append(f"round {turn}: sizes {sorted(set(sizes))} are not within 1 of each other")
        if rules is not None:
            found += [f"round {turn}: {fault}" for fault in _broken(groups, set(here), rules)]
    return found


def _broken(groups: Sequence[Sequence[str]], here: set[str], rules: Rules) -> list[str]:
    """Which hard rules one round breaks."""
    broken = []
    where = {person: number for number, group in enumerate(groups) for person in group}
    for kind, pairs in (("never", rules.never), ("apart", rules.apart)):
        if any(a != b and a in where and b in where and where[a] == where[b] for a, b in pairs):
            broken.append(f"a pair of the rule {kind} sits together")
    for unit in rules.together:
        if len({where[person] for person in unit & here}) > 1:
            broken.append("a keep-together set is split")
    if any(person in where and where[person] != group for person, group in rules.locks.items()):
        broken.append("a lock is not kept")
    return broken
