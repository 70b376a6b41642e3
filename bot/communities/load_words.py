"""What a person is told about how many messages to expect."""

from __future__ import annotations

from bot.nudges.load_ahead import LoadAhead
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words


def load_line(language: str, load: LoadAhead | None) -> Marked:
    """A paragraph of its own; nothing while no session is planned."""
    return Marked("\n\n") + load_told(language, load) if load is not None else Marked("")


def load_told(language: str, load: LoadAhead) -> Marked:
    """``About 3 messages a week until Tuesday, March 16 (12 in all), then about 9 in the months after.``"""
    return words.load_ahead(
        language,
        week=load.a_week,
        day=dates.long_day(language, load.until),
        during=load.during,
        after=load.after,
    )
