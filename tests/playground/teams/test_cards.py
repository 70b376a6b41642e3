"""Adaptive Cards: what is accepted, what is refused, and what a client makes of the inputs."""

from typing import Any

import pytest

from adapters.playground.teams.cards import CardRefused, actions, check_card, inputs
from adapters.playground.teams.inputs import collected, complaints, merged

TEXT = {"type": "TextBlock", "text": "Hello"}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


def submit(number: int) -> dict[str, Any]:
    return {"type": "Action.Submit", "title": str(number)}


@pytest.mark.parametrize(
    "good",
    [
        card(TEXT),
        card({"type": "ColumnSet", "columns": [{"width": "auto", "items": [TEXT]}]}),
        card({"type": "Table", "columns": [{}], "rows": [{"cells": [{"items": [TEXT]}]}]}),
        card({"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}),
        card({"type": "ActionSet", "actions": [submit(1)]}),
        card(actions=[{"type": "Action.ShowCard", "title": "More", "card": card(TEXT)}]),
        card(actions=[submit(number) for number in range(6)]),
        {"type": "AdaptiveCard", "version": "1.0", "body": [TEXT]},
    ],
)
def test_a_card_within_the_schema_is_accepted(good: dict[str, Any]) -> None:
    """Nested containers, implied types and six actions are all right."""
    check_card(good)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("text", "no AdaptiveCard"),
        ({"type": "AdaptiveCard", "body": [TEXT]}, "no card version"),
        ({**card(TEXT), "version": "1.6"}, "newer than 1.5"),
        (card({"type": "Badge", "text": "x"}), "unknown type Badge"),
        (card({"type": "TextBlock"}), 'TextBlock: "text" is a required'),
        (card({"text": "x"}), "has no type"),
        (card({"type": "Container", "items": [{"type": "Input.Text"}]}), 'Input.Text: "id" is a required'),
        (card({"type": "Input.Text", "id": "a"}, {"type": "Input.Date", "id": "a"}), "share the id"),
        (card({"type": "Image", "url": "javascript:alert(1)"}), "address that Teams does not open"),
        (card(actions=[submit(number) for number in range(7)]), "Teams shows 6"),
        (card(actions=[TEXT]), "among the actions"),
        ({**card(actions=[{"type": "Action.Execute"}]), "version": "1.3"}, "newer card version"),
        (card(actions=[{"type": "Action.Http", "url": "https://x"}]), "unknown type Action.Http"),
        (
            card(actions=[{"type": "Action.Execute", "fallback": {"type": "Action.Nope"}}]),
            "unknown type Action.Nope",
        ),
        (card({"type": "Input.ChoiceSet", "id": "a", "choices": [{"title": "x"}]}), "ChoiceSet choices/0"),
        (card({"type": "TextBlock", "text": "x", "size": "Huge"}), "TextBlock size"),
        (card({"type": "TextBlock", "text": "x", "colour": "red"}), "'colour' was unexpected"),
        (card({"type": "FactSet", "facts": [{"title": "x"}]}), "FactSet facts/0"),
        (card({"type": "Input.Text", "id": "a", "maxLength": "3"}), "Input.Text maxLength"),
        (card(actions=[{"type": "Action.Submit", "data": 3}]), "Action.Submit data"),
        (card(body="text"), "body"),
    ],
)
def test_a_card_that_teams_would_drop_or_break_is_refused(bad: Any, reason: str) -> None:
    """Each refusal names what is wrong."""
    with pytest.raises(CardRefused, match=reason):
        check_card(bad)


FORM = card(
    {"type": "Input.Text", "id": "text", "isRequired": True, "errorMessage": "Please write."},
    {"type": "Input.Text", "id": "code", "regex": "^[a-z]+$", "maxLength": 3},
    {"type": "Input.Number", "id": "number", "min": 1, "max": 5, "value": 3},
    {"type": "Input.Date", "id": "date", "min": "2027-01-01"},
    {"type": "Input.Toggle", "id": "toggle", "title": "Yes?", "valueOn": "on", "valueOff": "off"},
    {
        "type": "Input.ChoiceSet",
        "id": "many",
        "isMultiSelect": True,
        "choices": [{"title": "A", "value": "a"}, {"title": "B", "value": "b"}],
    },
)


def test_untouched_inputs_send_their_defaults_and_empty_ones_nothing() -> None:
    """A toggle always speaks; everything arrives as text."""
    assert collected(FORM, {}) == {"number": "3", "toggle": "off"}
    filled = collected(FORM, {"text": "hi", "toggle": True, "many": ["a", "b"], "number": 4})
    assert filled == {"text": "hi", "number": "4", "toggle": "on", "many": "a,b"}


def test_the_client_complains_about_each_answer_that_breaks_its_rule() -> None:
    """Required, pattern, length, range, dates and choices, with the card's own words where given."""
    bad = {"code": "ABC", "number": "9", "date": "2026-12-31", "many": "a,z"}
    assert set(complaints(FORM, bad)) == {"text", "code", "number", "date", "many"}
    assert complaints(FORM, bad)["text"] == "Please write."
    assert complaints(FORM, {"text": "x", "code": "abc", "number": "5", "toggle": "off"}) == {}
    assert complaints(FORM, {"text": "x", "code": "abcd", "number": "five"}) == {
        "code": "at most 3 characters",
        "number": "a number is wanted",
    }


def test_a_value_for_an_unknown_input_is_a_mistake_of_the_test() -> None:
    """It does not pass in silence."""
    with pytest.raises(KeyError, match="txet"):
        collected(FORM, {"txet": "hi"})


def test_answers_lie_beside_the_actions_own_data() -> None:
    """An answer with the same name wins, as in the client."""
    assert merged({"a": 1, "text": "old"}, {"text": "new"}) == {"a": 1, "text": "new"}
    assert merged("just text", {}) == "just text"
    assert merged(None, {"text": "x"}) == {"text": "x"}


def test_actions_and_inputs_are_found_wherever_they_hide() -> None:
    """In action sets, behind select actions and in cards that a button unfolds."""
    inner = card({"type": "Input.Text", "id": "deep"}, actions=[submit(3)])
    nested = card(
        {"type": "Container", "items": [TEXT], "selectAction": submit(1)},
        {"type": "ActionSet", "actions": [submit(2)]},
        actions=[{"type": "Action.ShowCard", "title": "More", "card": inner}],
    )
    check_card(nested)
    assert [action.get("title") for action in actions(nested)] == ["1", "2", "More", "3"]
    assert [node["id"] for node in inputs(nested)] == ["deep"]
