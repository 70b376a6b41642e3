"""What the texts of a card look like on a desktop and on a phone.

A desktop reads CommonMark, as far as Microsoft documents it for Adaptive Cards in Teams: bold, italic, lists
and links. A phone has rules of its own, which the playground plays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.playground.teams.phone import shown_on_a_phone
from adapters.teams.markdown import BREAK

_DESKTOP = MarkdownIt("zero", {"html": False}).enable(
    ["emphasis", "balance_pairs", "link", "list", "escape", "entity", "newline"]
)

Look = tuple[str, bool, bool, str]
"""A letter, whether it is bold, whether it is italic, and where it leads."""


def on_a_desktop(text: str) -> list[Look]:
    """Letter by letter, without the space around and between blocks."""
    letters: list[Look] = []
    for block in _DESKTOP.parse(text):
        letters += [("-", False, False, "")] if block.type == "list_item_open" else []
        letters += _inline(block.children or [])
    return _close(letters)


def on_a_phone(text: str) -> list[Look]:
    """The same for a phone."""
    letters: list[Look] = []
    for run in shown_on_a_phone(text):
        letters += [("-", False, False, "")] if run.item else []
        letters += [(letter, run.bold, run.italic, run.address) for letter in run.text]
    return _close(letters)


def _inline(tokens: list[Token]) -> Iterator[Look]:
    bold = italic = 0
    address = ""
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            bold += token.nesting
        elif token.type in {"em_open", "em_close"}:
            italic += token.nesting
        elif token.type == "link_open":
            address = str(token.attrs["href"])
        elif token.type == "link_close":
            address = ""
        for letter in token.content:
            yield letter, bold > 0, italic > 0, address


def _close(letters: list[Look]) -> list[Look]:
    return [one for one in letters if not one[0].isspace() and one[0] != BREAK]


def letters_of(looks: list[Look]) -> str:
    """The letters only."""
    return "".join(letter for letter, *_ in looks)


def texts_of(node: Any) -> Iterator[str]:
    """Every text of a card that is read as Markdown."""
    if isinstance(node, list):
        for one in node:
            yield from texts_of(one)
    elif isinstance(node, dict):
        if node.get("type") == "TextBlock":
            yield str(node["text"])
        for fact in node.get("facts") or ():
            yield from (str(fact["title"]), str(fact["value"]))
        for name, one in node.items():
            if name != "data":
                yield from texts_of(one)


def problem_of(text: str) -> str:
    """How a text of a card differs on a phone; empty where it does not."""
    text = re.sub(r"</?at>", "", text)
    desktop, phone = on_a_desktop(text), on_a_phone(text)
    return "" if desktop == phone else f"{text!r}: {desktop} on a desktop, {phone} on a phone"
