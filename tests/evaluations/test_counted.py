"""What of a form's answers is counted: "does not apply" in no mean, and no ZIP code that few people gave."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.evaluations.counted import counted_fields, enough, mean_of
from bot.evaluations.instrument_files import read_instrument

HUB = read_instrument((Path(__file__).parent / "hub_form.yaml").read_text(encoding="utf-8"), "hub_form.yaml")
ZIP, PACE = HUB.item("zip"), HUB.item("pace")


def test_each_row_and_each_ranked_option_is_counted_by_its_own_name() -> None:
    names = [one.name for one in counted_fields(HUB)]
    assert names[2:7] == ["parts.slides", "parts.talk", "topics.burnout", "topics.ethics", "topics.trauma"]
    row = next(one for one in counted_fields(HUB) if one.name == "parts.talk")
    assert row.text["es"] == "¿Le ayudó esto? La charla en grupos"


def test_does_not_apply_stands_in_no_mean_and_is_counted() -> None:
    kept = enough(PACE, {"na": 6, "7": 4, "5": 4}, 5)
    assert (mean_of(kept).value, mean_of(kept).n, kept["na"]) == (6.0, 8, 6)
    assert enough(PACE, {"na": 4, "7": 8}, 5) == Counter({"7": 8})
    assert enough(PACE, {"na": 9, "7": 4}, 5) == Counter({"na": 9})


@given(
    st.lists(st.dictionaries(st.sampled_from(["83702", "97201", "98101"]), st.integers(1, 12))),
    st.integers(2, 10),
)
def test_no_sum_of_forms_less_another_tells_of_a_zip_that_fewer_than_k_gave(
    forms: list[dict[str, int]], k: int
) -> None:
    total: Counter[str] = Counter()
    for form in forms:
        before = total.copy()
        total.update(enough(ZIP, form, k))
        assert all(not 0 < total[code] - before[code] < k for code in total)
