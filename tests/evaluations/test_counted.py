"""What of a form's answers is counted: "does not apply" in no mean, and no answer that few people gave."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluations.counted import (
    REST,
    SPARSE,
    counted_fields,
    enough,
    mean_of,
    place_of,
    protected,
    untold_rank,
)
from bot.evaluations.instrument_files import instrument_library, read_instrument
from bot.evaluations.telling import band_of_mean
from bot.statistics.formulas import Mean

HUB = read_instrument((Path(__file__).parent / "hub_form.yaml").read_text(encoding="utf-8"), "hub_form.yaml")
SERIES = instrument_library()["post_series"]
ROLE = SERIES.item("role")
INSIDE, BOTH = (5,), (5, 11)


def told(field: str, tally: dict[str, int], ks: tuple[int, ...] = INSIDE, **others: dict[str, int]) -> object:
    return dict(protected(HUB, {field: tally, **others}, ks, "drawn")[field])


def test_each_row_and_each_ranked_option_is_counted_by_its_own_name() -> None:
    names = [one.name for one in counted_fields(HUB)]
    assert names[2:7] == ["parts.slides", "parts.talk", "topics.burnout", "topics.ethics", "topics.trauma"]
    row = next(one for one in counted_fields(HUB) if one.name == "parts.talk")
    assert row.text["es"] == "¿Le ayudó esto? La charla en grupos"


def test_does_not_apply_stands_in_no_mean_and_is_counted() -> None:
    kept = enough({"na": 6, "7": 4, "5": 4}, 5)
    assert (mean_of(kept).value, mean_of(kept).n, kept["na"]) == (6.0, 8, 6)
    assert enough({"na": 4, "7": 8}, 5) == Counter({"7": 8})
    assert enough({"na": 9, "7": 4}, 5) == Counter({"na": 9})


def test_a_small_answer_is_hidden_with_another_and_outside_readers_see_no_more() -> None:
    assert told("used", {"yes": 12, "no": 8}) == {"yes": 12, "no": 8, REST: 0}
    assert told("used", {"yes": 12, "no": 3}) == {REST: 15}
    assert told("used", {"yes": 12, "no": 8}, BOTH) == {REST: 20}
    assert told("used", {"yes": 4}) == {}


def test_that_everybody_gave_one_answer_is_not_told() -> None:
    assert told("used", {"yes": 15}) == told("used", {"yes": 12, "no": 3})


def test_of_zip_codes_the_first_three_digits_are_told_where_enough_people_work() -> None:
    codes = {"83702": 3, "83706": 4, "97201": 6, "99501": 1, "99701": 5}
    assert told("zip", codes) == {"837": 7, "972": 6, REST: 6}, "995 is one person, 997 would tell of it"
    assert (place_of("82101"), place_of("83702")) == (SPARSE, "837")


def test_what_follows_an_answer_is_told_only_where_others_gave_another() -> None:
    times = {"3": 6, "4": 6}
    assert told("times", times, used={"yes": 12, "no": 8}) == times
    assert told("times", times, used={"yes": 12, "no": 3}) == {}, "12 of 15 would tell that three said no"
    assert told("times", times, used={"yes": 12}) == {}
    assert told("times", times, BOTH, used={"yes": 12, "no": 8}) == {}


@pytest.mark.parametrize(
    ("means", "untold"),
    [
        ({"a": 1.0, "b": 2.3, "c": 2.7}, "c"),
        ({"a": 1.8, "b": 2.0, "c": 2.2}, ""),
        ({"a": 1.0, "b": 2.0}, ""),
    ],
)
def test_beside_a_rank_that_is_a_bound_no_sum_tells_the_rest(means: dict[str, float], untold: str) -> None:
    made = {name: Mean(mean, 10) for name, mean in means.items()}
    assert untold_rank(made) == untold
    bands = [name for name, mean in made.items() if band_of_mean(mean, 1, len(made)) is not None]
    assert len({*bands, *filter(None, [untold])}) != 1


@given(
    st.lists(st.dictionaries(st.sampled_from(["83702", "97201", "98101"]), st.integers(1, 12))),
    st.integers(3, 10),
)
def test_no_sum_of_forms_less_another_tells_of_a_place_that_fewer_than_k_named(
    forms: list[dict[str, int]], k: int
) -> None:
    total: Counter[str] = Counter()
    for form in forms:
        before = total.copy()
        total.update(protected(HUB, {"zip": form}, (k,), "drawn")["zip"])
        assert all(not 0 < total[code] - before[code] < k for code in total)


@given(st.lists(st.integers(0, 25), min_size=7, max_size=7), st.integers(3, 8), st.integers(3, 15))
def test_what_is_hidden_inside_is_hidden_outside_and_no_total_gives_a_cell_away(
    counts: list[int], near: int, far: int
) -> None:
    tally = {option.id: count for option, count in zip(ROLE.options, counts, strict=True)}
    inside, outside = (
        protected(SERIES, {"role": tally}, ks, "drawn")["role"] for ks in ((near,), (near, far))
    )
    assert set(outside) <= set(inside)
    for shown, k in ((inside, near), (outside, far)):
        hidden = [count for answer, count in tally.items() if answer not in shown and count]
        assert not hidden or not shown or shown[REST] == sum(hidden) >= k
        assert len(hidden) != 1 or len([count for count in counts if count]) == 1, (
            "one hidden cell is the rest"
        )
        assert all(not 0 < shown[answer] < k for answer in tally if answer in shown)
