"""``doctor --blocks``: Slack is asked about what we render, and what it says is told."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import modal, render
from adapters.slack.app import one_token
from adapters.slack.validating import problems_with_blocks, shape_of
from bot.core.cards import Button, Card
from bot.core.forms import Field, Form
from bot.core.platform import PlatformError
from tests.adapters.slack.world import World

FORM = Form(
    name="f", title="A form", submit="Save", fields=(Field(name="day", kind="date", label="Day"),), context=""
)
CARD = Card(text="Hello **you**", buttons=(Button(label="Go", action="go"),))


async def asked(world: World, *shown: tuple[str, Any]) -> tuple[int, list[str]]:
    token = one_token(await world.platform.tokens(""))
    return await problems_with_blocks(token, shown, f"{world.side.base_url}/api/")


async def test_what_we_render_is_taken_and_what_slack_refuses_is_told(world: World) -> None:
    blocks = render.message(CARD, {}, "en")["blocks"]
    view = modal.modal(FORM, "en")
    before = len(world.side.ledger)
    assert await asked(world, ("blocks", blocks), ("view", view)) == (2, [])
    bad = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]}]
    number, problems = await asked(
        world, ("blocks", blocks), ("blocks", bad), ("view", {**view, "title": None})
    )
    assert number == 3
    assert len(problems) == 2
    assert "missing required field: text" in problems[0]
    assert problems[1].startswith("invalid_view")
    assert len(world.side.ledger) == before


async def test_a_token_that_slack_does_not_know_is_no_problem_of_the_blocks(world: World) -> None:
    shown = [("blocks", render.message(CARD, {}, "en")["blocks"])]
    with pytest.raises(PlatformError):
        await problems_with_blocks(one_token("xoxb-nobody"), shown, f"{world.side.base_url}/api/")


def test_renderings_that_differ_in_words_only_are_of_one_kind() -> None:
    one, two = (render.message(Card(text=text), {}, "en")["blocks"] for text in ("Hello", "Good night, all"))
    other = render.message(CARD, {}, "en")["blocks"]
    assert shape_of(one) == shape_of(two) != shape_of(other)


@pytest.mark.parametrize("code", ["fatal_error", "missing_scope", "service_unavailable"])
async def test_what_slack_does_not_let_us_ask_is_told(world: World, code: str) -> None:
    world.side.faults.refuse("blocks.validate", code)
    with pytest.raises(PlatformError):
        await asked(world, ("blocks", []))
