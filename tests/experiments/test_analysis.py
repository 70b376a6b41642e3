"""The draw, the power and the estimator of micro-randomised experiments."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.experiments import simulated
from bot.experiments.analysis import Effect, Occasion, Silent, effect
from bot.experiments.design import power
from bot.experiments.student import t_quantile
from bot.statistics.draws import arm


def test_the_draw_is_the_same_for_the_same_message_and_near_half_over_many() -> None:
    assert arm("seed", "message") == arm("seed", "message")
    drawn = [arm("seed", f"message {number}") for number in range(4_000)]
    assert 0.47 < sum(drawn) / len(drawn) < 0.53
    assert drawn != [arm("another", f"message {number}") for number in range(4_000)]


@pytest.mark.parametrize(("degrees", "value"), [(3, 3.1824), (10, 2.2281), (30, 2.0423), (100, 1.9840)])
def test_the_quantiles_are_those_of_the_tables(degrees: int, value: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(value, abs=5e-5)


def test_the_power_is_said_beforehand_and_grows_with_people_and_occasions() -> None:
    """By hand: (1.960 + 0.842) × √(0.25 ÷ (0.25 × 360)) = 0.148."""
    assert power(40, 9, 0.4, 0.1).detectable == pytest.approx(0.148, abs=0.001)
    assert not power(40, 9, 0.4, 0.1).enough
    assert power(40, 9, 0.4, 0.15).enough
    assert power(80, 9, 0.4, 0.1).detectable < power(40, 9, 0.4, 0.1).detectable
    assert not power(9, 1_000, 0.4, 0.3).enough, "too few people, however many messages"


def test_without_other_differences_it_is_the_difference_of_the_shares() -> None:
    occasions = [
        Occasion(
            person, number, (person + number) % 2, (person * 7 + number * 3 + (person + number) % 2) % 4 < 2
        )
        for person in range(20)
        for number in range(6)
    ]
    said = effect(occasions)
    assert isinstance(said, Effect)
    new = [one.answered for one in occasions if one.arm]
    usual = [one.answered for one in occasions if not one.arm]
    assert said.difference == pytest.approx(sum(new) / len(new) - sum(usual) / len(usual), abs=0.05)
    assert said.lower < said.difference < said.upper


def test_too_few_people_or_answers_are_not_spoken_about() -> None:
    few = [Occasion(person, 0, person % 2, person % 3 == 0) for person in range(9)]
    assert effect(few) == Silent("people")
    unanimous = [Occasion(person, number, number % 2, True) for person in range(20) for number in range(4)]
    assert effect(unanimous) == Silent("k")


def test_a_planted_difference_is_found_and_the_interval_holds_it() -> None:
    dice = np.random.default_rng(7)
    occasions, true = simulated(dice, "test", planted=0.4)
    said = effect(occasions)
    assert isinstance(said, Effect)
    assert said.found
    assert said.lower <= true <= said.upper
