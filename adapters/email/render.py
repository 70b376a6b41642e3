"""A card as plain text and as HTML, from the same parts: escaped, without tracking or remote pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.marked_html import span_html
from bot.core.cards import Button, Card, Fact
from prompts.text import blocks, plain
from prompts.words import email as words

LARGEST = 90_000
"""Bytes of HTML: Gmail cuts a message off at 102 KB."""
AddressOf = Callable[[Button], str]
"""Where a button leads; empty where it leads nowhere."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def subject_of(card: Card, language: str) -> str:
    """The title or the subject in one line; nothing else of the message. What looks like an encoded word is
    taken apart: Python would decode it, line ends included, into headers of its own."""
    printable = "".join(letter if letter.isprintable() else " " for letter in card.title or card.subject)
    return " ".join(printable.replace("=?", "= ?").split())[:150] or plain(words.message_for_you(language))


def cut_to_size(card: Card, render: Callable[[Card], str]) -> Card:
    """The card without its last sections when it would be too large."""
    while len(render(card).encode()) > LARGEST and card.sections:
        card = card.model_copy(update={"sections": card.sections[: len(card.sections) * 2 // 3]})
    return card


def html_of(card: Card, address_of: AddressOf, *, language: str, stop: str, replies: str) -> str:
    return _TEMPLATES.get_template("message.html").render(
        card=card,
        language=language,
        address_of=address_of,
        stop=stop,
        replies=replies,
        words=words,
        marked=_marked,
        title=subject_of(card, language),
    )


def text_of(card: Card, address_of: AddressOf, *, language: str, stop: str, replies: str) -> str:
    parts = [card.title, plain(card.text), *_facts(card.facts)]
    parts += [f"{picture.alt}: {picture.url}" for picture in card.pictures]
    for section in card.sections:
        parts += [section.title, plain(section.text), *_facts(section.facts)]
        parts += _buttons(section.buttons, address_of)
    parts += _buttons(card.buttons, address_of)
    if card.more_url:
        parts.append(f"{plain(words.more(language))}: {card.more_url}")
    parts += [plain(card.context), "-- ", replies]
    parts.append(f"{plain(words.stop(language))}: {stop}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(facts: Sequence[Fact]) -> list[str]:
    return ["\n".join(f"{plain(fact.label)}: {plain(fact.value)}" for fact in facts)] if facts else []


def _buttons(buttons: Sequence[Button], address_of: AddressOf) -> Iterator[str]:
    for button in buttons:
        if address := address_of(button):
            yield f"{button.label}:\n{address}"


def _marked(text: str) -> Markup:
    return Markup("").join(
        Markup('<p class="{}">{}</p>').format(block.kind, Markup("").join(map(span_html, block.spans)))
        for block in blocks(text)
    )
