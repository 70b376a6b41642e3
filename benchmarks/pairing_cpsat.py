"""The second peer of the pairing benchmark: the same problem, stated for CP-SAT of OR-Tools (Google).

A person sits in one group of every round; two people of one group meet; a pair's meetings beyond the first
are its repeats, and their sum is made least. The first round is given, since it does not matter who is who.
One worker, a fixed seed and a limit in the solver's own deterministic time, which is near to seconds.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

Rounds = list[list[list[int]]]
PATIENCE = 6
"""How many times its limit the solver may take by the clock on the wall, on a busy machine."""


@dataclass(frozen=True)
class Found:
    """The best rounds within the limit (None: none at all), the bound proven, and the seconds taken."""

    rounds: Rounds | None
    bound: int
    seconds: float


def cpsat(
    present: Sequence[Sequence[int]],
    sizes: Sequence[Sequence[int]],
    never: Collection[tuple[int, int]],
    seconds: float,
) -> Found:
    """Rounds for these people and sizes, searched for so many seconds."""
    started = time.process_time()
    model = cp_model.CpModel()
    sits = [_seats(model, here, round_sizes) for here, round_sizes in zip(present, sizes, strict=True)]
    _give_first_round(model, sits[0], present[0], sizes[0], never)
    meetings: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for seats, here in zip(sits, present, strict=True):
        for a, b in combinations(sorted(here), 2):
            meet = model.new_bool_var("")
            for mine, theirs in zip(seats[a], seats[b], strict=True):
                model.add(mine + theirs - 1 <= meet)
            meetings.setdefault((a, b), []).append(meet)
            if (a, b) in never:
                model.add(meet == 0)
    again = []
    for met in meetings.values():
        again.append(model.new_int_var(0, len(sizes), ""))
        model.add(again[-1] >= sum(met) - 1)
    model.minimize(sum(again))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = seconds
    solver.parameters.max_time_in_seconds = seconds * PATIENCE
    status = solver.solve(model)
    took = time.process_time() - started
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, 0, took)
    rounds = [
        [
            [person for person in seats if solver.value(seats[person][group])]
            for group in range(len(round_sizes))
        ]
        for seats, round_sizes in zip(sits, sizes, strict=True)
    ]
    return Found(rounds, round(solver.best_objective_bound), took)


def _seats(
    model: cp_model.CpModel, here: Sequence[int], sizes: Sequence[int]
) -> dict[int, list[cp_model.IntVar]]:
    seats = {person: [model.new_bool_var("") for _ in sizes] for person in here}
    for places in seats.values():
        model.add_exactly_one(places)
    for group, size in enumerate(sizes):
        model.add(sum(places[group] for places in seats.values()) == size)
    return seats


def _give_first_round(
    model: cp_model.CpModel,
    seats: dict[int, list[cp_model.IntVar]],
    here: Sequence[int],
    sizes: Sequence[int],
    never: Collection[tuple[int, int]],
) -> None:
    """Seat the first round in order, where no rule says otherwise."""
    if never or len(seats) < len(here):
        return
    people = iter(sorted(here))
    for group, size in enumerate(sizes):
        for _ in range(size):
            model.add(seats[next(people)][group] == 1)
