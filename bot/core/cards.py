"""What the bot shows, declared once; every adapter renders it within its platform's limits.

All models are frozen and travel as JSON (a reply is stored with its event until it is delivered).
Texts are `MarkedText`: a plain string given to a field is escaped, so a person's words are safe by default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from prompts.text import Marked, MarkedText, PlainText

EMPTY = Marked("")


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def from_stored(cls, stored: Mapping[str, object]) -> Self:
        """Read back what `model_dump(mode="json")` wrote: its texts are ours already and stay marked."""
        return cls.model_validate_json(json.dumps(stored))


class Fact(Part):
    """A labelled value, shown as a short row."""

    label: MarkedText
    value: MarkedText


class Picture(Part):
    """An image by address; `alt` is required and may not be empty."""

    url: str
    alt: Annotated[PlainText, Field(min_length=1)]


class Button(Part):
    """A press on it arrives as a `Press` with `action` and `value`.

    `form` names a form that the press opens (adapters must know beforehand: Teams asks for a dialog in
    another way than for an answer); then `value` is the form's context. `url` makes it a plain link.
    """

    label: PlainText
    action: str = ""
    value: str = ""
    form: str = ""
    url: str = ""
    style: Literal["default", "primary", "danger"] = "default"
    confirm: PlainText = ""


PART = "part."
"""Before the action of a button that stands on a message with parts: its answer never takes the place of
the whole message."""


def whole_action(action: str) -> str:
    """The action itself, wherever its button stands."""
    return action.removeprefix(PART)


def as_part(button: Button) -> Button:
    """The same button on a message that its answer must not replace."""
    if not button.action or button.action.startswith(PART):
        return button
    return button.model_copy(update={"action": PART + button.action})


class Section(Part):
    """A heading with text below it, its own facts and buttons: one item of a longer card."""

    title: PlainText = ""
    text: MarkedText = EMPTY
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()


class CalendarEntry(Part):
    """A session for the reader's calendar, sent as an invitation where a platform can. Times are UTC;
    `sequence` grows with every change of the session that `uid` names."""

    uid: str
    sequence: int
    title: PlainText
    starts_at: datetime
    minutes: int
    place: str = ""
    note: PlainText = ""
    cancelled: bool = False


class Card(Part):
    """A message: title, text, facts, sections, pictures, buttons, and a quiet last line of context."""

    title: PlainText = ""
    subject: PlainText = ""
    """What it is about, where it has no title and a message needs a line for that. Never shown beside it."""
    text: MarkedText = EMPTY
    facts: tuple[Fact, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    context: MarkedText = EMPTY
    about: tuple[int, ...] = ()
    """Row ids of what it asks about, in the words of its kind; kept with the message, shown to nobody."""
    entry: CalendarEntry | None = None
    more_url: str = ""
    """Where the rest stands when a platform's limit cuts the card."""


_MENTION = re.compile(r"\(person:(\d+)\)")


def mentioned(card: Card) -> set[int]:
    """The persons (row ids) whom a card mentions, so that an adapter can be given their platform users."""
    return set(map(int, _MENTION.findall(card.model_dump_json())))


def pack(*values: object) -> str:
    """What a button or a form carries: values in their order, for `bot.core.button_values.unpack`. Only the
    last may have a colon in it."""
    return ":".join(map(str, values))
