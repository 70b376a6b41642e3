"""Changes to a round that stands: someone comes late, leaves early, swaps; as few others as possible move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bot.breakouts.engine.clashes import GENERIC
from bot.breakouts.engine.model import Clash, Group, History, Member, Plan, Round, Rules, pair, without
from bot.breakouts.engine.planner import plan
from bot.breakouts.engine.problem import NEVER, Problem, compile_problem


@dataclass(frozen=True)
class Change:
    """A round after a change: `moved` sit elsewhere than before, `placed` are new. Groups keep order."""

    groups: Round
    moved: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()


class _Tables:
    """The round with what each seat would cost, for a handful of moves."""

    def __init__(
        self, groups: Sequence[Group], members: Sequence[Member], rules: Rules, history: History
    ) -> None:
        known = {member.id for member in members}
        everyone = [*members, *(Member(p) for group in groups for p in group if p not in known)]
        self.problem: Problem = compile_problem(everyone, rules, history)
        self.at = {person: i for i, person in enumerate(self.problem.ids)}
        self.groups = [list(group) for group in groups]
        self.numbers = list(range(len(groups)))
        self.held = set(rules.locks) | {person for unit in rules.together for person in unit}

    def cost(self, person: str, group: int, leaving: str = "") -> int:
        """What it costs the person to sit there, once `leaving` has left."""
        mates = [self.at[p] for p in self.groups[group] if p not in (person, leaving)]
        return int(self.problem.rows(np.array([self.at[person]]))[0][mates].sum())

    def needs(self, person: str, group: int) -> bool:
        """Whether the person could be the lead that the group is without."""
        leads = self.problem.leads
        wanted = self.problem.rules.one_lead_per_group and bool(leads[self.at[person]])
        return wanted and not any(leads[self.at[mate]] for mate in self.groups[group])

    def sizes(self) -> list[int]:
        """People per group."""
        return [len(group) for group in self.groups]

    def result(self, before: Sequence[Group], placed: Sequence[str]) -> Change:
        """The round as it is now, and who moved."""
        home = {person: i for i, group in enumerate(before) for person in group}
        moved = [
            person
            for i, group in zip(self.numbers, self.groups, strict=True)
            for person in group
            if home.get(person, i) != i
        ]
        left = tuple(tuple(sorted(group)) for group in self.groups if group)
        return Change(left, tuple(sorted(moved)), tuple(sorted(placed)))


def place_late(
    groups: Sequence[Group],
    newcomers: Sequence[str],
    rules: Rules,
    members: Sequence[Member] = (),
    history: History | None = None,
) -> Change:
    """Seat late arrivals: each joins one of the smallest groups, where the rules and the history suit best.

    Nobody else moves unless a rule demands it (then one person does). As many newcomers as fill a group make
    one of their own when every other would grow beyond size + 1. Raises `Clash` when no seat keeps the rules.
    """
    tables = _Tables(groups, [*members, *_unlisted(newcomers, members)], rules, history or History())
    _refuse_seated(groups, newcomers)
    waiting = sorted(newcomers, key=lambda person: (person not in rules.locks, person))
    while waiting:
        if rules.size and min(tables.sizes(), default=0) > rules.size and len(waiting) >= rules.size:
            own, rest = waiting[: rules.size], waiting[rules.size :]
            if not _any_barred(tables, own):
                tables.groups.append(own)
                tables.numbers.append(len(tables.numbers))
                waiting = rest
                continue
        _seat_late(tables, waiting.pop(0), rules)
    return tables.result(groups, newcomers)


def _refuse_seated(groups: Sequence[Group], newcomers: Sequence[str]) -> None:
    twice = sorted(set(newcomers) & {person for group in groups for person in group})
    if twice or len(set(newcomers)) < len(newcomers):
        people = tuple(twice) or tuple(sorted(p for p in set(newcomers) if list(newcomers).count(p) > 1))
        raise Clash("Already in a group: " + ", ".join(people) + ".", ("people",), people)


def _unlisted(people: Sequence[str], members: Sequence[Member]) -> list[Member]:
    listed = {member.id for member in members}
    return [Member(person) for person in people if person not in listed]


def _any_barred(tables: _Tables, people: Sequence[str]) -> bool:
    numbers = [tables.at[person] for person in people]
    return any((min(a, b), max(a, b)) in tables.problem.barred for a, b in combinations(numbers, 2))


def _seat_late(tables: _Tables, person: str, rules: Rules) -> None:
    """The cheapest seat in a smallest group; else take a seat whose holder moves to a smallest group."""
    if not tables.groups:
        tables.groups.append([person])
        tables.numbers.append(0)
        return
    sizes = tables.sizes()
    least = min(sizes)
    smallest = [i for i, size in enumerate(sizes) if size == least]
    wanted = _wanted_group(tables, person, rules)
    open_groups = [i for i in smallest if wanted is None or i == wanted]
    seats = [(not tables.needs(person, i), tables.cost(person, i), i) for i in open_groups]
    allowed = [seat for seat in seats if seat[1] < NEVER]
    if allowed:
        tables.groups[min(allowed)[2]].append(person)
        return
    options = [
        (tables.cost(person, taken, leaving=mover) + tables.cost(mover, to), taken, mover, to)
        for taken in range(len(sizes))
        if wanted is None or taken == wanted
        for mover in tables.groups[taken]
        if mover not in tables.held
        for to in smallest
        if to != taken
    ]
    cost, taken, mover, to = min(options, default=(NEVER, -1, "", -1))
    if cost >= NEVER:
        raise Clash(GENERIC, ("private and other",))
    tables.groups[taken].remove(mover)
    tables.groups[taken].append(person)
    tables.groups[to].append(mover)


def _wanted_group(tables: _Tables, person: str, rules: Rules) -> int | None:
    """The group that a lock or a keep-together wish points to, if any."""
    if person in rules.locks:
        return rules.locks[person]
    mates = {p for unit in rules.together if person in unit for p in unit if p != person}
    return next((i for i, group in enumerate(tables.groups) if mates & set(group)), None)


def drop(
    groups: Sequence[Group],
    leavers: Collection[str],
    rules: Rules,
    members: Sequence[Member] = (),
    history: History | None = None,
) -> Change:
    """Let people leave, then even the groups out with the fewest moves.

    Groups that became too small are filled up or dissolved into the others, whichever moves fewer people;
    with as many moves, whichever comes nearer to the size. Nobody is left alone who need not be.
    """
    left = [tuple(person for person in group if person not in leavers) for group in groups]
    left = [group for group in left if group]
    people = [person for group in left for person in group]
    known = [member for member in members if member.id in set(people)]
    options = []
    small = sum(len(group) < (rules.size or 2) for group in left)
    for dissolve in range(min(small, len(left) - 1) + 1):
        tables = _Tables(left, known, rules, history or History())
        if _even_out(tables, dissolve):
            change = tables.result(left, ())
            sizes = [len(group) for group in change.groups]
            alone = len(people) > 1 and min(sizes, default=0) == 1
            off = max((abs(size - (rules.size or size)) for size in sizes), default=0)
            options.append((alone, len(change.moved), off, dissolve, change))
    if not options:
        raise Clash(GENERIC, ("private and other",))
    return min(options, key=lambda option: option[:4])[4]


def _even_out(tables: _Tables, dissolve: int) -> bool:
    """Dissolve so many groups and move people until sizes are within 1; False when the rules leave no way."""
    for _ in range(dissolve):
        smallest = tables.sizes().index(min(tables.sizes()))
        loose = tables.groups.pop(smallest)
        tables.numbers.pop(smallest)
        for person in loose:
            sizes = tables.sizes()
            cost, to = min((tables.cost(person, i), i) for i, n in enumerate(sizes) if n == min(sizes))
            if cost >= NEVER:
                return False
            tables.groups[to].append(person)
    while tables.groups and max(tables.sizes()) - min(tables.sizes()) > 1:
        sizes = tables.sizes()
        options = [
            (tables.cost(person, to) - tables.cost(person, at), person, at, to)
            for at, n in enumerate(sizes)
            if n == max(sizes)
            for person in tables.groups[at]
            if person not in tables.held
            for to, m in enumerate(sizes)
            if m == min(sizes)
        ]
        cost, person, at, to = min(options, default=(NEVER, "", -1, -1))
        if cost >= NEVER:
            return False
        tables.groups[at].remove(person)
        tables.groups[to].append(person)
    return True


def swap(groups: Sequence[Group], a: str, b: str, rules: Rules | None = None) -> Change:
    """Let two people change places. Raises `Clash` when a rule forbids it, a confidential one unnamed."""
    home = {person: i for i, group in enumerate(groups) for person in group}
    missing = tuple(person for person in (a, b) if person not in home)
    if missing:
        raise Clash("Not in this round: " + ", ".join(missing) + ".", ("people",), missing)
    other = {a: b, b: a}
    swapped = tuple(tuple(sorted(other.get(person, person) for person in group)) for group in groups)
    for group in swapped:
        together = [pair(x, y) for x, y in combinations(group, 2) if a in (x, y) or b in (x, y)]
        kept_apart = [two for two in together if rules and two in {pair(*p) for p in rules.apart}]
        if kept_apart:
            raise Clash(f"To be kept apart: {', '.join(kept_apart[0])}.", ("apart",), kept_apart[0])
        if any(rules and two in {pair(*p) for p in rules.never} for two in together):
            raise Clash(GENERIC, ("private and other",))
    moved = (a, b) if home[a] != home[b] else ()
    return Change(swapped, tuple(sorted(moved)))


def lock(rules: Rules, groups: Sequence[Group], people: Collection[str]) -> Rules:
    """The rules with these people held where they sit now (give all of a group to keep the whole group)."""
    home = {person: i for i, group in enumerate(groups) for person in group}
    held = {person: home[person] for person in sorted(people) if person in home}
    return without(rules, locks={**rules.locks, **held})


def reshuffle(
    members: Sequence[Member],
    groups: Sequence[Group],
    rules: Rules,
    history: History | None = None,
    seed: int = 0,
) -> Plan:
    """The same people in as many groups once more; locks hold, everyone else is drawn anew."""
    seated = {person for group in groups for person in group}
    known = {member.id for member in members}
    here = [*(m for m in members if m.id in seated), *(Member(p) for p in sorted(seated - known))]
    return plan(here, without(rules, size=None, groups=len(groups)), 1, history, seed)
