"""A facilitator's own words for a message, laid over what was composed."""

from __future__ import annotations

from sqlmodel import select

from bot.cards import Card
from bot.desk import Reading
from prompts.text import Marked
from storage.nudges import Edition


async def with_edition(reading: Reading, card: Card) -> Card:
    """The card with the facilitator's title and text in the reader's language, where there are any."""
    if not reading.nudge.group:
        return card
    found = await reading.db.scalars(
        select(Edition).where(Edition.group == reading.nudge.group, Edition.language == reading.language)
    )
    return laid_over(card, found.first())


def laid_over(card: Card, edition: Edition | None) -> Card:
    """The card with the words of the edition, if there is one."""
    if edition is None:
        return card
    return card.model_copy(update={"title": edition.title, "text": Marked(edition.text)})
