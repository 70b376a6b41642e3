"""Whatever a card holds, Teams takes it, and no word of a person does anything in it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.render import LARGEST, render, size_of, summary
from bot.core.cards import Button, Card, Fact, Section
from prompts.text import mention

LONG = "A long word or two. " * 2000


def nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for one in node for found in nodes(one)]
    if isinstance(node, dict):
        return [node, *(found for one in node.values() for found in nodes(one))]
    return []


def test_a_card_too_large_is_cut_and_leads_to_the_rest() -> None:
    sections = tuple(Section(title=f"Part {number}", text=LONG[:5000]) for number in range(60))
    shown = render(Card(title="T", text=LONG, sections=sections, more_url="https://example.org/m"), {}, "en")
    assert size_of(shown) <= LARGEST
    assert "https://example.org/m" in str(shown)


def test_many_buttons_stand_in_rows_of_six() -> None:
    buttons = tuple(Button(label=f"B{number}" * 40, action="go", value=str(number)) for number in range(20))
    rows = [one["actions"] for one in nodes(render(Card(buttons=buttons), {}, "en")) if "actions" in one]
    assert [len(row) for row in rows] == [6, 6, 6, 2]
    for one in (action for row in rows for action in row):
        assert len(one["title"]) <= 75
        assert one["fallback"]["type"] == "Action.Submit"


@given(
    st.builds(
        Card,
        title=st.text(max_size=300),
        text=st.text(max_size=20_000),
        context=st.text(max_size=9000),
        facts=st.lists(st.builds(Fact, label=st.text(), value=st.text(max_size=9000)), max_size=5).map(tuple),
    )
)
@settings(max_examples=100, deadline=None)
def test_any_card_fits_and_mentions_nobody_on_its_own(card: Card) -> None:
    shown = render(card, {}, "en")
    assert size_of(shown) <= 80 * 1024
    assert "entities" not in shown["msteams"]
    assert 1 <= len(summary(card)) <= 240
    assert "<at>" not in str(shown)


def test_two_people_of_one_name_are_both_mentioned() -> None:
    card = Card(text=mention("Ana Reyes", 1) + " " + mention("Ana Reyes", 2) + " " + mention("Cy", 3))
    shown = render(card, {1: "u1", 2: "u2"}, "en")
    mentioned = shown["msteams"]["entities"]
    assert [one["mentioned"]["id"] for one in mentioned] == ["u1", "u2"]
    assert len({one["text"] for one in mentioned}) == 2
    for one in mentioned:
        assert one["text"] in shown["body"][0]["text"]
