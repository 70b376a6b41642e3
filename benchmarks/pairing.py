"""Repeats and seconds of the breakout engine beside two peers: `python -m benchmarks.pairing [--quick]`.

Instances are written groups-size-rounds (the social golfer problem), or people-size-rounds with a p where
groups do not come out even. Engine, a public genetic search and CP-SAT take turns in the same run; each
result is checked by `bot.breakouts.engine.check`, which shares no code with the search. Seconds are
seconds of one processor, so that a busy machine favours nobody. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.pairing_cpsat import cpsat
from benchmarks.pairing_instances import FULL, QUICK, Instance, instance
from benchmarks.pairing_peer import golfers
from bot.breakouts.engine import History, Member, Plan, Rules, pair, place_late, plan
from bot.breakouts.engine.check import count_repeats, faults
from bot.breakouts.engine.structured import circle_round

PEER_MOST, SOLVER_MOST = 500, 60
QUICK_BUDGET, FULL_BUDGET = 4.0, 6.0
TURNS = 3


Solved = tuple[int | None, int | None, float | None]
"""Repeats, bound and seconds."""


@dataclass(frozen=True)
class Row:
    """One line of the table; the peer's figures are None where it did not run."""

    instance: str
    repeats: int
    bound: int
    seconds: float
    method: str
    peer_repeats: int | None = None
    peer_seconds: float | None = None
    cpsat_repeats: int | None = None
    cpsat_bound: int | None = None
    cpsat_seconds: float | None = None
    note: str = ""


def room(people: int) -> list[Member]:
    """So many members without traits."""
    return [Member(f"p{i:04d}") for i in range(people)]


def checked(
    made: Plan, present: Sequence[Sequence[str]], rules: Rules, history: History | None = None
) -> int:
    """Repeats counted from first principles. Raises AssertionError when the plan breaks anything."""
    wrong = faults(made.rounds, present, rules)
    assert not wrong, wrong
    repeats = count_repeats(made.rounds)
    assert repeats == made.explanation.repeats
    assert repeats >= made.explanation.bound
    return repeats


def golf(name: str, budget: float) -> Row:
    """Engine and peers in turn on one instance; medians of up to three turns, one where a peer is slow."""
    one = instance(name)
    members, present = room(one.people), one.present
    ours: list[tuple[int, float]] = []
    theirs: list[tuple[int, float]] = []
    notes = ["6 never-pairs"] if one.rules.never else []
    peer = one.people <= PEER_MOST and one.rules.size != 2 and not one.absent
    notes += [] if peer else ["peer not run"]
    for seed in range(1, TURNS + 1):
        started = time.process_time()
        made = plan(members, one.rules, one.rounds, seed=seed, absent_by_round=one.absent)
        took = time.process_time() - started
        ours.append((checked(made, present, one.rules), took))
        spent = sum(seconds for _, seconds in theirs)
        if peer and (seed == 1 or spent * (1 + 1 / len(theirs)) < budget):
            repeats, took, complete = genetic(one, seed, budget)
            theirs.append((repeats, took))
            notes += [] if complete else [f"peer cut at {budget:.0f} s"]
    solvable = one.people <= SOLVER_MOST and one.rules.size != 2
    solved: Solved = by_solver(one, budget) if solvable else (None, None, None)
    explanation = made.explanation
    return Row(
        name,
        round(statistics.median(repeats for repeats, _ in ours)),
        explanation.bound,
        statistics.median(seconds for _, seconds in ours),
        explanation.method,
        round(statistics.median(repeats for repeats, _ in theirs)) if theirs else None,
        statistics.median(seconds for _, seconds in theirs) if theirs else None,
        *solved,
        ", ".join(dict.fromkeys(notes)),
    )


def genetic(one: Instance, seed: int, budget: float) -> tuple[int, float, bool]:
    """Repeats and seconds of the genetic search, and whether it came to its end."""
    sizes = one.sizes[0]
    started = time.process_time()
    schedule, complete = golfers(len(sizes), max(sizes), one.rounds, seed, budget, one.people, one.never)
    took = time.process_time() - started
    named = [[[one.ids[person] for person in group] for group in groups] for groups in schedule]
    assert not faults(named, one.present, one.rules) or not complete
    return count_repeats(named), took, complete


def by_solver(one: Instance, budget: float) -> Solved:
    """Repeats, bound and seconds of CP-SAT; no repeats where it found no plan in time."""
    present = [[int(person[1:]) for person in here] for here in one.present]
    found = cpsat(present, one.sizes, one.never, budget)
    if found.rounds is None:
        return None, found.bound, found.seconds
    named = [[[one.ids[person] for person in group] for group in groups] for groups in found.rounds]
    assert not faults(named, one.present, one.rules)
    return count_repeats(named), found.bound, found.seconds


def every_pair_of_5000() -> Row:
    """The circle method over all 4,999 rounds, each checked against a table of who has met."""
    people = 5_000
    met = np.zeros((people, people), dtype=np.bool_)
    repeats = 0
    seconds = 0.0
    for turn in range(people - 1):
        started = time.process_time()
        groups = circle_round(people, turn)
        seconds += time.process_time() - started
        seats = np.array(groups)
        assert len(np.unique(seats)) == people
        repeats += int(met[seats[:, 0], seats[:, 1]].sum())
        met[seats[:, 0], seats[:, 1]] = met[seats[:, 1], seats[:, 0]] = True
    return Row("2500-2-4999", repeats, 0, seconds, "circle", note="peer not run")


