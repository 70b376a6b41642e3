"""A facilitator's own words for a message, laid over what was composed."""

from __future__ import annotations

import re

from sqlmodel import select

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from prompts.text import Marked
from storage.nudges import Edition


async def with_edition(reading: ComposeContext, card: Card) -> Card:
    """The card with the facilitator's title and text in the reader's language, where there are any."""
    if not reading.nudge.group:
        return card
    found = await reading.db.scalars(
        select(Edition).where(Edition.group == reading.nudge.group, Edition.language == reading.language)
    )
    return laid_over(card, found.first())


def laid_over(card: Card, edition: Edition | None) -> Card:
    """The card with the words of the edition, if it has any. Where they say `TIME`, the moment stands that
    was composed for this reader: in their zone, and after a move the new one."""
    if edition is None or not edition.text:
        return card
    moments = _MOMENT.findall(card.text)
    if any(int(token["number"] or 1) > len(moments) for token in _TOKEN.finditer(edition.text)):
        return card  # the moment is gone since: a sentence with a hole in it misleads

    def moment(token: re.Match[str]) -> str:
        return str(moments[int(token["number"] or 1) - 1])

    return card.model_copy(update={"title": edition.title, "text": Marked(_TOKEN.sub(moment, edition.text))})


def unfillable(text: str, composed: str) -> list[str]:
    """The placeholders in a facilitator's text that the composed one has nothing for, as they were typed."""
    known = {f"{{time{number or ''}}}" for number in (0, *range(2, len(_MOMENT.findall(composed)) + 1))}
    if not _MOMENT.search(composed):
        known = set()
    return [one for one in dict.fromkeys(_PLACEHOLDER.findall(text)) if one not in known]


TIME = "{time}"
"""Stands for the first moment in a text while a facilitator edits it; ``{time2}`` for the second."""
_TOKEN = re.compile(r"\{time(?P<number>\d?)\}")
_PLACEHOLDER = re.compile(r"\{\w{1,40}\}")
_MOMENT = re.compile(r"\[(?:\\.|[^\[\]\\])+\]\(time:\d+\)")


def to_edit(text: str) -> str:
    """A composed text as a facilitator edits it: no moment is written out in anybody's zone."""
    for number, moment in enumerate(_MOMENT.findall(text), start=1):
        text = text.replace(moment, TIME if number == 1 else f"{{time{number}}}", 1)
    return text
