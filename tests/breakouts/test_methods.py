"""Each method does what it promises, and the engine picks the one that fits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations

import pytest

from bot.breakouts.engine import History, Member, Rules, pair, pair_up, plan
from bot.breakouts.engine.check import count_repeats, faults
from bot.breakouts.engine.designs import TABLE, Design
from bot.breakouts.engine.fields import ring_of
from bot.breakouts.engine.structured import latin, structured
from tests.breakouts.strategies import ids, people


def _as_ids(schedule: list[list[list[int]]]) -> list[list[list[str]]]:
    return [[[f"p{point:04d}" for point in group] for group in groups] for groups in schedule]


@pytest.mark.parametrize("design", TABLE, ids=lambda d: f"{d.groups}-{d.size}-{d.rounds}")
def test_every_design_of_the_table_is_what_it_says(design: Design) -> None:
    rounds = _as_ids(design.unfold())
    room = [f"p{point:04d}" for point in range(design.groups * design.size)]
    assert len(rounds) == design.rounds
    assert faults(rounds, [room] * design.rounds) == []
    assert count_repeats(rounds) == design.repeats
    assert design.source


@pytest.mark.parametrize(
    ("count", "groups", "rounds"),
    [
        (15, 5, 7),
        (18, 6, 8),
        (21, 7, 10),
        (24, 8, 11),
        (30, 10, 14),
        (24, 6, 7),
        (28, 7, 8),
        (36, 9, 11),
        (30, 6, 6),
        (50, 10, 9),
        (32, 8, 8),
        (32, 8, 9),
        (32, 8, 10),
        (36, 6, 3),
        (100, 25, 8),
        (16, 4, 5),
        (12, 6, 11),
        (64, 16, 21),
    ],
)
def test_rules_without_search_repeat_nothing(count: int, groups: int, rounds: int) -> None:
    schedule = structured(count, groups, rounds)
    assert schedule is not None
    named = _as_ids(schedule)
    assert faults(named, [[f"p{i:04d}" for i in range(count)]] * rounds) == []
    assert count_repeats(named) == 0


@pytest.mark.parametrize("groups", range(2, 14))
def test_the_latin_rule_repeats_nothing_wherever_it_answers(groups: int) -> None:
    for size in range(2, groups + 1):
        for rounds in range(1, groups + 2):
            schedule = latin(groups, size, rounds)
            assert schedule is None or count_repeats(_as_ids(schedule)) == 0


@pytest.mark.parametrize("size", [2, 4, 6, 8, 9, 12, 25])
def test_differences_of_the_first_units_of_a_ring_can_be_divided_by(size: int) -> None:
    ring = ring_of(size)
    minus = {a: next(b for b in range(size) if ring.add(a, b) == 0) for a in range(size)}
    for a, b in combinations(range(ring.units), 2):
        difference = ring.add(a, minus[b])
        assert {ring.times(difference, x) for x in range(size)} == set(range(size))


@pytest.mark.parametrize(
    ("count", "rules", "rounds", "method"),
    [
        (12, Rules(size=2), 11, "circle"),
        (15, Rules(size=3), 7, "design"),
        (100, Rules(size=4), 8, "latin"),
        (13, Rules(size=2), 2, "matching"),
        (50, Rules(size=4), 3, "tabu"),
        (20, Rules(size=4, apart=frozenset({("p00", "p01")})), 5, "latin"),
        (20, Rules(size=4), 6, "annealing"),
        (32, Rules(size=4), 11, "design and tabu"),
    ],
)
def test_the_engine_chooses_by_itself_and_says_which(
    count: int, rules: Rules, rounds: int, method: str
) -> None:
    assert plan(people(count), rules, rounds, effort=0.2).explanation.method == method


def test_one_round_more_than_a_design_has_still_reaches_the_bound() -> None:
    made = plan(people(32), Rules(size=4), rounds=11, effort=0.1)
    assert made.explanation.repeats == made.explanation.bound == 32


def test_after_a_full_circle_everyone_has_met_everyone_before_a_third_meeting() -> None:
    made = plan(people(6), Rules(size=2), rounds=10)
    assert made.explanation.repeats == made.explanation.bound == 15


@pytest.mark.parametrize("rounds", [8, 10])
def test_a_design_takes_people_so_that_those_who_must_not_meet_do_not(rounds: int) -> None:
    """In the design of 32 everybody misses one person: there a never-pair fits without a repeat."""
    never = frozenset({("p00", "p01"), ("p02", "p03"), ("p04", "p05")})
    made = plan(people(32), Rules(size=4, never=never), rounds)
    assert (made.explanation.method, made.explanation.repeats) == ("design", 0)
    assert faults(made.rounds, [ids(people(32))] * rounds, Rules(never=never)) == []


def test_a_design_that_does_not_fit_the_rules_is_mended_by_annealing() -> None:
    """Somebody who must avoid two people, where the design lets everybody miss only one."""
    never = frozenset({("p00", "p01"), ("p00", "p02")})
    made = plan(people(32), Rules(size=4, never=never), rounds=10)
    assert made.explanation.method == "annealing"
    assert made.explanation.repeats < 10
    assert faults(made.rounds, [ids(people(32))] * 10, Rules(never=never)) == []


def test_a_rule_gives_each_group_a_lead_without_a_repeat() -> None:
    made = plan(people(32, leads=9), Rules(size=4, one_lead_per_group=True), rounds=8)
    assert (made.explanation.method, made.explanation.repeats) == ("latin", 0)
    assert made.explanation.without_lead == ((),) * 8


def test_annealing_reaches_the_bound_in_a_tight_room_with_a_rule() -> None:
    rules = Rules(size=4, apart=frozenset({("p00", "p01")}))
    made = plan(people(20), rules, rounds=4, seed=3)
    assert made.explanation.repeats == 0
    assert faults(made.rounds, [ids(people(20))] * 4, rules) == []


def test_matching_finds_the_only_new_partners_left() -> None:
    """Six people after four of their five rounds: exactly one round without a repeat is left."""
    members, history = people(6), History()
    for groups in plan(members, Rules(size=2), rounds=5).rounds[:4]:
        history = history.after(groups)
    assert pair_up(members, history=history).explanation.repeats == 0


def test_partners_who_must_repeat_are_not_those_of_last_time() -> None:
    members, history = people(4), History()
    for groups in plan(members, Rules(size=2), rounds=3).rounds:
        history = history.after(groups)
    last = {pair(*group) for group in plan(members, Rules(size=2), rounds=3).rounds[2] if len(group) == 2}
    again = pair_up(members, history=history)
    assert again.explanation.repeats == again.explanation.bound == 2
    assert not last & {pair(*group) for group in again.rounds[0] if len(group) == 2}


def test_mix_spreads_states_and_match_brings_them_together() -> None:
    members = people(16)
    mixed = plan(members, Rules(size=4, mix={"state": 1.0})).explanation.mix["state"]
    matched = plan(members, Rules(size=4, mix={"state": -1.0})).explanation.mix["state"]
    assert mixed.share == 1.0
    assert matched.share == 0.0


def test_every_group_has_a_lead_when_there_are_enough() -> None:
    made = plan(people(20, leads=6), Rules(size=4, one_lead_per_group=True), rounds=4)
    assert made.explanation.without_lead == ((), (), (), ())


def test_groups_without_a_lead_are_reported_when_there_are_too_few() -> None:
    made = plan(people(20, leads=3), Rules(size=4, one_lead_per_group=True))
    assert len(made.explanation.without_lead[0]) == 2


def test_a_group_shares_a_language() -> None:
    speaks = ["en"] * 6 + ["es"] * 5 + ["en/es"]
    members = [Member(f"p{i:02d}", {"language": value}) for i, value in enumerate(speaks)]
    made = plan(members, Rules(size=3, share=frozenset({"language"})), rounds=2)
    assert made.explanation.share_missed == ((), ())


def test_people_kept_together_are_one_unit_in_every_round() -> None:
    units = (frozenset({"p00", "p05"}), frozenset({"p01", "p02", "p03"}))
    made = plan(people(14), Rules(size=4, together=units), rounds=3)
    assert faults(made.rounds, [ids(people(14))] * 3, Rules(together=units)) == []


def test_another_process_makes_the_same_plan() -> None:
    """The order of sets and dictionaries, which differs between processes, must not matter."""
    code = (
        "from bot.breakouts.engine import Rules, plan; from tests.breakouts.strategies import people;"
        "units = (frozenset({'p01', 'p05'}), frozenset({'p05', 'p09'}));"
        "rules = Rules(size=4, together=units, mix={'state': 1.0}, never=frozenset({('p02', 'p03')}));"
        "print(plan(people(19), rules, 2, seed=3, effort=0.05).rounds)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "p18" in told.pop()


def test_the_explanation_is_plain_json() -> None:
    made = plan(people(13), Rules(size=2, mix={"state": 1.0}), rounds=2)
    read = json.loads(json.dumps(made.as_dict()))
    assert read["explanation"]["odd"][0][0]["times_before"] == 0
    assert sorted(p for group in read["rounds"][1] for p in group) == ids(people(13))
