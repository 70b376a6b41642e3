"""One complaint for both doors: a typed command is refused with it, a form shows it beside the field."""

from __future__ import annotations

from bot.core.reply import Refusal
from bot.timekeeping import Misread
from prompts.text import Marked
from prompts.words import misread


class FieldError(Refusal):
    """The answer in `field` does not fit; `text` says what would. Nothing that the handler did is kept, and
    the form stays open."""

    def __init__(self, field: str, text: Marked) -> None:
        super().__init__(text)
        self.field = field


def unread(language: str, wrong: Misread) -> Marked:
    """The sentence for something that a parser could not read."""
    return misread.sentence(language, wrong.key, wrong.said, wrong.choices)
