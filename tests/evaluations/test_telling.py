"""Bands: true, and never of one count only."""

from __future__ import annotations

from itertools import product

from bot.evaluations.telling import (
    Band,
    band_of_answers,
    band_of_mean,
    band_of_score,
    band_of_share,
    in_words,
)
from bot.statistics.formulas import Mean, Share, net_promoter


def _holds(band: Band, value: float) -> bool:
    return (band.low is None or value >= band.low) and (band.high is None or value <= band.high)


def test_every_band_of_a_share_is_true_and_fits_two_counts_or_more() -> None:
    for band_of, least in ((band_of_answers, 3), (band_of_share, 3)):
        for n in range(least, 60):
            bands = {count: band_of(Share(count, n)) for count in range(n + 1)}
            for count, band in bands.items():
                if band is not None:
                    assert _holds(band, 100 * count / n), (count, n, band)
                    assert sum(other == band for other in bands.values()) >= 2, (count, n, band)
                else:
                    assert min(count, n - count) >= 2
                    assert n >= 10 or band_of is band_of_share


def test_from_ten_on_the_edge_is_ten_percent() -> None:
    assert band_of_share(Share(0, 30)) == band_of_share(Share(1, 30)) == Band(None, 10)
    assert band_of_share(Share(29, 30)) == Band(90, None)
    assert band_of_share(Share(2, 30)) is None
    assert in_words(band_of_share(Share(30, 30)), lambda one: f"{one:.0f} %") == "≥ 90 %"


def test_a_mean_at_the_end_of_its_scale_is_a_band() -> None:
    for answers in product(range(1, 6), repeat=4):
        mean = sum(answers) / 4
        band = band_of_mean(Mean(mean, 4))
        assert (band is None) == (2 <= sum(answers) - 4 <= 14), answers
        assert band is None or _holds(band, mean)


def test_a_score_that_all_gave_is_a_band() -> None:
    for n in range(3, 25):
        for promoters in range(n + 1):
            for detractors in range(n + 1 - promoters):
                score = net_promoter({10: promoters, 8: n - promoters - detractors, 3: detractors})
                band = band_of_score(score)
                assert (band is not None) == (max(promoters, detractors) > n - 2)
                assert band is None or _holds(band, score.score or 0), (n, promoters, detractors)
