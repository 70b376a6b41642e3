"""One complaint for both doors: a typed command is refused with it, a form shows it beside the field."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.core.reply import Refusal, Reply
from bot.timekeeping import Misread
from prompts.text import Marked, plain
from prompts.words import misread


class FieldError(Refusal):
    """The answer in `field` does not fit; `text` says what would. Raised before anything was changed."""

    def __init__(self, field: str, text: Marked) -> None:
        super().__init__(text)
        self.field = field


async def as_field_error(answer: Awaitable[Reply]) -> Reply:
    """The answer to a form: an `FieldError` becomes the message of its field, and the form stays open."""
    try:
        return await answer
    except FieldError as unfit:
        return Reply(errors={unfit.field: plain(unfit.text)})


def unread(language: str, wrong: Misread) -> Marked:
    """The sentence for something that a parser could not read."""
    return misread.sentence(language, wrong.key, wrong.said, wrong.choices)
