"""Bad input gets an answer or a clear refusal; a refusal never gives a confidential pair away."""

from __future__ import annotations

import pytest

from bot.breakouts.engine import Clash, Member, Rules, pair, pair_up, place_late, plan, swap
from bot.breakouts.engine.check import faults
from tests.breakouts.strategies import ids, people

FOUR = people(4)
COUPLE = frozenset({"p00", "p01"})


def _refusal(members: list[Member], rules: Rules) -> Clash:
    with pytest.raises(Clash) as caught:
        plan(members, rules, effort=0.05)
    return caught.value


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_or_one_person_is_refused(count: int) -> None:
    assert "at least two people" in str(_refusal(people(count), Rules(size=3)))


def test_two_people_are_a_pair() -> None:
    assert plan(people(2), Rules(size=4)).rounds[0] == (("p00", "p01"),)


def test_a_size_larger_than_the_room_makes_one_group_of_everyone() -> None:
    assert plan(people(5), Rules(size=9)).rounds[0] == (tuple(ids(people(5))),)


def test_more_groups_than_people_make_as_many_groups_as_people() -> None:
    assert len(plan(people(3), Rules(groups=9)).rounds[0]) == 3


@pytest.mark.parametrize("rules", [Rules(), Rules(size=0), Rules(groups=0), Rules(size=-2)])
def test_no_sensible_size_is_refused(rules: Rules) -> None:
    assert _refusal(FOUR, rules).rules == ("size",)


def test_the_same_person_twice_is_refused_by_id() -> None:
    clash = _refusal([*FOUR, Member("p02")], Rules(size=2))
    assert clash.people == ("p02",)
    assert "p02" in str(clash)


def test_kept_together_and_apart_names_the_two_and_offers_a_way_out() -> None:
    clash = _refusal(FOUR, Rules(size=2, together=(COUPLE,), apart=frozenset({("p00", "p01")})))
    assert clash.rules == ("together", "apart")
    assert clash.people == ("p00", "p01")
    assert clash.nearest is not None
    assert plan(FOUR, clash.nearest).rounds


@pytest.mark.parametrize(
    "rules",
    [
        Rules(size=2, locks={"p00": 9}),
        Rules(size=2, locks={"p00": 0, "p01": 0, "p02": 0}),
        Rules(size=2, locks={"p00": 0, "p01": 1}, together=(COUPLE,)),
        Rules(size=2, locks={"p00": 0, "p01": 0}, apart=frozenset({("p00", "p01")})),
        Rules(size=2, together=(frozenset({"p00", "p01", "p02"}),)),
    ],
)
def test_visible_rules_that_contradict_each_other_are_named(rules: Rules) -> None:
    clash = _refusal(FOUR, rules)
    assert clash.people
    assert clash.nearest is not None


def test_a_confidential_pair_is_in_no_message_list_or_repr() -> None:
    """The text for a clash with a never-pair is the same whoever it concerns, and names nobody."""
    texts = set()
    for never in (("p00", "p01"), ("p02", "p03")):
        rules = Rules(size=2, together=(COUPLE, frozenset({"p02", "p03"})), never=frozenset({never}))
        clash = _refusal(FOUR, rules)
        assert clash.people == ()
        texts.add((str(clash), str(clash.as_dict()), clash.rules))
    assert len(texts) == 1
    assert "p0" not in texts.pop()[0]
    assert "p00" not in repr(Rules(size=2, never=frozenset({("p00", "p01")})))


def _clique(*who: str) -> frozenset[tuple[str, str]]:
    return frozenset(pair(a, b) for a in who for b in who if a < b)


def test_more_people_kept_apart_than_groups_are_named_and_a_confidential_rule_is_not() -> None:
    """Six in five groups; among confidential rules the like has the one text for every cause."""
    six = ids(people(6))
    visible = _refusal(people(20), Rules(groups=5, apart=_clique(*six) | {("p10", "p11")}))
    assert visible.rules == ("apart", "size")
    assert visible.people == tuple(six)
    assert "6 people to be kept apart do not fit 5 groups" in str(visible)
    hidden = _refusal(people(6), Rules(groups=2, never=_clique("p00", "p01", "p02")))
    assert (hidden.rules, hidden.people) == (("private and other",), ())