def community(people: int, seed: int) -> tuple[list[Member], Rules, dict[int, set[str]]]:
    """Four states, 60 organisations, 22 % leads, never-pairs 30 % as many, a tenth absent in each round."""
    rng = random.Random(seed)
    members = [
        Member(
            f"p{i:04d}",
            {"state": rng.choice(("AK", "ID", "OR", "WA")), "organisation": f"o{rng.randrange(60):02d}"},
            leads=i < people * 22 // 100,
        )
        for i in range(people)
    ]
    never: set[tuple[str, str]] = set()
    while len(never) < people * 3 // 10:
        a, b = rng.sample(range(people), 2)
        never.add(pair(f"p{a:04d}", f"p{b:04d}"))
    absent = {turn: {f"p{i:04d}" for i in rng.sample(range(people), people // 10)} for turn in range(8)}
    rules = Rules(
        size=5,
        mix={"state": 1.0, "organisation": 0.5},
        never=frozenset(never),
        one_lead_per_group=True,
    )
    return members, rules, absent


def constrained(people: int = 1_000, couples: int = 0) -> Row:
    """Eight rounds of fives with everything at once; couples are kept together and count in the bound."""
    members, rules, absent = community(people, seed=5)
    together = [
        frozenset((f"p{people - 2 * i - 1:04d}", f"p{people - 2 * i - 2:04d}")) for i in range(couples)
    ]
    kept = tuple(unit for unit in together if pair(*sorted(unit)) not in rules.never)
    rules = Rules(**{**rules.__dict__, "together": kept})
    present = [[m.id for m in members if m.id not in absent[turn]] for turn in range(8)]
    started = time.process_time()
    made = plan(members, rules, 8, absent_by_round=absent, seed=1)
    seconds = time.process_time() - started
    repeats = checked(made, present, rules)
    assert not any(made.explanation.without_lead)
    mix = made.explanation.mix["state"].share or 0.0
    name = f"{people} people, all rules" + (f", {couples} couples" if couples else "")
    note = f"a lead in every group, states differ in {mix:.1%} of pairs (at most 90%)"
    return Row(name, repeats, made.explanation.bound, seconds, made.explanation.method, note=note)


def late_joins() -> Row:
    """Twenty late arrivals to a standing round of 1,000: nobody else moves."""
    members, rules, _ = community(1_020, seed=6)
    early, late = members[:1_000], members[1_000:]
    history = History().after(plan(early, rules, seed=2).rounds[0])
    standing = plan(early, rules, 1, history, seed=3).rounds[0]
    started = time.process_time()
    after = place_late(standing, [member.id for member in late], rules, members, history)
    seconds = time.process_time() - started
    assert not faults([after.groups], [[member.id for member in members]], rules)
    assert not after.moved
    repeats = count_repeats([after.groups], history)
    return Row("1000 people, 20 late", repeats, 0, seconds, "place_late", note="nobody moved")


def tight(people: int = 45) -> Row:
    """A tight roster: 45 people in fours and fives for eight rounds, absences, never-pairs."""
    members, rules, _ = community(people, seed=7)
    rng = random.Random(8)
    absent = {turn: {f"p{i:04d}" for i in rng.sample(range(people), 3)} for turn in range(8)}
    bare = Rules(size=4, never=rules.never)
    present = [[m.id for m in members if m.id not in absent[turn]] for turn in range(8)]
    started = time.process_time()
    made = plan(members, bare, 8, absent_by_round=absent, seed=1)
    seconds = time.process_time() - started
    repeats = checked(made, present, bare)
    note = "42 of 45 present, 13 never-pairs, fours and fives"
    return Row(
        "45 people, tight", repeats, made.explanation.bound, seconds, made.explanation.method, note=note
    )


def show(row: Row) -> None:
    """One line of the table."""
    peer = "–" if row.peer_repeats is None else str(row.peer_repeats)
    peer_seconds = "–" if row.peer_seconds is None else f"{row.peer_seconds:.2f}"
    times = (row.peer_seconds or 0.0) / max(row.seconds, 1e-6)
    ratio = "–" if row.peer_seconds is None else f"{times:,.0f}×" if times >= 10 else f"{times:.1f}×"
    solver = "–" if row.cpsat_seconds is None else f"{row.cpsat_repeats} | {row.cpsat_seconds:.1f}"
    solver = solver.replace("None", "nothing") if "|" in solver else "– | –"
    print(
        f"| {row.instance} | {row.repeats} | {row.bound} | {row.seconds:.3f} | {row.method} "
        f"| {peer} | {peer_seconds} | {ratio} | {solver} | {row.note} |",
        flush=True,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the rows, print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the small rows, in about two minutes")
    quick = parser.parse_args(arguments).quick
    budget = QUICK_BUDGET if quick else FULL_BUDGET
    others: list[Callable[[], Row]] = [
        every_pair_of_5000,
        constrained,
        lambda: constrained(couples=40),
        late_joins,
        tight,
    ]
    plan(room(4), Rules(size=2, mix={"state": 1.0}))
    heads = ("repeats", "bound", "seconds", "method", "peer repeats", "peer seconds", "faster")
    print(f"| instance | {' | '.join(heads)} | CP-SAT repeats | CP-SAT seconds | |")
    print("|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---|")
    rows = []
    for name in QUICK if quick else FULL:
        rows.append(golf(name, budget))
        show(rows[-1])
    for measure in () if quick else others:
        rows.append(measure())
        show(rows[-1])
    print(json.dumps({"rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
