"""Which core ideas come back when: dealt over the reminders, moved by what a person answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.learning.composing.recall import (
    LEAST_ASKS,
    MOST_ON_A_CARD,
    Candidate,
    Memory,
    asked_now,
    dealt,
    on_card,
    proposed_core,
    too_few,
)

REMINDERS = 6
ANSWERS = st.sampled_from([True, False, None])


def test_four_core_ideas_are_asked_three_times_each_two_on_a_card() -> None:
    plan = dealt([11, 12, 13, 14], REMINDERS)
    assert plan == {11: (1, 3, 5), 12: (1, 3, 5), 13: (2, 4, 6), 14: (2, 4, 6)}


def test_with_fewer_ideas_a_card_asks_one_question() -> None:
    assert dealt([11, 12], REMINDERS) == {11: (1, 3, 5), 12: (2, 4, 6)}
    assert dealt([], REMINDERS) == {}
    assert dealt([11], 0) == {}


def test_too_few_reminders_are_said_and_not_hidden() -> None:
    assert too_few(dealt([11, 12, 13, 14], 4)) == [11, 12, 13, 14]
    assert too_few(dealt([11, 12], 3)) == []


@given(st.integers(1, 4), st.data())
def test_whatever_a_person_answers_every_core_idea_is_asked_at_least_three_times(
    ideas: int, data: st.DataObject
) -> None:
    plan = dealt(list(range(ideas)), REMINDERS)
    asked: dict[int, int] = {}
    last: dict[int, bool | None] = {}
    for place in range(1, REMINDERS + 1):
        chosen = asked_now(place, REMINDERS, plan, Memory(asked, last))
        assert len(set(chosen)) == len(chosen) == len(on_card(plan, place)) <= MOST_ON_A_CARD
        for idea in chosen:
            asked[idea] = asked.get(idea, 0) + 1
            last[idea] = data.draw(ANSWERS)
    assert min(asked.get(idea, 0) for idea in range(ideas)) >= LEAST_ASKS


def test_not_yet_comes_sooner_and_had_it_gives_way() -> None:
    plan = dealt([1, 2, 3, 4], REMINDERS)
    after_first = Memory({1: 1, 2: 1}, {1: False, 2: True})
    assert asked_now(2, REMINDERS, plan, after_first) == [1, 3]
    after_second = Memory({1: 1, 2: 1, 3: 1, 4: 1}, {1: True, 3: False})
    assert asked_now(3, REMINDERS, plan, after_second) == [3, 2]


def test_the_proposal_takes_ideas_whose_author_named_a_day_then_one_of_each_session() -> None:
    ideas = [Candidate(number, number // 3, number % 3 + 1) for number in range(12)]
    assert proposed_core(ideas) == [0, 3, 6, 9]
    named = [Candidate(20, 9, 1, days=7), *ideas]
    assert proposed_core(named) == [20, 0, 3, 6]
