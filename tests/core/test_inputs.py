"""One declaration and one reader behind both doors: what does not fit is answered with the same sentence."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time

import pytest

from bot.core.arguments import read_arguments
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, check, fields_of
from bot.core.inputs import Argument
from bot.features import all_features
from prompts.text import plain
from prompts.words import forms as words

Door = Callable[[str, str], tuple[object, str]]
TODAY = date(2027, 2, 8)
INPUTS = (
    Argument("size", "number", required=False, label=words.required, lowest=2, highest=50),
    Argument("groups", "number", required=False, label=words.required, lowest=1),
    Argument("minutes", "duration", required=False, label=words.required, lowest=1, highest=180),
    Argument("date", "date", required=False, label=words.required),
    Argument("time", "time", required=False, label=words.required),
    Argument("title", "word", required=False, label=words.required, most=10),
    Argument("name", "word", label=words.required),
)


def _typed(name: str, given: str) -> tuple[object, str]:
    """The value of a command's line, or the sentence."""
    read = read_arguments(INPUTS, f'{name}="{given}"', TODAY, "en")
    return read.values.get(name), "".join(plain(wrong.text) for _, wrong in read.wrong)


def _sent(name: str, given: str) -> tuple[object, str]:
    """The value of a form's field, or the sentence."""
    form = Form(name="f", title="F", submit="Go", fields=fields_of(INPUTS, "en", {}))
    values, errors = check(form, {"name": "Ana", name: given}, "en", TODAY)
    assert set(errors) <= {name}
    return values.get(name), errors.get(name, "")


@pytest.mark.parametrize("door", [_typed, _sent])
@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("size", "1", "Please give a number from 2 to 50."),
        ("size", "51", "Please give a number from 2 to 50."),
        ("size", "lots", "Please give a whole number."),
        ("size", "1_0", "Please give a whole number."),
        ("groups", "0", "Please give 1 or more."),
        ("minutes", "181", "Please give a number from 1 to 180."),
        ("date", "2027-02-30", "“2027-02-30” is not in the calendar."),
        ("date", "some day", "I could not read “some day” as a date."),
        ("time", "25:10", "There is no such time as “25:10”."),
        ("time", "9", "Is “9” morning or afternoon?"),
        ("title", "x" * 11, "Please keep this to 10 characters."),
    ],
)
def test_what_does_not_fit_is_answered_alike_at_both_doors(
    door: Door, name: str, given: str, sentence: str
) -> None:
    """Out of bounds, too long, unreadable."""
    value, said = door(name, given)
    assert said.startswith(sentence)
    assert value is None


@pytest.mark.parametrize("door", [_typed, _sent])
@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("size", "2", 2),
        ("size", "50", 50),
        ("minutes", "180", 180),
        ("date", "2027-03-01", date(2027, 3, 1)),
        ("date", "1 March", date(2027, 3, 1)),
        ("date", "3/1/2027", date(2027, 3, 1)),
        ("time", "14:30", time(14, 30)),
        ("time", "14:30:00", time(14, 30)),
        ("time", "2:30 pm", time(14, 30)),
        ("title", "x" * 10, "x" * 10),
    ],
)
def test_what_fits_is_the_same_value_at_both_doors(door: Door, name: str, given: str, value: object) -> None:
    """As a platform sends it, and as people write it."""
    assert door(name, given) == (value, "")


@pytest.mark.parametrize("given", ["", " ", "\x00"])
def test_what_is_missing_is_missing_at_both_doors(given: str) -> None:
    """A form says so beside the field; a command opens the form, or names it."""
    assert read_arguments(INPUTS, given, TODAY, "en").missing == ("name",)
    form = Form(name="f", title="F", submit="Go", fields=fields_of(INPUTS, "en", {}))
    assert check(form, {"name": given}, "en", TODAY)[1] == {"name": "Please fill this in."}


def test_what_was_typed_stands_in_the_form() -> None:
    """A date and a time as a client takes them, a choice by its value or its label."""
    options = {"title": (Option(value="7", label="Steady"),)}
    given = {"date": date(2027, 3, 1), "time": time(14, 30), "title": "Steady", "size": 3}
    fields = fields_of(INPUTS, "en", given, options)
    shown = {one.name: one.initial for one in fields if one.initial is not None}
    assert shown == {"date": "2027-03-01", "time": "14:30", "title": "7", "size": 3}
    assert [one.initial for one in fields_of(INPUTS, "en", {"title": "No such"}, options) if one.options] == [
        None
    ]


def test_a_form_without_a_handler_is_the_form_of_one_command() -> None:
    """What is sent with it goes there."""
    features = all_features()
    named = Counter(command.form for feature in features for command in feature.commands)
    alone = [form.name for feature in features for form in feature.forms if form.submit is None]
    assert {name: named[name] for name in alone} == dict.fromkeys(alone, 1)


def test_no_form_repeats_by_hand_what_its_command_declares() -> None:
    """A twin would have labels, bounds and hints of its own."""
    features = all_features()
    builds = {form.name: form.build for feature in features for form in feature.forms}
    commands = [one for feature in features for one in feature.commands if one.form]
    assert {one.name: twins for one in commands if (twins := _twins(builds[one.form], one.arguments))} == {}


def test_a_planted_twin_is_found() -> None:
    assert _twins(_with_a_twin, INPUTS) == {"size"}


async def _with_a_twin(ctx: Context, context: str, initial: Mapping[str, object]) -> Form:
    twin = Field(name="size", kind="number", label="Size", lowest=3)
    return Form(name="f", title="F", submit="Go", fields=(twin, *fields_of(INPUTS[1:], "en", initial)))


def _twins(build: Callable[..., object], arguments: Iterable[Argument]) -> set[str]:
    by_hand = re.findall(r'Field\(\s*name="(\w+)"', inspect.getsource(build))
    return {one.name for one in arguments if one.label} & set(by_hand)
