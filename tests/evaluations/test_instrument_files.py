"""A malformed instrument is refused with every problem's file, line and path."""

import pytest

from bot.evaluations.instrument_files import InstrumentFileError, InstrumentProblem, read_instrument

GOOD = """\
name: short
version: 2
kind: pulse
mode: anonymous
title: {en: Short}
items:
  - id: mood
    kind: scale10
    text: {en: "How is it?"}
  - id: why
    kind: text
    text: {en: "Why?"}
    show_if: {item: mood, answers: ["0", "1"]}
"""


def _problems(text: str) -> tuple[InstrumentProblem, ...]:
    with pytest.raises(InstrumentFileError) as caught:
        read_instrument(text, "short.yaml")
    return caught.value.problems


def test_a_good_file_becomes_an_instrument() -> None:
    instrument = read_instrument(GOOD, "short.yaml")
    assert (instrument.name, instrument.version, len(instrument.items)) == ("short", 2, 2)


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("kind: scale10", "kind: stars")
        .replace("version: 2\n", "")
        .replace("Why?", 'Why?", fr_: "x')
    )
    assert [str(problem).split(": ")[0:2] for problem in _problems(text)] == [
        ["short.yaml:1", "version"],
        ["short.yaml:7", "items.0.kind"],
        ["short.yaml:11", "items.1.text.fr_.[key]"],
    ]


def test_a_rule_between_items_is_reported_where_it_is_broken() -> None:
    (problem,) = _problems(GOOD.replace('["0", "1"]', '["12"]'))
    assert str(problem) == "short.yaml:13: items.1.show_if: mood has no answer 12"


def test_a_key_that_is_unknown_or_given_twice_is_reported() -> None:
    (unknown,) = _problems(GOOD.replace("mode:", "colour: red\nmode:"))
    assert str(unknown) == "short.yaml:4: colour: not known here"
    (twice,) = _problems(GOOD.replace("    kind: text\n", "    kind: text\n    id: because\n"))
    assert str(twice) == "short.yaml:10: id stands here twice"


@pytest.mark.parametrize(
    "text", ["", "- just\n- a list\n", "name: [unclosed\n", "a: b: c\n", "!!python/object:os.system x"]
)
def test_a_file_that_is_no_instrument_at_all_is_refused(text: str) -> None:
    assert _problems(text)[0].file == "short.yaml"
    assert _problems(text)[0].line >= 1


def test_aliases_that_unfold_without_end_are_refused() -> None:
    levels = [f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}]" for level in range(1, 60)]
    (aliased,) = _problems("\n".join(["a0: &a0 [x, x]", *levels]) + "\n" + GOOD)
    assert (aliased.line, aliased.message) == (15, "more than 100,000 values")


@pytest.mark.parametrize("text", ["[" * 1500, "{a: " * 1500, "a: &a [*a]"])
def test_a_file_nested_without_end_is_refused(text: str) -> None:
    assert _problems(text)


def test_what_does_not_belong_somewhere_is_told_in_plain_words() -> None:
    (problem,) = _problems(GOOD.partition("items:")[0] + "items: none\n")
    assert str(problem) == "short.yaml:6: items: a list belongs here"
