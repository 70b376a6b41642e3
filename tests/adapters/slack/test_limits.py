"""Whatever a card or a form holds, what goes to Slack keeps within Slack's limits and is never markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits, modal, render
from adapters.slack.rich import length
from bot.core.cards import Button, Card, Fact, Section
from bot.core.forms import Field, Form, Option

LONG = "A long word or two. " * 1000
MANY = tuple(
    Button(label=f"Press {number} " + "x" * 100, action="go", value=str(number)) for number in range(60)
)


def everything(node: Any) -> list[dict[str, Any]]:
    """All objects of a rendered message, nested ones included."""
    if isinstance(node, list):
        return [found for one in node for found in everything(one)]
    if isinstance(node, dict):
        return [node, *(found for one in node.values() for found in everything(one))]
    return []


def assert_within_limits(content: dict[str, Any], most: int) -> None:
    blocks = content["blocks"]
    assert 1 <= len(blocks) <= most
    assert sum(map(length, blocks)) <= 12_000
    assert len(content.get("text", "")) <= 4000
    for one in everything(blocks):
        if one.get("type") == "header":
            assert len(one["text"]["text"]) <= 150
        if one.get("type") == "rich_text":
            assert length(one) <= 3000
        if one.get("type") == "actions":
            assert len(one["elements"]) <= 25
            ids = [element["action_id"] for element in one["elements"]]
            assert len(ids) == len(set(ids))
            assert all(len(name) <= 255 for name in ids)
        if one.get("type") == "button":
            assert 1 <= len(one["text"]["text"]) <= 75
            assert len(one.get("value", "")) <= 2000
        if one.get("type") in {"plain_text", "mrkdwn"}:
            assert 1 <= len(one["text"]) <= 3000


def test_a_card_with_too_much_of_everything_is_cut_and_says_so() -> None:
    sections = tuple(
        Section(title=f"Part {number}", text=LONG[:400], facts=(Fact(label="One", value="two"),))
        for number in range(60)
    )
    card = Card(
        title=LONG, text=LONG, sections=sections, buttons=MANY, context=LONG, more_url="https://example.org/m"
    )
    content = render.message(card, {}, "en")
    assert_within_limits(content, 50)
    assert "https://example.org/m" in str(content["blocks"])
    assert_within_limits(render.home(card, {}, "en"), 100)


def test_an_empty_card_is_still_a_message() -> None:
    assert_within_limits(render.message(Card(), {}, "es"), 50)


@given(
    st.builds(
        Card,
        title=st.text(max_size=300),
        text=st.text(max_size=9000),
        context=st.text(max_size=5000),
        facts=st.lists(
            st.builds(Fact, label=st.text(max_size=90), value=st.text(max_size=4000)), max_size=9
        ).map(tuple),
        sections=st.lists(
            st.builds(Section, title=st.text(max_size=200), text=st.text(max_size=4000)), max_size=9
        ).map(tuple),
    )
)
@settings(max_examples=120, deadline=None)
def test_any_card_fits_and_no_bracket_of_people_is_left_raw(card: Card) -> None:
    """Slack reads `text` and mrkdwn for markup: in both no raw bracket stands that people wrote."""
    content = render.message(card, {}, "en")
    assert_within_limits(content, 50)
    for text in [content["text"], *_mrkdwn(content["blocks"])]:
        assert "<" not in text
        assert ">" not in text


def _mrkdwn(blocks: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in everything(blocks) if one.get("type") == "mrkdwn"]


@pytest.mark.parametrize("words", ["<!channel>", "<@U1>", "<https://evil.example|bank>", "*<!here>*"])
def test_words_of_people_call_nobody_and_link_nowhere(words: str) -> None:
    card = Card(
        title=words, text=words, context=words, facts=(Fact(label=words, value=words),), buttons=MANY[:1]
    )
    content = render.message(card, {7: "U7"}, "en")
    kinds = {one.get("type") for one in everything(content["blocks"])}
    assert not kinds & {"broadcast", "user", "usergroup", "link"}
    for text in [content["text"], *_mrkdwn(content["blocks"])]:
        assert "<" not in text


def form_of(*fields: Field) -> Form:
    return Form(name="big", title=LONG[:200], submit="Send it all now, please", fields=fields, context="c")


@pytest.mark.parametrize("count", [1, 6, 7, 10, 11, 100, 101, 1000])
@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_any_number_of_options_can_be_offered(kind: Any, count: int) -> None:
    options = tuple(Option(value=f"v{number}", label=f"{number} " + "y" * 90) for number in range(count))
    view = modal.modal(
        form_of(Field(name="pick", kind=kind, label="Pick", options=options, initial="v0")), "en"
    )
    offered = 0
    for one in everything(view):
        if "options" in one:
            assert 1 <= len(one["options"]) <= 100
            offered += len(one["options"])
            if one.get("type") in {"checkboxes", "radio_buttons"}:
                assert len(one["options"]) <= 10
        assert len(one.get("option_groups", ())) <= 100
        if one.get("type") == "plain_text":
            assert len(one["text"]) <= 150
    assert offered == count


def test_a_form_with_too_many_questions_keeps_within_a_view() -> None:
    notes = [Field(name=f"n{number}", kind="note", label="", text="Read me") for number in range(80)]
    asked = [Field(name=f"q{number}", kind="paragraph", label="Why", most=9000) for number in range(60)]
    view = modal.modal(form_of(*notes, *asked), "en")
    assert len(view["blocks"]) <= 100
    assert sum(block["type"] == "input" for block in view["blocks"]) == 60
    assert len(view["title"]["text"]) <= limits.VIEW_TITLE
    assert len(view["private_metadata"]) <= 3000
    assert all(one["max_length"] <= 3000 for one in everything(view) if "max_length" in one)
