"""The rules of a plan turned into numbers: who may sit with whom, and what each pair costs.

Costs are whole numbers, so that a plan is the same on every machine. From worst to mildest: a pair that must
never meet, a group without a shared language, a group without a lead, an odd seat out of turn, a repeat, and
then the mix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.breakouts.engine.model import Clash, History, Member, Pair, Rules, pair

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

REPEAT = 100
AGAIN = 20
MIX = 10
FAIR = 100 * REPEAT
TURN = 10
LEAD = 300 * REPEAT
SHARE = 1_000 * REPEAT
NEVER = 10_000 * REPEAT
DENSE = 2_500
LAYERS_MOST = 6
MET_MOST = 100
MEETING = np.array([0] + [REPEAT + AGAIN * times for times in range(MET_MOST)], dtype=np.int64)
Layer = tuple[float, list[int]]


@dataclass
class Problem:
    """People as numbers 0 … n − 1 in the order of their ids, so that the order of the input does not matter.

    `met` counts meetings so far (history and the rounds planned already), `recent` what a meeting again so
    soon costs on top, `odd` the odd seats so far, `glued` the keep-together units.
    """

    ids: tuple[str, ...]
    rules: Rules
    met: npt.NDArray[np.int8]
    odd: Ints
    leads: Flags
    barred: frozenset[tuple[int, int]]
    glued: tuple[tuple[int, ...], ...]
    locks: Mapping[int, int]
    recent: Mapping[int, Mapping[int, int]]
    traits: tuple[tuple[Ints, int], ...]
    shares: tuple[tuple[Flags, int], ...]
    """By person and value, and what a pair with none in common costs."""
    foes: Mapping[int, Sequence[int]]
    unit_of: Mapping[int, list[int]]
    static: npt.NDArray[np.int32] | None = field(default=None)

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.ids)

    @property
    def plain(self) -> bool:
        """Whether repeats are all that counts."""
        return not (
            self.barred
            or self.glued
            or self.locks
            or self.traits
            or self.shares
            or self.rules.one_lead_per_group
        )

    def static_rows(self, who: Ints) -> npt.NDArray[np.int32]:
        """What sitting with each person costs each of `who`, apart from meetings."""
        if self.static is not None:
            return self.static[who]
        return self._static_rows(who)

    def layers(self) -> list[Layer]:
        """The same once more, for the annealing: per cost (a repeat is 1), whom it concerns, as bit masks."""
        rows = self.static_rows(np.arange(self.people))
        costs = [int(cost) for cost in np.unique(rows) if cost > 0]
        if len(costs) > LAYERS_MOST:
            coarse = np.array([0, *costs[:: len(costs) // LAYERS_MOST + 1], costs[-1]])
            rows = coarse[np.abs(rows[:, :, None] - coarse).argmin(axis=2)]
            costs = [int(cost) for cost in np.unique(rows) if cost > 0]
        return [(cost / REPEAT, [_mask(row == cost) for row in rows]) for cost in costs]

    def _static_rows(self, who: Ints) -> npt.NDArray[np.int32]:
        rows = np.zeros((len(who), self.people), dtype=np.int32)
        for codes, weight in self.traits:
            mine = codes[who][:, None]
            known: Flags = (mine >= 0) & (codes[None, :] >= 0)
            counts: Flags = (mine == codes[None, :]) if weight > 0 else (mine != codes[None, :])
            rows += (counts & known) * np.int32(abs(weight))
        for spoken, cost in self.shares:
            common = spoken[who].astype(np.int32) @ spoken.T.astype(np.int32)
            speaks: Flags = np.asarray(spoken.any(axis=1))
            known = speaks[who][:, None] & speaks[None, :]
            rows += ((common == 0) & known) * np.int32(cost)
        for row, person in enumerate(who.tolist()):
            for foe in self.foes.get(person, ()):
                rows[row, foe] += NEVER
            for mate, cost in self.recent.get(person, {}).items():
                rows[row, mate] += cost
            rows[row, person] = 0
        return rows

    def rows(self, who: Ints) -> Ints:
        """What sitting with each person costs each of `who` in the next round, meetings included."""
        cost: Ints = MEETING[self.met[who]]
        if not self.plain or self.recent:
            cost += self.static_rows(who)
        for row, person in enumerate(who.tolist() if self.glued else ()):
            cost[row, self.unit_of.get(person, [])] = 0
        return cost

    def record(self, groups: Sequence[Sequence[int]]) -> None:
        """Count one round as met."""
        for size in sorted({len(group) for group in groups}):
            seats = np.array([group for group in groups if len(group) == size])
            rows, columns = seats[:, :, None], seats[:, None, :]
            block = np.minimum(self.met[rows, columns], MET_MOST - 1) + 1
            block[:, np.arange(size), np.arange(size)] = 0
            self.met[rows, columns] = block


def compile_problem(members: Sequence[Member], rules: Rules, history: History) -> Problem:
    """Numbers for the search. Raises `Clash` for input that makes no sense, such as an id given twice."""
    ordered = sorted(members, key=lambda member: member.id)
    ids = tuple(member.id for member in ordered)
    if len(set(ids)) < len(ids):
        twice = tuple(sorted({a for a, b in pairwise(ids) if a == b}))
        raise Clash("The same person is on the list twice: " + ", ".join(twice) + ".", ("people",), twice)
    at = {person: i for i, person in enumerate(ids)}
    met = np.zeros((len(ids), len(ids)), dtype=np.int8)
    for (a, b), count in history.meetings.items():
        if a in at and b in at and a != b:
            met[at[a], at[b]] = met[at[b], at[a]] = min(MET_MOST, int(met[at[a], at[b]]) + count)
    barred = _numbered(rules.never | rules.apart, at)
    glued = _units(rules.together, at)
    problem = Problem(
        ids=ids,
        rules=rules,
        met=met,
        odd=np.array([history.odd.get(person, 0) for person in ids], dtype=np.int64),
        leads=np.array([member.leads for member in ordered], dtype=np.bool_),
        barred=barred,
        glued=glued,
        unit_of={person: list(unit) for unit in glued for person in unit},
        locks={at[person]: group for person, group in sorted(rules.locks.items()) if person in at},
        recent=_recent(history.rounds_ago, at),
        traits=tuple(
            (_codes(ordered, trait), round(weight * MIX))
            for trait, weight in sorted(rules.mix.items())
            if weight
        ),
        shares=(
            *((_spoken(ordered, trait), SHARE) for trait in sorted(rules.share)),
            *((_spoken(ordered, trait), round(cost * MIX)) for trait, cost in sorted(rules.common.items())),
        ),
        foes=_foes(barred),
    )
    if len(ids) <= DENSE and (barred or problem.traits or problem.shares or problem.recent):
        problem.static = problem._static_rows(np.arange(len(ids)))
    return problem


def _mask(concerned: Flags) -> int:
    """The people marked, as the bits of one number."""
    return int.from_bytes(np.packbits(concerned, bitorder="little").tobytes(), "little")


def _numbered(pairs: frozenset[Pair], at: Mapping[str, int]) -> frozenset[tuple[int, int]]:
    known = (pair(a, b) for a, b in pairs if a in at and b in at and a != b)
    return frozenset((at[a], at[b]) for a, b in known)


def _foes(barred: frozenset[tuple[int, int]]) -> dict[int, list[int]]:
    foes: dict[int, list[int]] = {}
    for a, b in sorted(barred):
        foes.setdefault(a, []).append(b)
        foes.setdefault(b, []).append(a)
    return foes


def _recent(rounds_ago: Mapping[Pair, int], at: Mapping[str, int]) -> dict[int, dict[int, int]]:
    """Meeting again costs half a repeat more after one round, a third after two, and so on."""
    recent: dict[int, dict[int, int]] = {}
    for (a, b), ago in sorted(rounds_ago.items()):
        if a in at and b in at and a != b:
            cost = REPEAT // (1 + max(1, ago))
            recent.setdefault(at[a], {})[at[b]] = cost
            recent.setdefault(at[b], {})[at[a]] = cost
    return recent


def _codes(members: Sequence[Member], trait: str) -> Ints:
    """A number for each value of the trait; −1 where it is not known."""
    values = sorted({member.traits[trait] for member in members if member.traits.get(trait)})
    code = {value: i for i, value in enumerate(values)}
    return np.array([code.get(member.traits.get(trait, ""), -1) for member in members], dtype=np.int64)


def spoken_by(member: Member, trait: str) -> frozenset[str]:
    """The values of a shared trait: "en/es", "en, es" and "en; es" are two."""
    parts = member.traits.get(trait, "").replace(",", "/").replace(";", "/").split("/")
    return frozenset(part.strip().casefold() for part in parts if part.strip())


def _spoken(members: Sequence[Member], trait: str) -> Flags:
    """One row per person, one column per value."""
    values = sorted({value for member in members for value in spoken_by(member, trait)})
    rows = [[value in spoken_by(member, trait) for value in values] for member in members]
    return np.array(rows, dtype=np.bool_).reshape(len(members), len(values))


def _units(together: Sequence[frozenset[str]], at: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    """Keep-together sets that overlap are one unit."""
    units: list[set[int]] = []
    for wish in together:
        unit = {at[person] for person in wish if person in at}
        apart = [other for other in units if not other & unit]
        for other in units:
            if other & unit:
                unit |= other
        units = [*apart, unit]
    return tuple(sorted(tuple(sorted(unit)) for unit in units if len(unit) > 1))
