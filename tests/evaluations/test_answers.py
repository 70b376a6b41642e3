"""An instrument becomes a form that names its mode first, and its answers are checked item by item."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluations.answers import FORM_ERROR, PREFER_NOT, check_answers, form_of
from bot.evaluations.instrument_files import instrument_library, read_instrument
from bot.evaluations.instruments import ObjectiveItem, with_objectives
from bot.evaluations.tailoring import RewordItem, tailor
from prompts.catalog import MissingTranslation
from prompts.library import Words

LIBRARY = instrument_library()
GOAL = ObjectiveItem(id="goal", text=Words({"en": "Spot burnout.", "es": "Ver el agotamiento."}))
SESSION = with_objectives(LIBRARY["post_session"], [GOAL])
SERIES = with_objectives(LIBRARY["post_series"], [GOAL])
FOLLOWUP, LATER = LIBRARY["followup_30_60"], LIBRARY["followup_90"]


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("post_session", "en", "**This form is anonymous.**"),
        ("post_session", "es", "**Este formulario es anónimo.**"),
        ("followup_90", "en", "**This form is confidential.**"),
        ("followup_90", "es", "**Este formulario es confidencial.**"),
        ("funder", "en", "**This form belongs to the funder.**"),
    ],
)
def test_the_mode_is_named_before_the_first_question(name: str, language: str, said: str) -> None:
    assert form_of(LIBRARY[name], language).intro.startswith(said)


@pytest.mark.parametrize("name", sorted(set(LIBRARY) - {"funder"}))
def test_nothing_is_required_and_every_pick_offers_not_to_answer(name: str) -> None:
    for field in form_of(with_objectives(LIBRARY[name], [GOAL]), "en").fields:
        assert not field.required
        assert field.kind == "paragraph" or field.options[-1].value == PREFER_NOT


def test_fields_are_named_by_item_and_part() -> None:
    assert [field.name for field in form_of(SESSION, "en").fields] == [
        "quality",
        "useful",
        "objective_goal",
        "intend",
        "intend.detail",
        "plus_delta.plus",
        "plus_delta.delta",
    ]
    assert "confidence_goal.before" in {field.name for field in form_of(SERIES, "es").fields}


def test_good_answers_come_back_in_their_types() -> None:
    checked = check_answers(
        SESSION,
        {"quality": "5", "useful": PREFER_NOT, "intend": "yes", "intend.detail": " pause ", "x": "y"},
        "en",
    )
    assert checked.problems == {}
    assert checked.answers == {"quality": 5, "useful": None, "intend": "yes", "intend.detail": "pause"}


def test_half_a_pair_is_kept_as_half_a_pair() -> None:
    checked = check_answers(SERIES, {"confidence_goal.before": "2"}, "en")
    assert checked.answers == {"confidence_goal.before": 2}


def test_several_choices_come_back_together_and_declining_outweighs_them() -> None:
    assert check_answers(FOLLOWUP, {"barriers": ["time", "fit", "time"]}, "en").answers == {
        "barriers": ("time", "fit")
    }
    assert check_answers(FOLLOWUP, {"barriers": ["time", PREFER_NOT]}, "en").answers == {"barriers": None}


def test_each_bad_answer_gets_its_own_message_in_the_readers_language() -> None:
    checked = check_answers(
        FOLLOWUP, {"used": "never", "barriers": ["x"], "barriers.detail": "a" * 2001}, "en"
    )
    assert set(checked.problems) == {"used", "barriers", "barriers.detail"}
    assert "options" in checked.problems["used"]
    assert "2000" in checked.problems["barriers.detail"]


def test_an_empty_form_is_sent_back_as_a_whole() -> None:
    assert set(check_answers(SESSION, {"quality": ""}, "es").problems) == {FORM_ERROR}


def test_an_item_that_is_not_to_be_asked_is_dropped_with_its_problems() -> None:
    checked = check_answers(LATER, {"sustained": "no", "example": "text" * 1000, "confidence": "10"}, "en")
    assert checked.answers == {"sustained": "no", "confidence": 10}
    assert checked.problems == {}
    assert check_answers(LATER, {"example": "text"}, "en").answers == {}


def test_a_branch_says_its_condition_until_it_is_decided() -> None:
    (hint,) = [field.hint for field in form_of(LATER, "en").fields if field.name == "example"]
    assert hint.startswith("Only if you answered")
    assert "example" in {field.name for field in form_of(LATER, "en", {"sustained": "often"}).fields}
    assert "example" not in {field.name for field in form_of(LATER, "en", {"sustained": "no"}).fields}


def test_the_word_prefer_not_typed_as_text_is_text() -> None:
    assert check_answers(LATER, {"support": PREFER_NOT}, "en").answers == {"support": PREFER_NOT}


def test_the_funders_form_is_a_link_and_takes_no_answers() -> None:
    funder = tailor(LIBRARY["funder"], [RewordItem("official_form", url="https://example.org/form")])
    (field,) = form_of(funder, "en").fields
    assert field.text == "[Open the official form](https://example.org/form)"
    assert check_answers(funder, {"official_form": "x"}, "en").answers == {}


def test_a_missing_translation_never_falls_back() -> None:
    with pytest.raises(MissingTranslation):
        form_of(tailor(SESSION, [RewordItem("quality", text=Words({"en": "How was it?"}))]), "es")


RAW = st.one_of(
    st.none(), st.text(max_size=8), st.integers(), st.lists(st.text(max_size=4), max_size=3), st.booleans()
)


@given(st.dictionaries(st.sampled_from([field.name for field in form_of(FOLLOWUP, "en").fields]), RAW))
def test_whatever_a_client_sends_is_answered_and_never_breaks(raw: dict[str, object]) -> None:
    checked = check_answers(FOLLOWUP, raw, "en")
    assert checked.answers or checked.problems
    assert not set(checked.answers) & set(checked.problems)


HUB = read_instrument((Path(__file__).parent / "hub_form.yaml").read_text(encoding="utf-8"), "hub_form.yaml")
RANKED = ("topics.burnout", "topics.ethics", "topics.trauma")


def _ranks(*given: str) -> dict[str, object]:
    return dict(zip(RANKED, given, strict=True))


def test_a_hubs_own_form_is_asked_on_every_surface_in_both_languages() -> None:
    for language, shown in (("en", "1 · Not at all"), ("es", "1 · Nada")):
        fields = {field.name: field for field in form_of(HUB, language).fields}
        assert [option.label for option in fields["pace"].options][:2] == [shown, "2"]
        assert [option.value for option in fields["pace"].options] == [*"1234567", "na", PREFER_NOT]
        assert fields["parts.slides"].options == fields["parts.talk"].options
        assert [one.value for one in fields["topics.ethics"].options] == ["1", "2", "3", PREFER_NOT]
        assert (fields["years"].kind, fields["years"].lowest, fields["years"].highest) == ("number", 0, 60)
        assert fields["zip"].kind == "text"


def test_new_kinds_come_back_in_their_types_and_a_zip_without_its_last_four() -> None:
    given = {"pace": "na", "parts.slides": "3", "years": "12", "zip": "83702-1234", **_ranks("2", "1", "3")}
    checked = check_answers(HUB, given, "en")
    assert checked.problems == {}
    assert checked.answers == {
        "pace": "na",
        "parts.slides": 3,
        "topics.burnout": 2,
        "topics.ethics": 1,
        "topics.trauma": 3,
        "years": 12,
        "zip": "83702",
    }


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (_ranks("1", "1", "2"), "topics.burnout", "its own rank from 1 to 3"),
        (_ranks("1", "", "2"), "topics.ethics", "its own rank"),
        ({"zip": "Boise"}, "zip", "five digits"),
        ({"zip": "1234"}, "zip", "five digits"),
        ({"zip": "\u0661\u0662\u0663\u0664\u0665"}, "zip", "five digits"),
        ({"years": "61"}, "years", "60"),
        ({"years": "many"}, "years", "number"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(given: dict[str, object], field: str, said: str) -> None:
    problems = check_answers(HUB, given, "en").problems
    assert list(problems) == [field]
    assert said in problems[field]


def test_declining_one_rank_declines_the_ranking() -> None:
    assert check_answers(HUB, _ranks("1", PREFER_NOT, ""), "en").answers == dict.fromkeys(RANKED)


def test_a_branch_of_a_branch_is_asked_only_along_its_whole_path() -> None:
    path = {"used": "yes", "helped": "no", "why_not": "Too long."}
    assert check_answers(HUB, path, "en").answers == path
    assert set(check_answers(HUB, path | {"used": "no"}, "en").answers) == {"used"}
    names = {field.name for field in form_of(HUB, "en", {"used": "no", "helped": "no"}).fields}
    assert names.isdisjoint({"helped", "why_not"})


def test_a_problem_in_a_branch_that_is_not_asked_is_none() -> None:
    assert check_answers(HUB, {"used": "no", "times": "9999"}, "en").problems == {}
    assert set(check_answers(HUB, {"used": "yes", "times": "9999"}, "en").problems) == {"times"}
