"""What the demo's people write fits the question, the person and the language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from adapters.demo.answers import Writing, answer_book
from adapters.demo.story import WrittenAnswer
from adapters.playground.people import SamplePerson
from adapters.playground.sample import population
from bot.core.client_information import signs_of_client_information, sounds_like_crisis
from bot.evaluations.answers import form_of
from bot.evaluations.instrument_files import instrument_library
from prompts.catalog import languages
from prompts.library import read_library
from tests.demo.written import misfits_of

BOOK = answer_book()
PEOPLE = [one for one in population("both").everybody() if one.role == "participant"]
TEXTS = [
    (language, text)
    for question in BOOK.questions
    for language, by_character in question.texts.items()
    for texts in by_character.values()
    for parts in texts
    for text in parts
]
MOST = {name: 3000 for question in BOOK.questions for name in question.fields}


def somebody(**other: str) -> SamplePerson:
    return replace(next(one for one in PEOPLE if one.job_role == "clinician"), **other)  # type: ignore[arg-type]


def test_every_box_for_words_has_answers_in_each_language() -> None:
    """Of every prompt and every form that the program asks by itself: nobody answers from another's list."""
    boxes = {one.id for kind in read_library().kinds for one in kind.fields if one.input == "text"}
    boxes |= {
        one.name
        for instrument in instrument_library().values()
        if instrument.kind != "funder"
        for one in form_of(instrument, "en").fields
        if one.kind in ("text", "paragraph")
    }
    boxes |= {"hope", "own_cue", "action"}
    for box in boxes:
        (question,) = [one for one in BOOK.questions if BOOK.meant(box) in one.fields]
        for language in languages():
            assert question.texts[language]["anyone"], (box, language)


def test_there_are_two_hundred_answers_and_none_stands_twice() -> None:
    count = Counter(TEXTS)
    assert len(count) >= 200
    assert [text for text, times in count.items() if times > 1] == [("en", "Not sure.")]


@pytest.mark.parametrize(
    ("language", "own", "other"),
    [("en", "the and you to", "el que una los"), ("es", "el que una los", "the and you to")],
)
def test_a_languages_answers_are_written_in_it(language: str, own: str, other: str) -> None:
    """Told by words that the other language does not have."""
    words = Counter(
        word for one, text in TEXTS if one == language for word in text.lower().replace(",", " ").split()
    )
    assert sum(words[one] for one in own.split()) > 30
    assert sum(words[one] for one in other.split()) == 0


def test_nobody_writes_about_clients_or_in_a_crisis() -> None:
    """The bot would answer otherwise than the demo means to show."""
    assert [text for _, text in TEXTS if signs_of_client_information(text) or sounds_like_crisis(text)] == []


def test_what_everybody_writes_fits_them_and_is_seldom_seen_again() -> None:
    """40 people fill in every form, four times over."""
    writing, written = Writing(), []
    for _ in range(4):
        for person in PEOPLE:
            for name, text in writing.write(person, MOST).items():
                written.append(WrittenAnswer(person.email, name, name, text))
    assert misfits_of(written) == []


def test_an_answer_goes_with_the_others_of_its_form() -> None:
    """The cue and what is done at it come from one plan, whichever box is shown."""
    plan = next(one for one in BOOK.questions if one.name == "plan")
    written = Writing().write(somebody(), {"cue.own": 300, "action": 300})
    assert (written["cue.own"], written["action"]) in plan.texts["en"]["anyone"] + plan.texts["en"]["staff"]


def test_one_writes_too_much_one_little_one_off_the_topic_and_one_in_another_language() -> None:
    by_name = {one.email: Writing().write(one, MOST) for one in PEOPLE}
    assert len(by_name["annika.bergstrom@example.org"]["plus"]) > 300
    assert by_name["tavita.leauanae@example.org"]["plus"] in {"Good.", "Fine again."}
    assert "heating" in by_name["kieran.odwyer@example.org"]["plus"]
    samuel = next(one for one in PEOPLE if one.email == "samuel.echeverria@example.org")
    assert (samuel.locale, BOOK.language_of(samuel)) == ("en-US", "es")


def test_what_does_not_fit_into_a_box_or_is_not_known_is_left_empty() -> None:
    assert Writing().write(somebody(), {"hope": 5, "something_else": 3000}) == {}
