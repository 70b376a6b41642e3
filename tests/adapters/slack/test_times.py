"""Times on Slack, which writes them on each reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.render import message
from bot.core.cards import Card, Fact, Section
from prompts import dates


@pytest.mark.parametrize(("language", "said"), [("en", " (your time)"), ("es", " (su hora)")])
def test_every_moment_says_whose_clock_it_is_on(language: str, said: str) -> None:
    """Slack names no zone beside it; in the text for notifications the zone itself stands."""
    moment = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
    when = dates.when(language, moment, "America/Los_Angeles")
    card = Card(title="T", text=when, facts=(Fact(label="L", value=when),), sections=(Section(text=when),))
    shown = message(card, {}, language)
    lines = [part["elements"] for block in shown["blocks"] for part in block.get("elements", [])]
    after = [line[at + 1]["text"] for line in lines for at, one in enumerate(line) if one["type"] == "date"]
    assert after == [said] * 3
    assert dates.zone_name(language, "America/Los_Angeles", moment) in shown["text"]
