"""What is typed after a command's name."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.core.arguments import find_command, read_arguments
from bot.core.feature import commands_of
from bot.core.inputs import Argument, Unfit
from bot.features import all_features
from prompts.words import forms as words
from prompts.words import misread

TODAY = date(2027, 2, 8)
MOVE = (Argument("number", "number"), Argument("date", "date"), Argument("time", "time"))
PAUSE = (Argument("until", "date"), Argument("cohort", "word", required=False))
NO_NUMBER = ("number", Unfit(words.not_a_number("en")))
BREAKOUT = (
    Argument("size", "number"),
    Argument("minutes", "duration"),
    Argument("prompt", "text", required=False),
)


@pytest.mark.parametrize(
    ("text", "until", "cohort"),
    [
        ("1 May", date(2027, 5, 1), None),
        ("May 1 spring", date(2027, 5, 1), "spring"),
        ("until=1 may 2028 cohort=spring", date(2028, 5, 1), "spring"),
        ("next tuesday", date(2027, 2, 9), None),
        ("1 de mayo de 2027", date(2027, 5, 1), None),
        ("Tue, the 23rd of February, 2027 spring", date(2027, 2, 23), "spring"),
        ("2027-05-01 spring", date(2027, 5, 1), "spring"),
        ('"1 May" spring', date(2027, 5, 1), "spring"),
    ],
)
def test_a_date_may_have_several_words(text: str, until: date, cohort: str | None) -> None:
    """As people say it, with no quotation marks around it; what follows is the next argument."""
    typed = read_arguments(PAUSE, text, TODAY, "en")
    assert (typed.values["until"], typed.values.get("cohort"), typed.wrong) == (until, cohort, ())


@pytest.mark.parametrize(
    "text", ["2 23 Feb 12 pm", "2 2027-02-23 12:00", "2 tue 12:00 p.m.", "2 feb 23 noon"]
)
def test_a_time_after_a_date_is_no_part_of_it(text: str) -> None:
    """Each takes the words that belong to it."""
    typed = read_arguments(MOVE, text, TODAY, "en")
    read = typed.values["date"], typed.values["time"]
    assert read[1] == time(12)
    assert read[0] in {date(2027, 2, 23), date(2027, 2, 9)}
    assert not typed.wrong


@pytest.mark.parametrize("text", ["3 12 What did you hear?", "3 12 min What did you hear?"])
def test_words_after_a_duration_are_the_prompt(text: str) -> None:
    """Only what measures time belongs to it."""
    typed = read_arguments(BREAKOUT, text, TODAY, "en")
    assert typed.values == {"size": 3, "minutes": 12, "prompt": "What did you hear?"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31 Feb", misread.date_impossible("en", said="31 Feb")),
        ("2027-02-30 spring", misread.date_impossible("en", said="2027-02-30")),
        ("whenever it suits", misread.date_unclear("en", said="whenever")),
    ],
)
def test_what_is_no_date_is_quoted_as_far_as_it_was_understood(text: str, sentence: str) -> None:
    """The complaint names the words that it is about."""
    ((name, wrong),) = read_arguments(PAUSE, text, TODAY, "en").wrong
    assert (name, wrong.text, wrong.quotes) == ("until", sentence, True)


@pytest.mark.parametrize(
    ("text", "number", "cohort", "wrong"),
    [
        ("", None, None, ()),
        ("2", 2, None, ()),
        ("2 Spring", 2, "Spring", ()),
        ("Spring", None, "Spring", ()),
        ("Spring 2", 2, "Spring", ()),
        ('"Spring 2027" 2', 2, "Spring 2027", ()),
        ("2nd", None, None, (NO_NUMBER,)),
        ("number=x Spring", None, "Spring", (NO_NUMBER,)),
    ],
)
def test_a_number_that_may_be_left_out_is_left_out_before_a_name(
    text: str, number: int | None, cohort: str | None, wrong: tuple[object, ...]
) -> None:
    """``agenda Spring`` means that cohort's next session."""
    agenda = (Argument("number", "number", required=False), Argument("cohort", "word", required=False))
    typed = read_arguments(agenda, text, TODAY, "en")
    assert (typed.values.get("number"), typed.values.get("cohort"), typed.wrong) == (number, cohort, wrong)


@pytest.mark.parametrize("word", ["+-5", "--5", "5+", "²", "9" * 12])
def test_what_is_no_number_is_told_and_no_error(word: str) -> None:
    typed = read_arguments(BREAKOUT, f"size={word}", TODAY, "en")
    assert typed.wrong == (("size", NO_NUMBER[1]),)


@pytest.mark.parametrize(("word", "number"), [("5", 5), ("+5", 5), ("-5", -5), ("٣", 3)])
def test_a_number_may_have_one_sign(word: str, number: int) -> None:
    assert read_arguments(BREAKOUT, f"size={word}", TODAY, "en").values["size"] == number


@pytest.mark.parametrize(
    "said",
    ["help please", "Help me, please!", "help por favor", "please help", "Please, help", "por favor ayuda",
     "ayuda, por favor", "help thanks"],
)  # fmt: skip
def test_politeness_is_no_part_of_a_command(said: str) -> None:
    spec, rest = find_command(said, POLITELY)
    assert spec is not None
    assert (spec.name, rest) == ("help", "")


def test_politeness_within_what_somebody_writes_stays() -> None:
    for said in ("ask Please tell us more", "ask how, please"):
        assert find_command(said, POLITELY)[1] == said[4:]
    assert find_command("please tell me more", POLITELY) == (None, "please tell me more")


POLITELY = commands_of(all_features())
