"""Groups whose size does not divide the people: how many, how few repeats, and what fair turns may cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.breakouts.engine import History, Rules, lower_bound, plan
from bot.breakouts.engine.anneal import anneal
from bot.breakouts.engine.check import count_repeats, faults
from bot.breakouts.engine.problem import compile_problem
from bot.breakouts.engine.sizes import group_count, group_sizes
from bot.breakouts.engine.uneven import uneven
from tests.breakouts.strategies import ids, people

SIX_NEVER = frozenset((f"p{2 * i:02d}", f"p{2 * i + 1:02d}") for i in range(6))


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [
        (15, 4, (4, 4, 4, 3)),
        (29, 5, (5, 5, 5, 5, 5, 4)),
        (23, 4, (4, 4, 4, 4, 4, 3)),
        (31, 5, (6, 5, 5, 5, 5, 5)),
        (33, 5, (5, 5, 5, 5, 5, 4, 4)),
        (17, 4, (5, 4, 4, 4)),
        (14, 4, (5, 5, 4)),
        (23, 3, (4, 4, 3, 3, 3, 3, 3)),
        (13, 2, (3, 2, 2, 2, 2, 2)),
        (5, 3, (3, 2)),
        (7, 5, (7,)),
    ],
)
def test_groups_are_as_near_to_the_size_as_can_be(count: int, size: int, sizes: tuple[int, ...]) -> None:
    assert group_sizes(count, group_count(count, Rules(size=size))) == sizes


@given(st.integers(2, 200), st.integers(2, 9))
def test_no_other_number_of_groups_comes_nearer_to_a_size_of_four_or_more(count: int, size: int) -> None:
    chosen = group_count(count, Rules(size=size))

    def off(groups: int) -> int:
        return sum(abs(made - size) for made in group_sizes(count, groups))

    if size > 3 and count > size:
        assert all(off(chosen) <= off(groups) for groups in range(1, count + 1))
    assert min(group_sizes(count, chosen)) >= min(2, count)


@pytest.mark.parametrize(
    ("count", "rules", "rounds", "at_most"),
    [
        (17, Rules(size=4), 3, 2),
        (23, Rules(size=4), 4, 0),
        (15, Rules(size=4), 3, 0),
        (29, Rules(size=5), 5, 0),
        (31, Rules(size=5, never=SIX_NEVER), 6, 0),
        (32, Rules(size=5), 6, 6),
        (33, Rules(size=5), 6, 0),
        (33, Rules(groups=6), 6, 12),
        (23, Rules(groups=5), 4, 0),
        (29, Rules(groups=5), 5, 16),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_repeats_are_as_few_as_the_best_known(
    count: int, rules: Rules, rounds: int, at_most: int, seed: int
) -> None:
    made = plan(people(count), rules, rounds, seed=seed)
    assert faults(made.rounds, [ids(people(count))] * rounds, rules) == []
    assert made.explanation.bound <= count_repeats(made.rounds) <= at_most


def test_an_absence_does_not_spoil_the_bound() -> None:
    """17 people, two of them absent in the second round: one repeat, and it is proven that one is needed."""
    absent = {1: {"p03", "p08"}}
    made = plan(people(17), Rules(size=4), 3, absent_by_round=absent)
    assert (made.explanation.repeats, made.explanation.bound) == (1, 1)
    assert made.explanation.bound_by == "overlap"


def test_the_bound_knows_that_large_groups_overlap_when_people_are_absent() -> None:
    """Fives of 15, between rounds of 17 in four groups, leave three pairs together each time."""
    everyone = ids(people(17))
    sizes = [(5, 4, 4, 4), (5, 5, 5), (5, 4, 4, 4)]
    assert lower_bound([everyone, everyone[2:], everyone], sizes).repeats == 6


def test_one_absence_in_a_design_is_a_group_one_smaller_and_no_repeat() -> None:
    absent = {turn: {f"p{turn:02d}"} for turn in range(6)}
    made = plan(people(30), Rules(size=5), 6, absent_by_round=absent)
    assert made.explanation.repeats == 0


@given(st.integers(2, 9), st.integers(2, 6), st.integers(1, 6), st.data())
def test_a_schedule_from_a_larger_or_smaller_one_seats_everybody_once(
    groups: int, size: int, rounds: int, data: st.DataObject
) -> None:
    count = groups * size + data.draw(st.integers(1, groups - 1)) if groups > 1 else size
    found = uneven(count, groups, rounds)
    if found is None:
        return
    for round_ in found[1]:
        assert sorted(point for group in round_ for point in group) == list(range(count))
        assert tuple(map(len, round_)) == group_sizes(count, groups)


@given(st.integers(0, 20))
def test_annealing_swaps_between_groups_of_different_size(seed: int) -> None:
    """From a start with the same groups three times it finds the two repeats that 17 people need."""
    problem = compile_problem(people(17), Rules(size=4), History())
    start = [[[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]] for _ in range(3)]
    found = anneal(problem, start, seed, 100_000, bound=2).schedule
    named = [[[f"p{p:02d}" for p in group] for group in groups] for groups in found]
    assert faults(named, [ids(people(17))] * 3) == []
    assert count_repeats(named) == 2


def test_a_trio_is_worth_a_repeat_and_the_plan_says_how_many() -> None:
    """Of seven people only three have not had a turn, and these three have met."""
    history = History().after([("p00", "p01"), ("p00", "p02"), ("p01", "p02")])
    odd = dict.fromkeys(ids(people(7))[3:], 1)
    waiting = History(history.meetings, odd)
    why = plan(people(7), Rules(size=2), 1, waiting).explanation
    assert {seat.person for seat in why.odd[0]} == {"p00", "p01", "p02"}
    assert (why.out_of_turn, why.repeats, why.fairness_cost) == (0, 3, 3)


def test_a_five_among_fours_takes_turns_only_where_that_costs_no_repeat() -> None:
    loose = plan(people(33), Rules(size=4), 3).explanation
    assert (loose.repeats, loose.out_of_turn) == (0, 0)
    tight = plan(people(17), Rules(size=4), 3).explanation
    assert (tight.repeats, tight.fairness_cost) == (2, 0)
