"""What holds for every plan, whatever the room."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.breakouts.engine import Clash, History, Member, Plan, Rules, drop, pair, place_late, plan
from bot.breakouts.engine.check import count_repeats, faults
from tests.breakouts.strategies import ids, people, rooms

Room = tuple[list[Member], Rules, int, int, dict[int, set[str]]]
quick = settings(suppress_health_check=[HealthCheck.too_slow])
EFFORT = 0.02


def _plan(room: Room) -> Plan | None:
    """A plan, or None where never-pairs leave no way; the refusal then names nobody."""
    members, rules, rounds, seed, absent = room
    try:
        return plan(members, rules, rounds, seed=seed, absent_by_round=absent, effort=EFFORT)
    except Clash as refused:
        clash = refused
    assert rules.never, "only never-pairs can be in the way of these rooms"
    assert clash.people == ()
    return None


@quick
@given(rooms())
def test_everyone_present_is_in_exactly_one_group_and_every_hard_rule_holds(room: Room) -> None:
    """Sizes are within 1 of each other and a never-pair never meets; or the engine refuses."""
    members, rules, rounds, _, absent = room
    made = _plan(room)
    if made is None:
        return
    present = [[p for p in ids(members) if p not in absent.get(turn, ())] for turn in range(rounds)]
    assert faults(made.rounds, present, rules) == []


@quick
@given(rooms())
def test_repeats_are_counted_truly_and_never_below_the_bound(room: Room) -> None:
    made = _plan(room)
    if made is None:
        return
    assert made.explanation.repeats == count_repeats(made.rounds)
    assert made.explanation.bound <= made.explanation.repeats


@quick
@given(rooms(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(room: Room, order: random.Random) -> None:
    shuffled = list(room[0])
    order.shuffle(shuffled)
    assert _plan((shuffled, *room[1:])) == _plan(room)


@quick
@given(st.integers(4, 30), st.integers(2, 5), st.integers(0, 9))
def test_a_late_arrival_moves_nobody_and_touches_one_group(count: int, size: int, seed: int) -> None:
    before = plan(people(count), Rules(size=size), seed=seed, effort=EFFORT).rounds[0]
    after = place_late(before, ["late"], Rules(size=size))
    assert after.moved == ()
    assert sum(new != old for new, old in zip(after.groups, before, strict=True)) == 1
    assert faults([after.groups], [[*ids(people(count)), "late"]]) == []


@quick
@given(st.integers(6, 30), st.integers(2, 5), st.integers(0, 9), st.data())
def test_leaving_moves_few_people(count: int, size: int, seed: int, data: st.DataObject) -> None:
    """Sizes stay within 1 and nobody is left alone; moves are at most those whom small groups held."""
    before = plan(people(count), Rules(size=size), seed=seed, effort=EFFORT).rounds[0]
    gone = data.draw(st.sets(st.sampled_from(ids(people(count))), min_size=1, max_size=3))
    after = drop(before, gone, Rules(size=size))
    stayed = [person for person in ids(people(count)) if person not in gone]
    assert faults([after.groups], [stayed]) == []
    assert min(len(group) for group in after.groups) > 1
    touched = [group for group in before if gone & set(group)]
    assert len(after.moved) <= max(len(gone), sum(len(set(group) - gone) for group in touched))


@quick
@given(st.integers(2, 10), st.integers(0, 9))
def test_nobody_is_in_the_trio_twice_before_everyone_was_once(half: int, seed: int) -> None:
    members = people(2 * half + 1)
    history = History()
    for turn in range(4):
        made = plan(members, Rules(size=2), 1, history, seed + turn, effort=EFFORT)
        for seat in made.explanation.odd[0]:
            waiting = sum(history.odd.get(p, 0) == seat.fewest_before for p in ids(members))
            assert seat.times_before == seat.fewest_before or waiting < len(made.explanation.odd[0])
        assert made.explanation.out_of_turn == 0
        history = history.after(made.rounds[0])


@quick
@given(st.integers(8, 24), st.integers(0, 5))
def test_one_round_at_a_time_uses_everything_that_has_happened(count: int, seed: int) -> None:
    """With pairs there is always a new partner while half of the room is still unknown."""
    members, history = people(count), History()
    for turn in range(count // 3):
        made = plan(members, Rules(size=2), 1, history, seed + turn)
        assert made.explanation.repeats == 0 or count % 2
        history = history.after(made.rounds[0])
    assert all(pair(*two) == two for two in history.meetings)
