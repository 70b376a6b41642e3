"""The prompt library: twelve kinds, complete in two languages, short, plain and kind."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from prompts.catalog import MissingTranslation
from prompts.library import Library, Words, missing_texts, read_library
from tests.prompts.reading import count_words, hard_ones, too_hard
from tests.prompts.texts import all_words, faults

LANGUAGES = ("en", "es")

TWELVE = [
    "what-so-what-now-what",
    "if-then-plan",
    "choose-commitments",
    "confidence-ruler",
    "barrier-workaround",
    "retrieval",
    "plus-delta",
    "one-two-four-all",
    "troika",
    "composite-case",
    "teach-back",
    "connection-pulse",
]

# An icebreaker or a connection prompt never screens: nobody is asked how ill, sad or hurt they are.
TENDER = re.compile(
    r"trauma|symptom|síntoma|depress|depres|anxi|ansie|suicid|abus|diagnos|medic|drug|droga|alcohol"
    r"|grief|duelo|death|muert|burn|weight|hurt|dolor|wors|peor",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


def test_there_are_the_twelve_kinds_in_their_order_each_with_several_wordings(library: Library) -> None:
    assert [kind.id for kind in library.kinds] == TWELVE
    assert all(len(kind.variants) >= 3 for kind in library.kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists_in_every_language(library: Library, language: str) -> None:
    assert missing_texts(library, language) == []


def test_a_third_language_is_told_entry_by_entry_what_is_missing(library: Library) -> None:
    gaps = missing_texts(library, "uk")
    assert ".kinds.troika.steps.clarify.words" in gaps
    assert len(gaps) == len(list(all_words(library)))


def test_a_missing_language_never_falls_back_to_another() -> None:
    with pytest.raises(MissingTranslation, match="no es text"):
        Words({"en": "Good morning", "es": " "}).say("es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_longer_than_forty_words(library: Library, language: str) -> None:
    entries = [variant for kind in library.kinds for variant in kind.variants] + list(library.icebreakers)
    assert [entry.id for entry in entries if count_words(entry.say(language)) > 40] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_reads_at_grade_eight_or_below(library: Library, language: str) -> None:
    assert hard_ones([words.say(language) for words in all_words(library)], language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Practitioners should operationalize organizational trauma-informed supervisory competencies.",
            "en",
        ),
        ("Los profesionales deberán implementar competencias organizacionales interdisciplinarias.", "es"),
    ],
)
def test_the_reading_check_catches_jargon(text: str, language: str) -> None:
    assert too_hard(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_hold_no_phone_number_no_address_no_emoji_and_no_shouting(
    library: Library, language: str
) -> None:
    texts = [words.say(language) for words in all_words(library)]
    assert [fault for text in texts for fault in faults(text, language)] == []


def test_ids_are_unique(library: Library) -> None:
    ids = [
        [kind.id for kind in library.kinds],
        [variant.id for kind in library.kinds for variant in kind.variants],
        [entry.id for entry in library.icebreakers],
        [entry.id for entry in library.cues],
        [entry.id for entry in library.notices],
        *([field.id for field in kind.fields] for kind in library.kinds),
    ]
    assert [name for group in ids for name, count in Counter(group).items() if count > 1] == []


def test_the_kinds_ask_for_what_they_are_named_after(library: Library) -> None:
    def inputs(kind_id: str) -> list[str]:
        return [field.input for field in library.kind(kind_id).fields]

    assert inputs("what-so-what-now-what") == ["text", "text", "text"]
    assert inputs("if-then-plan") == ["choice", "text"]
    assert inputs("choose-commitments") == ["up_to_three", "text"]
    assert inputs("confidence-ruler") == ["scale", "text"]
    assert library.kind("composite-case").fields[0].gate
    assert library.kind("if-then-plan").fields[0].source == "cues"


def test_group_prompts_state_their_minutes(library: Library) -> None:
    steps = library.kind("one-two-four-all").steps
    assert [(step.id, step.minutes) for step in steps] == [("alone", 1), ("pair", 2), ("four", 4), ("all", 5)]
    assert [step.id for step in library.kind("troika").steps] == ["share", "clarify", "consult", "feedback"]
    assert library.kind("troika").minutes == 8


def test_there_are_forty_icebreakers_and_enough_for_pairs_and_for_groups(library: Library) -> None:
    assert len(library.icebreakers) >= 40
    assert len(library.icebreakers_for("pair")) >= 20
    assert len(library.icebreakers_for("breakout")) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_icebreakers_and_connection_prompts_never_screen(library: Library, language: str) -> None:
    entries = [*library.icebreakers, *library.kind("connection-pulse").variants]
    assert [entry.id for entry in entries if TENDER.search(entry.say(language))] == []


def test_a_cue_is_a_moment(library: Library) -> None:
    assert all(cue.say("en").startswith("When ") for cue in library.cues)
    assert all(cue.say("es").startswith("Cuando ") for cue in library.cues)


@pytest.mark.parametrize(
    ("language", "plainly"), [("en", "nobody watches this chat"), ("es", "nadie vigila este chat")]
)
def test_the_crisis_notice_names_988_and_says_that_nobody_watches(
    library: Library, language: str, plainly: str
) -> None:
    text = library.notice("crisis").text.say(language)
    assert "988" in text
    assert "911" in text
    assert plainly in text


def test_every_notice_that_a_prompt_names_exists(library: Library) -> None:
    named = [kind.notice for kind in library.kinds if kind.notice]
    assert named == ["deidentification_gate"]
    assert library.notice("deidentification_gate").confirm is not None
    for notice_id in (
        "no_client_information",
        "client_information_nudge",
        "not_monitored",
        "community_norms",
    ):
        assert library.notice(notice_id)


def test_a_wording_can_be_found_by_its_id(library: Library) -> None:
    kind, variant = library.variant("ruler-up")
    assert (kind.id, variant.id) == ("confidence-ruler", "ruler-up")
    with pytest.raises(KeyError):
        library.variant("no-such-wording")