def test_two_fives_kept_together_where_one_five_fits_are_named() -> None:
    units = (frozenset(f"p{i:02d}" for i in range(5)), frozenset(f"p{i:02d}" for i in range(5, 10)))
    clash = _refusal(people(21), Rules(size=4, together=units))
    assert clash.rules == ("together", "size")
    assert clash.people == tuple(ids(people(10)))
    assert clash.nearest is not None
    assert plan(people(21), Rules(size=4, together=units[:1]), effort=0.05).rounds


def test_of_many_visible_rules_only_those_are_named_that_cannot_all_hold() -> None:
    """p00 to p02 and p03 to p05 fill a group each but for one; nobody of the others may join either."""
    units = (frozenset({"p00", "p01", "p02"}), frozenset({"p03", "p04", "p05"}))
    walls = frozenset(pair(a, b) for a in ("p00", "p03") for b in ids(people(8))[6:])
    clash = _refusal(people(8), Rules(groups=2, together=units, apart=walls))
    assert clash.rules == ("apart", "together", "size")
    three = _clique("p00", "p06", "p07") | {("p01", "p02"), ("p03", "p04")}
    clash = _refusal(people(8), Rules(groups=2, locks={"p01": 0, "p05": 1}, apart=three))
    assert clash.rules == ("apart", "size")
    assert clash.people == ("p00", "p06", "p07")


def test_what_one_round_allows_and_another_does_not_is_named_too() -> None:
    apart = _clique(*ids(people(4)))
    absent = {1: set(ids(people(8))[6:])}
    with pytest.raises(Clash) as caught:
        plan(people(8), Rules(size=2, apart=apart), 2, absent_by_round=absent)
    assert caught.value.rules == ("apart", "size")


def test_a_never_pair_never_meets_even_when_history_and_mix_speak_for_it() -> None:
    rules = Rules(size=2, never=frozenset({("p00", "p04")}), mix={"state": -5.0})
    made = plan(people(8), rules, rounds=6)
    assert faults(made.rounds, [ids(people(8))] * 6, rules) == []


def test_partners_keep_apart_whom_the_rules_keep_apart() -> None:
    rules = Rules(apart=frozenset({("p00", "p01"), ("p00", "p02")}))
    for seed in range(10):
        assert faults(pair_up(FOUR, rules, seed=seed).rounds, [ids(FOUR)], rules) == []


def test_a_late_arrival_keeps_the_rules_by_moving_one_person_at_most() -> None:
    groups = (("a", "b"), ("c", "d", "e"))
    never = frozenset({("a", "late")})
    after = place_late(groups, ["late"], Rules(size=2, never=never))
    assert faults([after.groups], [["a", "b", "c", "d", "e", "late"]], Rules(never=never)) == []
    assert len(after.moved) == 1


def test_a_late_arrival_nobody_may_sit_with_is_refused_without_a_name() -> None:
    never = frozenset(pair(p, "late") for p in "abcd")
    with pytest.raises(Clash) as caught:
        place_late((("a", "b"), ("c", "d")), ["late"], Rules(size=2, never=never))
    assert caught.value.people == ()


def test_a_swap_against_a_confidential_rule_is_refused_without_a_name() -> None:
    with pytest.raises(Clash) as caught:
        swap((("a", "b"), ("c", "d")), "a", "c", Rules(never=frozenset({("b", "c")})))
    assert caught.value.people == ()
    assert caught.value.rules == ("private and other",)


def test_a_late_lead_joins_a_group_without_one() -> None:
    members = [Member("late", leads=True), Member("a", leads=True)]
    rules = Rules(size=2, one_lead_per_group=True)
    assert place_late((("a", "b"), ("c", "d")), ["late"], rules, members).groups[1] == ("c", "d", "late")


def test_five_thousand_people_with_a_contradiction_are_refused_at_once() -> None:
    rules = Rules(size=5, together=(COUPLE,), never=frozenset({("p00", "p01")}))
    assert _refusal(people(5_000), rules).people == ()
