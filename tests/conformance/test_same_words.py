"""One message has the same words wherever it is read: Slack, Teams, an e-mail's text and its HTML."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from adapters.demo import pages
from bot.core.cards import Button, Card, Fact, Section
from prompts.text import Marked, plain
from prompts.words import email as own
from tests.adapters.email.conftest import PAT, Post, post
from tests.adapters.slack.world import made_world, shown_parts
from tests.conformance.far_sides import teams_far_side

__all__ = ["post"]
CARD = Card(
    title="Look back: A Steady Start",
    text=Marked("Three **came back** & 2 < 3.\n- Breathe *first*\n- Ask `twice`\n> «¿Y después?» – Zoë"),
    facts=(Fact(label="When", value="Tuesday, March 2, 12:00 PM"),),
    sections=(
        Section(
            title="Key idea",
            text=Marked("Name it to *tame* it."),
            facts=(Fact(label="Theme", value="Calm"),),
            buttons=(Button(label="I used it", action="used"),),
        ),
        Section(title="Otra idea", text="Así, sin prisa."),
    ),
    buttons=(
        Button(label="Answer", action="answer", style="primary"),
        Button(label="Read more", url="https://example.org/"),
    ),
    context="Only you see this.",
)  # fmt: skip


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"https?://\S+", " ", text)))


def told(card: Card) -> set[str]:
    """Everything that the card says, whatever the surface makes of it."""
    parts = [card.title, plain(card.text), plain(card.context), *(one.label for one in card.buttons)]
    for section in card.sections:
        parts += [section.title, plain(section.text), *(one.label for one in section.buttons)]
    for fact in (*card.facts, *(fact for section in card.sections for fact in section.facts)):
        parts += [plain(fact.label), plain(fact.value)]
    return words("\n".join(parts))


async def test_slack_shows_the_words_of_the_card_and_no_others(tmp_path: Path) -> None:
    async with made_world(tmp_path) as world:
        await world.side.say("UPAT", None, "hello")
        await world.settle()
        await world.platform.send(await world.direct(), CARD, mark="m" * 22, users={}, language="en")
        message = world.side.inbox("UPAT", None)[-1]
        elements = [element for block in message.blocks for element in block.get("elements") or []]
        labels = [one["text"]["text"] for one in elements if one.get("type") == "button"]
        assert words(unescape(" ".join([*shown_parts(message), *labels]))) == told(CARD)
        assert words(unescape(message.text)) <= told(CARD), "the notification"


async def test_teams_shows_the_words_of_the_card_and_no_others(tmp_path: Path) -> None:
    async with teams_far_side(tmp_path) as side:
        await side.platform.send(side.direct, CARD, mark="m" * 22, users={}, language="en")
        assert words(side.seen()) == told(CARD)


async def test_both_parts_of_an_email_show_them_and_how_to_stop(post: Post) -> None:
    await post.send(CARD)
    letter = post.side.letters[-1]
    around = words(f"{plain(own.replies_are_read('en'))} {plain(own.stop('en'))}")
    page = pages.read(letter.html)
    seen = words("\n".join([page.text, *(push.label for push in page.pushes)]))
    assert words(letter.text) == seen == told(CARD) | around
    assert letter.message["To"] == PAT
