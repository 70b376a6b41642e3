"""The forms that come with the product are whole in both languages, and keep to the limits of their kind."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import (
    SHORT_DEMOGRAPHICS,
    SHORT_ITEMS,
    Instrument,
    Item,
    ObjectiveItem,
    Presenter,
    with_objectives,
)
from prompts.library import Words
from tests.prompts.reading import hard_ones

LIBRARY = instrument_library()
OBJECTIVES = [
    ObjectiveItem(id=f"goal{n}", text=Words({"en": f"Reach goal {n}.", "es": f"Llegar a la meta {n}."}))
    for n in range(5)
]


def _texts(part: object, language: str) -> Iterator[str]:
    if isinstance(part, Words):
        yield str(part.say(language)).replace("{objective}", "")
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name), language)
    elif isinstance(part, tuple):
        for each in part:
            yield from _texts(each, language)


def _item(item_id: str = "q", **changes: object) -> dict[str, object]:
    return {"id": item_id, "kind": "text", "text": {"en": "Why?"}, **changes}


def _instrument(*items: dict[str, object], **changes: object) -> Instrument:
    return Instrument.model_validate(
        {
            "name": "x",
            "version": 1,
            "kind": "pulse",
            "mode": "anonymous",
            "title": {"en": "X"},
            "items": items,
        }
        | changes
    )


ENDS = [{"en": "Not at all"}, {"en": "Very"}]
YES_NO = [{"id": "yes", "text": {"en": "Yes"}}, {"id": "no", "text": {"en": "No"}}]


def test_there_is_a_form_of_every_kind() -> None:
    assert {instrument.kind for instrument in LIBRARY.values()} == set(SHORT_ITEMS)


@pytest.mark.parametrize("name", sorted(LIBRARY))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_form_opens_in_both_languages_except_for_the_funders_address(name: str, language: str) -> None:
    assert LIBRARY[name].unready(language) == ([".items.official_form.url"] if name == "funder" else [])


@pytest.mark.parametrize("name", sorted(LIBRARY))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_form_reads_at_grade_eight_or_below(name: str, language: str) -> None:
    assert hard_ones(_texts(LIBRARY[name], language), language) == []


def test_follow_ups_are_confidential_and_session_and_series_forms_anonymous() -> None:
    modes = {name: instrument.mode for name, instrument in LIBRARY.items()}
    assert {name for name, mode in modes.items() if mode == "confidential"} == {
        "followup_30_60",
        "followup_90",
    }


def test_the_series_form_asks_for_every_success_factor_and_ends_with_demographics() -> None:
    ids = [item.id for item in LIBRARY["post_series"].items]
    assert ids[:7] == [
        "satisfaction",
        "recommend",
        "benefit",
        "peer_connection",
        "facilitator_skill",
        "novelty",
        "relevance",
    ]
    assert [item.demographic for item in LIBRARY["post_series"].items[-3:]] == [False, True, True]


def test_an_item_is_asked_once_per_objective_up_to_its_limit() -> None:
    session = with_objectives(LIBRARY["post_session"], OBJECTIVES)
    assert [item.id for item in session.items if item.asked_for] == ["objective_goal0", "objective_goal1"]
    assert session.item("objective_goal1").text.say("es") == "Ahora puedo hacer esto: Llegar a la meta 1."
    series = with_objectives(LIBRARY["post_series"], OBJECTIVES)
    assert sum(item.asked_for == "confidence" for item in series.items) == 4


def test_without_objectives_their_items_are_left_out() -> None:
    assert [item.id for item in with_objectives(LIBRARY["post_session"], []).items] == [
        "quality",
        "useful",
        "intend",
        "plus_delta",
    ]


def test_an_objective_without_spanish_keeps_the_form_from_opening_in_spanish_only() -> None:
    english = [ObjectiveItem(id="goal", text=Words({"en": "Reach it."}))]
    expanded = with_objectives(LIBRARY["post_session"], english)
    assert expanded.unready("en") == []
    assert expanded.unready("es") == [".items.objective_goal.text"]


def test_a_pulse_stays_short_and_demographics_do_not_count() -> None:
    items = [_item(f"q{n}") for n in range(SHORT_ITEMS["pulse"])]
    role = _item("role", kind="choice", demographic=True, options=YES_NO)
    assert len(_instrument(*items, role).items) == SHORT_ITEMS["pulse"] + 1
    with pytest.raises(ValidationError, match="at most 3 items"):
        _instrument(*items, _item("more"))


def test_a_long_form_is_possible_knows_by_how_much_it_is_longer_and_has_an_end() -> None:
    about_me = [_item(f"d{n}", kind="choice", demographic=True, options=YES_NO) for n in range(6)]
    form = _instrument(*(_item(f"q{n}") for n in range(30)), *about_me, kind="post_session")
    assert form.longer_by == (30 - SHORT_ITEMS["post_session"]) + (6 - SHORT_DEMOGRAPHICS)
    assert form.takes_minutes == 7
    assert {one.longer_by for one in LIBRARY.values()} == {0}, "what comes with the product is short"
    assert {one.takes_minutes for one in LIBRARY.values()} == {2}
    with pytest.raises(ValidationError, match="at most 60 places to answer, not 61"):
        _instrument(*(_item(f"q{n}") for n in range(61)), kind="post_session")


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([_item("a"), _item("a")], "two items are called a"),
        ([_item("a", kind="choice", options=YES_NO, demographic=True), _item("b")], "demographics come last"),
        ([_item("a", demographic=True)], "free text could name a person"),
        ([_item("a", kind="link")], "funder form holds links only"),
        ([_item("a", show_if={"item": "b", "answers": ["1"]}), _item("b")], "no earlier item"),
        (
            [_item("a", kind="intent"), _item("b", show_if={"item": "a", "answers": ["perhaps"]})],
            "a has no answer perhaps",
        ),
        ([_item("a"), _item("b", show_if={"item": "a", "answers": ["x"]})], "a has no answer x"),
    ],
)
def test_an_instrument_that_breaks_a_rule_says_which(items: list[dict[str, object]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _instrument(*items)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (_item(kind="scale5"), "needs labels"),
        (_item(kind="choice"), "needs options"),
        (_item(kind="intent", options=YES_NO), "takes no options"),
        (_item(kind="scale10", measures="recommendation"), "cannot be measured by a scale10"),
        (_item(kind="scale10", per_objective=2), "must contain {objective}"),
        (_item(kind="choice", options=[YES_NO[0], YES_NO[0]]), "same id"),
        (_item(kind="choice", options=YES_NO, measures="follow_through"), "follow_through takes"),
        (_item(kind="link", url="http://example.org"), "match pattern"),
        (_item(per_objective=9), "less than or equal to 4"),
        (_item(kind="scale", points=8, labels=ENDS), "less than or equal to 7"),
        (_item(kind="scale", points=7, labels=[*ENDS, ENDS[0]]), "2 .both ends. or 7 labels, not 3"),
        (_item(kind="scale", points=7, labels=ENDS, measures="quality"), "cannot be measured by a scale"),
        (_item(kind="matrix", points=5, labels=ENDS), "needs rows"),
        (_item(kind="ranking", options=YES_NO[:1]), "2 to 8 options"),
        (_item(kind="number", least=5, most=5), "least must be smaller"),
        (_item(kind="number", most=5), "needs least"),
        (_item(kind="scale10", per_presenter=2), "must contain {presenter}"),
    ],
)
def test_an_item_that_does_not_fit_its_kind_says_why(item: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Item.model_validate(item)


def test_a_rating_is_asked_of_each_presenter_by_name_up_to_its_limit() -> None:
    rate = _item("rate", kind="scale10", text={"en": "How clear was {presenter}?"}, per_presenter=2)
    people = [Presenter(7, "Ana"), Presenter(9, "Bo"), Presenter(11, "Cy")]
    asked = with_objectives(_instrument(rate, _item("why")), (), people)
    assert [(one.id, one.presenter, one.text.say("en")) for one in asked.items[:2]] == [
        ("rate_p7", 7, "How clear was Ana?"),
        ("rate_p9", 9, "How clear was Bo?"),
    ]
    assert [one.id for one in with_objectives(asked, ()).items] == ["rate_p7", "rate_p9", "why"]


def test_a_branch_may_depend_on_a_scale_answer() -> None:
    scale = _item("a", kind="scale10")
    assert _instrument(scale, _item("b", show_if={"item": "a", "answers": ["0", "1"]})).item("b").show_if
    with pytest.raises(KeyError):
        _instrument(scale).item("b")
