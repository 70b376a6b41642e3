"""The formulas give the numbers of the worked examples, and those of independent implementations."""

from decimal import Decimal
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.formulas import (
    Interval,
    NetPromoter,
    Share,
    commitment_follow_through,
    intent_to_apply,
    mean_rating,
    net_promoter,
    recommendation,
    response_rate,
    retrospective_change,
    round_half_up,
    tally,
    wilson_interval,
)


def test_21_responses_of_26_attendees_are_80_8_percent() -> None:
    rate = response_rate(21, 26)
    assert (rate.rounded(), rate.n) == (Decimal("80.8"), 26)


def test_14_agree_and_5_strongly_agree_of_21_are_90_5_percent() -> None:
    result = recommendation(tally([4] * 14 + [5] * 5 + [3, 2, None, None]))
    assert (result.share, result.n) == (Share(19, 21), 21)
    assert result.share.rounded() == Decimal("90.5")
    assert result.interval is not None
    assert result.interval.low == pytest.approx(71.09, abs=0.01)
    assert result.interval.high == pytest.approx(97.35, abs=0.01)


def test_12_promoters_6_passives_3_detractors_score_43() -> None:
    result = net_promoter(tally([9] * 5 + [10] * 7 + [7, 8] * 3 + [0, 5, 6]))
    assert result == NetPromoter(12, 6, 3)
    assert result.n == 21
    assert result.score is not None
    assert round_half_up(result.score, 0) == 43


def test_18_complete_pairs_of_20_forms_improve_by_one_and_a_half() -> None:
    up = [(3, 5)] * 5 + [(3, 4)] * 3 + [(1, 3)] * 2 + [(2, 5)] * 2 + [(2, 4)] * 2 + [(2, 3)]
    complete = [*up, (4, 4), (3, 3), (3, 2)]
    change = retrospective_change(tally([*complete, (None, 4), (2, None)]))
    assert (sum(b for b, _ in complete), sum(now for _, now in complete)) == (46, 73)
    assert (change.forms, change.n) == (20, 18)
    assert change.mean_before is not None
    assert change.mean_now is not None
    assert change.mean_change is not None
    assert round_half_up(change.mean_before, 2) == Decimal("2.56")
    assert round_half_up(change.mean_now, 2) == Decimal("4.06")
    assert round_half_up(change.mean_change, 2) == Decimal("1.50")
    assert (change.improved.count, change.same.count, change.declined.count) == (15, 2, 1)
    assert change.improved.rounded() == Decimal("83.3")


def test_a_recommendation_is_never_made_from_a_0_to_10_item_or_the_reverse() -> None:
    with pytest.raises(ValueError, match="from 1 to 5"):
        recommendation({9: 3})
    with pytest.raises(ValueError, match="from 0 to 10"):
        net_promoter({11: 1})


def test_nothing_is_a_percentage_when_nobody_answered() -> None:
    nobody = recommendation({})
    assert (nobody.n, nobody.share.percent, nobody.share.rounded(), nobody.interval) == (0, None, None, None)
    assert net_promoter({}).score is None
    assert mean_rating({}).value is None
    change = retrospective_change({(None, 4): 2})
    assert (change.forms, change.n, change.mean_change, change.improved.percent) == (2, 0, None, None)


def test_intent_counts_not_applicable_in_n_and_missing_nowhere() -> None:
    share = intent_to_apply(tally(["yes"] * 12 + ["maybe"] * 4 + ["no"] * 2 + ["na"] * 2 + [None]))
    assert share == Share(12, 20)
    with pytest.raises(ValueError, match="perhaps"):
        intent_to_apply({"perhaps": 1})


def test_follow_through_counts_only_those_who_had_a_commitment() -> None:
    share = commitment_follow_through({"done": 6, "partly": 3, "not": 2, "changed": 1, "none": 8})
    assert share == Share(9, 12)
    with pytest.raises(ValueError, match="maybe"):
        commitment_follow_through({"maybe": 1})


@pytest.mark.parametrize(("count", "n"), [(5, 4), (-1, 4)])
def test_a_part_larger_than_its_whole_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        Share(count, n)


def test_halves_round_up_away_from_nought() -> None:
    assert Share(1, 16).rounded(1) == Decimal("6.3")
    assert round_half_up(-0.25) == Decimal("-0.3")


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_statsmodels_and_of_scipy(part: tuple[int, int]) -> None:
    from scipy.stats import binomtest  # here, so that only the process with this test pays for them
    from statsmodels.stats.proportion import proportion_confint

    count, n = part
    ours = wilson_interval(Share(count, n))
    assert isinstance(ours, Interval)
    low, high = proportion_confint(count, n, alpha=0.05, method="wilson")
    assert ours.low == pytest.approx(100 * low, abs=1e-9)
    assert ours.high == pytest.approx(100 * high, abs=1e-9)
    exact = binomtest(count, n).proportion_ci(0.95, method="wilson")
    assert ours.low == pytest.approx(100 * exact.low, abs=1e-9)
    assert ours.high == pytest.approx(100 * exact.high, abs=1e-9)


RATING = st.one_of(st.none(), st.integers(1, 5))


@given(st.lists(st.tuples(RATING, RATING), max_size=40))
def test_retrospective_change_is_the_mean_of_the_differences(
    pairs: list[tuple[int | None, int | None]],
) -> None:
    complete = [(b, now) for b, now in pairs if b is not None and now is not None]
    change = retrospective_change(tally(pairs))
    assert (change.forms, change.n) == (len(pairs), len(complete))
    assert change.improved.count + change.same.count + change.declined.count == change.n
    if complete:
        assert change.mean_change == pytest.approx(fmean(now - b for b, now in complete))


@given(st.lists(st.one_of(st.none(), st.integers(0, 10))))
def test_the_score_is_promoters_minus_detractors(ratings: list[int | None]) -> None:
    given_ones = [rating for rating in ratings if rating is not None]
    result = net_promoter(tally(ratings))
    assert result.n == len(given_ones)
    if given_ones:
        each = [1 if rating > 8 else -1 if rating < 7 else 0 for rating in given_ones]
        assert result.score == pytest.approx(100 * fmean(each))
