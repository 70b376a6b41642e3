"""Threat 24: a small file that unfolds into a huge one is refused at once, wherever a file is taken."""

from __future__ import annotations

import pytest
import yaml

from bot.core.bounded_yaml import MOST_CHARACTERS, MOST_DEPTH, MOST_NODES, BoundedText, BoundedValues, load

MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{level}: &a{level}\n" + "".join(f"  k{n}: {{<<: *a{level - 1}, y{n}: 1}}\n" for n in range(9))
    for level in range(1, 8)
)


@pytest.mark.parametrize("loader", [BoundedText, BoundedValues])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (MERGES, "are not used here"),
        ("a: {<<: {b: 1}}", "merge keys"),
        ("[" * (MOST_DEPTH + 1), "too many levels"),
        ("- " * (MOST_DEPTH + 1), "too many levels"),
        ("[" + "1," * (MOST_NODES + 1) + "]", "values"),
        ("x" * (MOST_CHARACTERS + 1), "characters"),
        ("a: 1\na: 2", "stands here twice"),
        ('a: "\\0"', "character that is none"),
    ],
)
def test_what_goes_too_far_is_refused_with_the_reason(
    text: str, why: str, loader: type[BoundedText | BoundedValues]
) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        load(text, loader)
    assert why in str(refused.value.problem)


@pytest.mark.parametrize("value", ["9" * 5_000, "2027-13-01", "2027-02-30", "-" + "1" * 6_000])
def test_what_looks_like_a_number_or_a_date_and_is_none_has_its_place(value: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="no number or date") as refused:
        load(f"a: 1\nb: {value}", BoundedValues)
    assert refused.value.problem_mark is not None
    assert refused.value.problem_mark.line == 1


def test_an_ordinary_file_is_read() -> None:
    assert load("a: {b: [no, 12:00]}", BoundedText)[1] == {"a": {"b": ["no", "12:00"]}}
    assert load('"<<": quoted', BoundedText)[1] == {"<<": "quoted"}
    assert load("a: &x [1]\nb: *x", BoundedValues)[1] == {"a": [1], "b": [1]}
