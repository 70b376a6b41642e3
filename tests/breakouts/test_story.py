"""The facilitator's story: 23 people in threes, one comes late; pairs over four sessions."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.breakouts.engine import History, Rules, drop, lock, place_late, plan, reshuffle, swap
from tests.breakouts.strategies import ids, people


def _sizes(groups: tuple[tuple[str, ...], ...]) -> list[int]:
    return sorted(len(group) for group in groups)


def test_twenty_three_people_in_threes_make_five_threes_and_two_fours() -> None:
    assert _sizes(plan(people(23), Rules(size=3)).rounds[0]) == [3, 3, 3, 3, 3, 4, 4]


def test_the_same_seed_gives_the_same_groups_and_another_seed_others() -> None:
    one = plan(people(23), Rules(size=3), seed=7)
    assert plan(people(23), Rules(size=3), seed=7) == one
    assert plan(people(23), Rules(size=3), seed=8).rounds != one.rounds


def test_one_late_arrival_makes_four_threes_and_three_fours_and_moves_nobody() -> None:
    before = plan(people(23), Rules(size=3), seed=7).rounds[0]
    after = place_late(before, ["late"], Rules(size=3))
    assert _sizes(after.groups) == [3, 3, 3, 3, 4, 4, 4]
    assert after.moved == ()
    assert after.placed == ("late",)


def test_a_late_arrival_joins_people_they_have_not_met() -> None:
    before = plan(people(9), Rules(size=3)).rounds[0]
    history = History().after([("late", *before[0]), ("late", *before[2])])
    assert "late" in place_late(before, ["late"], Rules(size=3), history=history).groups[1]


def test_twelve_people_in_pairs_over_four_sessions_never_repeat() -> None:
    made = plan(people(12), Rules(size=2), rounds=4)
    assert made.explanation.repeats == 0
    assert made.explanation.method == "circle"


def test_thirteen_make_five_pairs_and_a_trio_and_nobody_is_in_the_trio_twice() -> None:
    made = plan(people(13), Rules(size=2), rounds=4)
    assert all(_sizes(groups) == [2, 2, 2, 2, 2, 3] for groups in made.rounds)
    assert made.explanation.repeats == 0
    trios = Counter(seat.person for seats in made.explanation.odd for seat in seats)
    assert len(trios) == 12
    assert set(trios.values()) == {1}


@pytest.mark.parametrize(("number", "rounds"), [(13, 4), (15, 5), (9, 3)])
def test_an_odd_number_one_session_at_a_time_repeats_nothing_whatever_the_seed(
    number: int, rounds: int
) -> None:
    """The last trio has to be made of those who are left: they were kept from meeting before."""
    for first in range(25):
        history, trios, repeats = History(), Counter[str](), 0
        for session in range(rounds):
            made = plan(people(number), Rules(size=2), 1, history, seed=100 * first + session)
            trios.update(seat.person for seat in made.explanation.odd[0])
            repeats += made.explanation.repeats
            history = history.after(made.rounds[0])
        assert (max(trios.values()), repeats) == (1, 0), first


def test_three_people_are_a_trio() -> None:
    assert _sizes(plan(people(3), Rules(size=2), 2).rounds[0]) == [3]


def test_absent_people_are_in_no_group_and_do_not_count_as_met() -> None:
    made = plan(people(12), Rules(size=3), rounds=3, absent_by_round={1: {"p03", "p04", "p05"}})
    assert {"p03", "p04", "p05"}.isdisjoint(p for group in made.rounds[1] for p in group)
    assert _sizes(made.rounds[1]) == [3, 3, 3]


def test_a_partner_who_leaves_leaves_nobody_alone() -> None:
    before = plan(people(10), Rules(size=2)).rounds[0]
    after = drop(before, [before[0][0]], Rules(size=2))
    assert _sizes(after.groups) == [2, 2, 2, 3]
    assert after.moved == (before[0][1],)


def test_two_people_swap_and_everyone_else_stays() -> None:
    before = plan(people(9), Rules(size=3)).rounds[0]
    a, b = before[0][0], before[2][1]
    after = swap(before, a, b)
    assert after.moved == tuple(sorted((a, b)))
    assert after.groups[1] == before[1]
    assert b in after.groups[0]
    assert a in after.groups[2]


def test_a_reshuffle_keeps_locked_groups_and_draws_the_rest_anew() -> None:
    members = people(15)
    first = plan(members, Rules(size=3), seed=1)
    rules = lock(Rules(size=3), first.rounds[0], first.rounds[0][2])
    history = History().after(first.rounds[0])
    again = reshuffle(members, first.rounds[0], rules, history, seed=2)
    assert again.rounds[0][2] == first.rounds[0][2]
    assert again.explanation.repeats == 3, "the locked three know each other; nobody else meets again"
    assert sorted(p for g in again.rounds[0] for p in g) == ids(members)
