"""Every message to a person that the product itself writes says what it is about: each test looks at its own.

An e-mail needs a subject; without one its reader sees "A message for you" in a full mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.core import notes
from bot.core.cards import Card
from bot.nudges.preparing import Writer
from storage.nudges import Nudge


@pytest.fixture(autouse=True)
def _subjects(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Those written by hand, as they are queued; those of a kind, as they are composed."""
    untold: list[str] = []
    compose = Writer._compose

    def queued(**row: Any) -> Nudge:
        _look(untold, Card.from_stored(row["card"]) if row["card"] else None, row.get("channel_id"))
        return Nudge(**row)

    async def composed(writer: Writer, reading: Any, facts: Any) -> Any:
        card = await compose(writer, reading, facts)
        composer = writer._kinds[reading.nudge.kind].compose
        if reading.nudge.card is None and composer.__module__.startswith("bot."):
            _look(untold, card, reading.nudge.channel_id)
        return card

    monkeypatch.setattr(notes, "Nudge", queued)
    monkeypatch.setattr(Writer, "_compose", composed)
    yield
    assert not untold, f"messages to a person without a title and without a subject: {untold}"


def _look(untold: list[str], card: object, channel_id: int | None) -> None:
    if isinstance(card, Card) and channel_id is None and not (card.title or card.subject):
        untold.append(card.text[:100])
