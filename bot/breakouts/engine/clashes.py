"""Rules that cannot all be kept: say which, offer the nearest that works, and give no confidence away.

Only rules that a facilitator can see are ever looked at here to name people. A clash in which a confidential
rule may play a part has one text for every cause.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from bot.breakouts.engine.model import Clash, History, Member, Rules, pair, without
from bot.breakouts.engine.packing import Wish, cause
from bot.breakouts.engine.problem import Problem, compile_problem
from bot.breakouts.engine.rounds import make_round
from bot.breakouts.engine.sizes import group_count, group_sizes

GENERIC = "These rules cannot all be kept at once with the people present."
TRIED_MOST = 600


def visible_clash(
    members: Sequence[Member],
    rules: Rules,
    sizes: Sequence[Sequence[int]],
    present: Sequence[Sequence[str]],
) -> Clash | None:
    """A contradiction among the visible rules by themselves, in some round, if there is one."""
    problem = compile_problem(members, without(rules, never=frozenset()), History())
    units = [frozenset(problem.ids[person] for person in unit) for unit in problem.glued]
    apart = {pair(a, b) for a, b in rules.apart if a != b}
    for unit in units:
        torn = sorted(person for two in apart if set(two) <= unit for person in two)
        if torn:
            people = tuple(sorted(set(torn)))
            return Clash(
                f"To be kept together and apart: {', '.join(people)}.", ("together", "apart"), people
            )
        groups = {rules.locks[person] for person in unit if person in rules.locks}
        if len(groups) > 1:
            people = tuple(sorted(unit))
            text = f"To be kept together, but locked into different groups: {', '.join(people)}."
            return Clash(text, ("together", "locks"), people)
    for round_sizes, here in zip(sizes, present, strict=True):
        clash = _in_round(rules, units, apart, round_sizes, set(here))
        if clash is not None:
            return clash
    return None


def _in_round(
    rules: Rules,
    units: Sequence[frozenset[str]],
    apart: set[tuple[str, str]],
    sizes: Sequence[int],
    here: set[str],
) -> Clash | None:
    largest = max(sizes)
    for unit in units:
        if len(unit & here) > largest:
            people = tuple(sorted(unit & here))
            text = f"{len(people)} people to be kept together do not fit a group of {largest}."
            return Clash(text, ("together", "size"), people)
    held: dict[int, list[str]] = {}
    for person, group in sorted(rules.locks.items()):
        if person in here:
            held.setdefault(group, []).append(person)
    for group, people_held in sorted(held.items()):
        if not 0 <= group < len(sizes):
            text = f"There is no group {group + 1}: there are {len(sizes)} groups."
            return Clash(text, ("locks", "size"), tuple(people_held))
        if len(people_held) > largest:
            text = f"{len(people_held)} people are locked into group {group + 1}, which holds {largest}."
            return Clash(text, ("locks", "size"), tuple(people_held))
        together = sorted(two for two in apart if set(two) <= set(people_held))
        if together:
            text = f"To be kept apart, but locked into one group: {', '.join(together[0])}."
            return Clash(text, ("apart", "locks"), together[0])
    return None


def packing_clash(
    rules: Rules, sizes: Sequence[Sequence[int]], present: Sequence[Sequence[str]]
) -> Clash | None:
    """Visible rules that no seating of some round can keep, by name; found without the confidential ones."""
    wishes = [
        *(Wish("locks", (person,), group) for person, group in sorted(rules.locks.items())),
        *(Wish("together", tuple(sorted(unit))) for unit in sorted(rules.together, key=sorted)),
        *(Wish("apart", two) for two in sorted({pair(*two) for two in rules.apart})),
    ]
    rounds = {(tuple(round_sizes), frozenset(here)) for round_sizes, here in zip(sizes, present, strict=True)}
    for round_sizes, people in sorted(rounds, key=lambda one: (one[0], sorted(one[1]))) if wishes else ():
        found = cause(wishes, round_sizes, people)
        if found:
            return _named(found, round_sizes, people)
    return None


def _named(found: Sequence[Wish], sizes: Sequence[int], here: Collection[str]) -> Clash:
    people = tuple(sorted({person for wish in found for person in wish.people if person in here}))
    kinds = tuple(sorted({wish.kind for wish in found}))
    names = ", ".join(people)
    if kinds == ("apart",):
        text = f"{len(people)} people to be kept apart do not fit {len(sizes)} groups: {names}."
    elif kinds == ("together",):
        told = ", ".join(map(str, sorted(sizes, reverse=True)))
        text = f"People to be kept together do not fit the groups, which hold {told}: {names}."
    else:
        text = f"These rules cannot all be kept at once ({', '.join(kinds)}): {names}."
    return Clash(text, (*kinds, "size"), people)


def refuse(
    clash: Clash | None,
    members: Sequence[Member],
    rules: Rules,
    people: int,
) -> Clash:
    """The clash to raise, with the nearest rules that work when there are some to be found quickly."""
    raised = clash or Clash(GENERIC, ("private and other",))
    if people > TRIED_MOST:
        return raised
    for nearest, dropped in _relaxed(rules, people):
        if works(members, nearest):
            return raised.offering(nearest, dropped)
    return raised


def _relaxed(rules: Rules, people: int) -> Iterator[tuple[Rules, str]]:
    """Ever weaker rules, never without the confidential ones."""
    free: dict[str, Any] = {"together": (), "locks": {}, "apart": frozenset()}
    said = {"together": "keep nobody together", "locks": "lift the locks", "apart": "keep nobody apart"}
    used = [name for name in ("together", "locks", "apart") if getattr(rules, name)]
    for name in used:
        yield without(rules, **{name: free[name]}), said[name]
    count = group_count(people, rules)
    for fewer in (count - 1, count + 1, count - 2, count + 2):
        if 1 <= fewer <= people // 2 or fewer == 1:
            yield without(rules, size=None, groups=fewer), f"{fewer} groups"
    if len(used) > 1:
        yield without(rules, **{name: free[name] for name in used}), "without these wishes"


def works(members: Sequence[Member], rules: Rules) -> bool:
    """Whether one round with everybody present can keep the rules; found by trying."""
    try:
        sizes = group_sizes(len(members), group_count(len(members), rules))
        if visible_clash(members, rules, [sizes], [[member.id for member in members]]) is not None:
            return False
        problem = compile_problem(members, rules, History())
    except Clash:
        return False
    groups = make_round(problem, range(problem.people), sizes, (0, 0), 0.2)
    return groups is not None and not sits_barred(problem, [groups])


def contradicts(problem: Problem, here: Sequence[int]) -> bool:
    """Whether a pair that must not meet is kept or locked together: no search can help then."""
    present = set(here)
    unit_of = {person: number for number, unit in enumerate(problem.glued) for person in unit}
    for a, b in problem.barred:
        if a not in present or b not in present:
            continue
        if a in unit_of and unit_of[a] == unit_of.get(b):
            return True
        if a in problem.locks and problem.locks[a] == problem.locks.get(b):
            return True
    return False


def sits_barred(problem: Problem, schedule: Sequence[Sequence[Sequence[int]]]) -> bool:
    """Whether a pair that must not meet sits together in some round."""
    if not problem.barred:
        return False
    where = np.full(problem.people, -1, dtype=np.int64)
    for groups in schedule:
        where[:] = -1
        for number, group in enumerate(groups):
            where[list(group)] = number
        if any(where[a] >= 0 and where[a] == where[b] for a, b in problem.barred):
            return True
    return False
